// The census against a real server: each goal counted once, over restarts, poison, newer versions and another store.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '@awo/contracts';
import { goalIdFor } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { createLogger } from '@awo/telemetry';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countGoals } from './count-goals.ts';
import type { Counting } from './count-goals.ts';

let nats: TestNats;
let planner: Bus;
let folder: string;
const log = createLogger('observer', 'test', 'silent');
beforeAll(async () => {
  nats = await startTestNats();
  planner = await nats.as('planner');
  folder = mkdtempSync(join(tmpdir(), 'awo-census-'));
});
afterAll(async () => {
  await nats.stop();
  rmSync(folder, { recursive: true, force: true });
});

let n = 0;
const write = (goal: string, events: Event[]) =>
  planner.write({ goal, by: { author: 'planner', instance: 'planner-1' }, head: undefined, events: () => events, now: () => new Date() });
async function open(): Promise<string> {
  const goal = goalIdFor(`census:${n++}`);
  const step = { id: 'a', kind: 'relay' as const, role: 'impact' as const, needs: [], when: 'passed' as const, input: {}, because: 'needed' };
  await write(goal, [{ type: 'goal.accepted', goal, spec: { kind: 'assess', repo: '/repo', revision: 'HEAD' }, source: 'test', plan: [step] }]);
  return goal;
}
const counted = (counting: Counting) => ({ open: [...counting.open()].length, ended: Object.fromEntries(counting.ended()) });
async function counting<T>(bus: Bus, look: (counting: Counting) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const census = countGoals(bus, { file: join(folder, 'census.json'), signal: stopping.signal, log });
  try {
    return await look(census);
  } finally {
    stopping.abort();
    await census.done;
  }
}

test('goals are counted as they open, move and end, and a restart goes on where it was', async () => {
  const bus = await nats.as('observer');
  const [first] = [await open(), await open()];
  await counting(bus, async (census) => {
    await waitFor(() => counted(census).open === 2, { what: 'two open goals' });
    await write(first, [{ type: 'goal.ended', outcome: 'done', because: 'finished' }]);
    await waitFor(() => counted(census).ended.done === 1, { what: 'one ended goal' });
    expect(counted(census).open).toBe(1);
  });
  // Taken out of the stream, as an archiver does: what was counted stays counted.
  await (await nats.as('provisioner')).jsm.streams.purge('GOALS', { filter: `awo.log.${first}.>` });
  await counting(bus, async (census) => {
    await open();
    await waitFor(() => counted(census).open === 2, { what: 'the third goal' });
    expect(counted(census).ended).toEqual({ done: 1 });
    expect(census.lag()).toBe(0);
  });
});

test('a message that is no commit is passed over, and a goal of a newer version is counted as such', async () => {
  const goal = await open();
  await planner.js.publish(`awo.log.${goal}.planner.impact`, 'not JSON');
  const newer = { v: 99, at: new Date().toISOString(), events: [], state: { steps: [] } };
  await planner.js.publish(`awo.log.${goal}.planner.impact`, JSON.stringify(newer));
  await counting(await nats.as('observer'), async (census) => {
    await waitFor(() => [...census.open()].some((one) => one.goal === goal && one.newer), { what: 'the newer goal' });
    expect(counted(census).open).toBe(3);
  });
});

test('the observer may read the log and nothing else: the broker refuses a commit in its name', async () => {
  const bus = await nats.as('observer');
  await expect(bus.js.publish('awo.log.g0000000000.planner.impact', '{}', { timeout: 500 })).rejects.toThrow(/permissions violation/i);
});
