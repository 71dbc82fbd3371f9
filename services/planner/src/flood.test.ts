// Hundreds of goals at once on a real bus: none is lost, no more than allowed are open, and a person's goal gets through meanwhile.
import { consumeWork, parseHead } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { parseLogSubject } from '@awo/contracts';
import { createLogger } from '@awo/telemetry';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeGoalsIn } from './intake.ts';
import { ROOM_LIMITS } from './waiting-room.ts';

const FLOOD = 500;
const limits = { ...ROOM_LIMITS, open: 50, openPerService: 50, reserve: 10, waiting: FLOOD };
const log = createLogger('planner', 'test', 'silent');
const stop = new AbortController();
const working: Promise<void>[] = [];
let nats: TestNats;
let planner: Bus;
const ended = new Set<string>();
/** Until then nothing ends, so that what has no place waits, however slow the machine is. */
const mayEnd = Promise.withResolvers<void>();
let [open, mostOpen] = [0, 0];

beforeAll(async () => {
  nats = await startTestNats();
  planner = await nats.as('planner');
  // Stands for everything after the intake: each goal ends after its first commit.
  working.push(
    consumeWork(planner, {
      stream: 'GOALS',
      consumer: 'planner',
      concurrency: 32,
      signal: stop.signal,
      log,
      handle: async (message) => {
        await mayEnd.promise;
        const { commit } = parseHead({ subject: message.subject, seq: message.seq, data: message.data, header: message.headers });
        await planner.write({
          goal: commit.goal,
          by: { author: 'planner', instance: 'planner-1' },
          head: undefined,
          events: (state) => (!state || state.ended ? null : [{ type: 'goal.ended', outcome: 'done', because: 'test' }]),
          now: () => new Date(),
        });
        ended.add(commit.goal);
        message.ack();
      },
    }),
  );
});
afterAll(async () => {
  mayEnd.resolve();
  stop.abort();
  await Promise.all(working);
  await nats.stop();
});

test('of five hundred goals at once each ends, also when the planner starts anew, and a person’s goal is taken in meanwhile', async () => {
  const [publisher, operator] = [await nats.as('publisher'), await nats.as('operator')];
  const first = new AbortController();
  const taking = takeGoalsIn({ bus: planner, signal: first.signal, log, instance: 'planner-1' }, limits);
  operator.nc.subscribe('awo.log.>', {
    callback: (_error, { subject }) => {
      open += parseLogSubject(subject).to === 'nobody' ? -1 : 1;
      mostOpen = Math.max(mostOpen, open);
    },
  });
  await Promise.all([operator.nc.flush(), planner.nc.flush()]);
  for (let n = 0; n < FLOOD; n++) publisher.nc.publish('awo.goals.assess', JSON.stringify({ repo: `/repo/${n % 5}`, revision: `v${n}` }));
  const ask = async (revision: string) =>
    (await publisher.nc.request('awo.goals.assess', JSON.stringify({ repo: '/repo/0', revision }), { timeout: 30_000 })).json<{
      goal: string;
      waiting?: { place: number };
    }>();
  const answer = await ask('last');
  expect(answer).toMatchObject({ accepted: true, waiting: { place: expect.any(Number) } });
  const mine = await operator.submit({ kind: 'assess', repo: '/repo/1', revision: 'HEAD' }, { id: 'mine', timeoutMs: 10_000 });
  expect(mine).not.toHaveProperty('duplicate');
  // The planner dies and another one comes, which knows nothing of the room but what stands in the log and in INBOX.
  first.abort();
  await taking;
  working.push(takeGoalsIn({ bus: planner, signal: stop.signal, log, instance: 'planner-2' }, limits));
  await planner.nc.flush();
  expect(await ask('later')).toMatchObject({ accepted: true, waiting: { place: expect.any(Number) } });
  expect(mine).not.toHaveProperty('waiting');
  if (!mine.accepted) throw new Error(mine.reason);
  mayEnd.resolve();
  await waitFor(() => ended.has(mine.goal), { what: 'the person’s goal to end', timeoutMs: 30_000 });
  expect(ended.size).toBeLessThan(FLOOD);
  await waitFor(() => ended.size === FLOOD + 3, { what: 'every goal to end', timeoutMs: 60_000 });
  expect(ended.has(answer.goal)).toBe(true);
  expect(mostOpen).toBeGreaterThan(limits.open);
  expect(mostOpen).toBeLessThanOrEqual(limits.open + limits.reserve);
}, 90_000);

test('who comes when too many wait is told how many, and when to come again; it is on record', async () => {
  const small = await startTestNats();
  const ending = new AbortController();
  const bus = await small.as('planner');
  const taking = takeGoalsIn({ bus, signal: ending.signal, log, instance: 'planner-1' }, { ...limits, open: 1, waiting: 1 });
  const publisher = await small.as('publisher');
  const ask = async (revision: string) =>
    (await publisher.nc.request('awo.goals.assess', JSON.stringify({ repo: '/repo', revision }), { timeout: 10_000 })).json<Record<string, unknown>>();
  expect(await ask('one')).toMatchObject({ accepted: true });
  expect(await ask('two')).toMatchObject({ accepted: true, waiting: { place: 1 } });
  expect(await ask('three')).toMatchObject({ accepted: false, code: 'busy', reason: expect.stringMatching(/^1 goals wait already.*in about \d+ s/) });
  const operator = await small.as('operator');
  expect(await operator.refused()).toMatchObject([{ code: 'busy', body: expect.stringContaining('three') }]);
  ending.abort();
  await taking;
  await small.stop();
}, 30_000);
