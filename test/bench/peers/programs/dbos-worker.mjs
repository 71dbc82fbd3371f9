// One of the five DBOS workers: takes workflows from its own queue, does its durable step, puts the next on the next queue.
import { DBOS } from '@dbos-inc/dbos-sdk';

const [number, systemDatabaseUrl] = [Number(process.argv[2]), process.argv[3]];

async function relay(goal, done) {
  await DBOS.runStep(async () => ({ goal, number, decided: 'hand over' }), { name: 'effect' });
  if (number < 5)
    await DBOS.enqueueWorkflowWithOptions(
      { queueName: `relay${number + 1}`, workflowName: `relay${number + 1}`, workflowID: `${goal}-${number + 1}` },
      goal,
      done,
    );
  else await fetch(done, { method: 'POST' });
}
DBOS.registerWorkflow(relay, { name: `relay${number}` });

DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl,
  logLevel: 'error',
  applicationVersion: '1',
  executorID: `relay${number}`,
  listenQueues: [`relay${number}`],
  runAdminServer: false,
});
await DBOS.launch();
await DBOS.registerQueue(`relay${number}`, { minPollingIntervalMs: 10 });
process.send?.('ready');
process.once('SIGTERM', () => void DBOS.shutdown().then(() => process.exit(0)));
