// Submits goals to Restate's ingress: accepted means durable.
import { drive } from './drive.mjs';

const [ingress, rounds] = process.argv.slice(2);

await drive(async (goal, done) => {
  const answer = await fetch(`${ingress}/relay1/step/send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': goal },
    body: JSON.stringify({ goal, done }),
  });
  if (!answer.ok) throw new Error(`Restate refused a goal: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}, JSON.parse(rounds));
