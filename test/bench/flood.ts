// Ten thousand goals at once: none may be lost, memory has to stay bounded, and what a person waits for goes on meanwhile.
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@awo/bus';
import { goalIdFor } from '@awo/bus';
import { parseLogSubject } from '@awo/contracts';
import { startTestNats, waitFor } from '@awo/testing';
import { headers } from '@nats-io/transport-node';
import { rssMb } from './costs.ts';
import { BENCH_ROLES, quantile } from './goals.ts';
import { ms, table, whole } from './section.ts';
import type { BenchOptions, Section } from './section.ts';
import { rolesThatPull, startWorker, stopWorker } from './stage.ts';

const PLANNER = fileURLToPath(new URL('./flood-planner-main.ts', import.meta.url));
/** Repositories that the goals name; each has its own turn in the waiting room. */
const REPOSITORIES = 100;
/** A person sends a goal, waits for its end, rests as long as this, and sends the next one. */
const REST_MS = 250;
const BEFORE = 20;

type Ends = { ended: Map<string, number>; when: (goal: string) => Promise<void> };

/** `goals` times ten are sent at once. */
export async function measureFlood({ goals, say }: BenchOptions): Promise<Section> {
  const nats = await startTestNats();
  const workers = [startWorker(nats.env('planner'), [], PLANNER), ...BENCH_ROLES.map((role) => startWorker(nats.env(role), []))];
  try {
    const [publisher, operator, looks] = [await nats.as('publisher'), await nats.as('operator'), await nats.as('provisioner')];
    await waitFor(async () => (await rolesThatPull(looks)) === BENCH_ROLES.length && (await looks.jsm.consumers.info('INBOX', 'planner')).num_waiting > 0, {
      what: 'planner and workers that pull',
      timeoutMs: 60_000,
    });
    const ends = watchEnds(operator);
    const planner = workers[0]?.pid ?? 0;
    const memory = () => [rssMb([nats.serverPid()]) ?? 0, rssMb([planner]) ?? 0] as const;
    const before: number[] = [];
    for (let n = 0; n < BEFORE; n++) before.push(await personsGoal(operator, ends, `before-${n}`));
    const [serverBefore, plannerBefore] = memory();
    const most = { server: 0, planner: 0 };
    const sampling = setInterval(() => {
      const [server, own] = memory();
      most.server = Math.max(most.server, server);
      most.planner = Math.max(most.planner, own);
    }, 200);

    const total = goals * 10;
    say(`flood: ${total} goals at once`);
    const began = performance.now();
    const sent = Array.from({ length: total }, (_, n) => send(publisher, n));
    const over = new AbortController();
    const meanwhile = personsGoals(operator, ends, over.signal);
    const answers = await Promise.all(sent);
    const answeredMs = performance.now() - began;
    const accepted = answers.filter((one) => one.said !== 'refused').map(({ goal }) => goal);
    const waitedFor = () => accepted.filter((goal) => !ends.ended.has(goal)).length;
    await settled(waitedFor, say);
    const wallMs = performance.now() - began;
    over.abort();
    const during = await meanwhile;
    clearInterval(sampling);
    const twice = [...ends.ended.values()].filter((times) => times > 1).length;
    const said = (what: Answer['said']) => answers.filter((one) => one.said === what).length;
    return {
      id: 'flood',
      lines: [
        ...table(
          ['goals at once', 'answered within', 'refused', 'lost', 'ended twice', 'all ended within', 'goals/s', 'nats-server', 'planner'],
          [
            [
              String(total),
              `${(answeredMs / 1000).toFixed(1)} s`,
              String(said('refused')),
              String(waitedFor()),
              String(twice),
              `${(wallMs / 1000).toFixed(0)} s`,
              whole(total / (wallMs / 1000)),
              `${whole(serverBefore)} to ${whole(most.server)} MiB`,
              `${whole(plannerBefore)} to ${whole(most.planner)} MiB`,
            ],
          ],
        ),
        '',
        ...table(
          ["a person's goal", 'p50', 'worst', 'goals'],
          [
            ['before', ms(quantile(before.toSorted(ascending), 0.5)), ms(Math.max(...before)), String(before.length)],
            ['meanwhile', ms(quantile(during.toSorted(ascending), 0.5)), ms(Math.max(...during)), String(during.length)],
          ],
        ),
        ...(said('unanswered') > 0 ? ['', `${said('unanswered')} goals had no answer within ${ANSWER_MS / 1000} s; they are counted like accepted ones.`] : []),
      ],
    };
  } finally {
    await Promise.all(workers.map(stopWorker));
    await nats.stop();
  }
}

const ascending = (a: number, b: number) => a - b;
const ANSWER_MS = 120_000;
type Answer = { goal: string; said: 'accepted' | 'refused' | 'unanswered' };

/** Its id makes known which goal it is, answer or none. */
async function send(publisher: Bus, n: number): Promise<Answer> {
  const hdrs = headers();
  const id = `flood-${n}`;
  hdrs.set('Nats-Msg-Id', id);
  const goal = goalIdFor(`msg:${id}`);
  try {
    const reply = await publisher.nc.request('awo.goals.assess', JSON.stringify({ repo: `/repo/${n % REPOSITORIES}` }), { timeout: ANSWER_MS, headers: hdrs });
    return { goal, said: reply.json<{ accepted: boolean }>().accepted ? 'accepted' : 'refused' };
  } catch {
    // No answer in time says nothing about the goal: the bus may have it.
    return { goal, said: 'unanswered' };
  }
}

function watchEnds(bus: Bus): Ends {
  const ended = new Map<string, number>();
  const waiting = new Map<string, () => void>();
  bus.nc.subscribe('awo.log.*.*.nobody', {
    callback: (error, msg) => {
      if (error) return;
      const { goal } = parseLogSubject(msg.subject);
      ended.set(goal, (ended.get(goal) ?? 0) + 1);
      waiting.get(goal)?.();
      waiting.delete(goal);
    },
  });
  return { ended, when: (goal) => (ended.has(goal) ? Promise.resolve() : new Promise((resolve) => waiting.set(goal, resolve))) };
}

/** Milliseconds from before it is sent until its last commit is seen. */
async function personsGoal(operator: Bus, ends: Ends, id: string): Promise<number> {
  const started = performance.now();
  const reply = await operator.submit({ kind: 'assess', revision: 'HEAD', repo: '/repo/mine' }, { id, timeoutMs: ANSWER_MS });
  if (!reply.accepted) throw new Error(`The person's goal was refused: ${reply.reason}`);
  await ends.when(reply.goal);
  return performance.now() - started;
}

async function personsGoals(operator: Bus, ends: Ends, signal: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    times.push(await personsGoal(operator, ends, `meanwhile-${times.length}`));
    await sleep(REST_MS, undefined, { signal }).catch(() => undefined);
  }
  return times;
}

/** Until none is left, or none has ended for a minute. */
async function settled(left: () => number, say: (text: string) => void): Promise<void> {
  let [least, since] = [left(), Date.now()];
  let told = Date.now();
  while (least > 0 && Date.now() - since < 60_000) {
    await sleep(200);
    const now = left();
    if (now < least) [least, since] = [now, Date.now()];
    if (Date.now() - told > 10_000) {
      told = Date.now();
      say(`flood: ${now} have not ended yet`);
    }
  }
}
