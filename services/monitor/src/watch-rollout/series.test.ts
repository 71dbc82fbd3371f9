// What is kept of a watch: fair stretches of time, and little of it, since it stays in the log.
import { expect, it } from 'vitest';
import { LATENCY_BOUNDS_MS } from '@awo/contracts';
import { packSeries } from './carry.ts';
import type { Reading, WatchMemo } from './facts.ts';
import { addLook, thinned } from './series.ts';
import { emptyCounters, NEW, OLD, POLICY } from './simulated-rollout.ts';

type Served = { old: number; fresh: number; control?: number; restarts?: number; state?: string };

/** Looks some seconds apart, by how much both have served until then. */
function watch(looks: readonly Served[], apartS: number): WatchMemo {
  const counters = (revision: string, requests: number) => ({ ...emptyCounters(revision), requests, latency: [requests, ...LATENCY_BOUNDS_MS.map(() => 0)] });
  const process = (revision: string, { restarts = 0, state = 'ready' }: Partial<Served>) => ({
    revision,
    state,
    memoryBytes: 7e7,
    cpuSeconds: 1,
    openFiles: 1,
    restarts,
    uptimeMs: 1,
  });
  let memo: WatchMemo | null = null;
  for (const [i, look] of looks.entries()) {
    const at = new Date(Date.UTC(2026, 0, 1) + i * apartS * 1000).toISOString();
    const reading: Reading = {
      input: { environment: 'production', change: { service: 'cart', base: OLD, head: NEW }, weight: 10, concurrent: true, expectedRps: 80 },
      policy: POLICY,
      servicesWatched: 1,
      elapsedMs: i * apartS * 1000,
      traffic: { at, revisions: [counters(OLD, 5000 + look.old), counters(NEW, look.fresh)] },
      processes: { at, revisions: [process(OLD, {}), process(NEW, look)] },
      ...(look.control === undefined ? {} : { control: { traffic: counters(OLD, look.control), memoryBytes: 6e7 } }),
    };
    memo = addLook(reading, memo === null ? null : (JSON.parse(JSON.stringify(memo)) as WatchMemo), null);
  }
  if (memo === null) throw new Error('a watch needs a look');
  return memo;
}

it('an hour of looks leaves a few kilobytes, because a commit has 64 for the whole goal', () => {
  const memo = watch(
    Array.from({ length: 720 }, (_, i) => ({ old: 360 * i, fresh: 40 * i, control: 40 * i })),
    5,
  );
  expect(memo.series.stretches.length).toBeLessThan(200);
  expect(memo.series.stretches.reduce((sum, [, , fresh]) => sum + (fresh[0] ?? 0), 0)).toBeGreaterThan(0.95 * 40 * 719);
  expect(JSON.stringify(memo).length).toBeLessThan(16_000);
  expect(JSON.stringify(packSeries(memo.series)).length).toBeLessThan(12_000);
});

it('a stretch ends only when both have had a request: what one alone has seen compares nothing', () => {
  const looks = [
    { old: 0, fresh: 0 },
    { old: 9, fresh: 0 },
    { old: 18, fresh: 0 },
    { old: 27, fresh: 2 },
    { old: 27, fresh: 4 },
  ];
  expect(watch(looks, 1).series.stretches).toEqual([[3, [27, 0], [2, 0]]]);
});

it('of a stretch the control’s part is kept as long as there is one, because it may die', () => {
  const looks = [
    { old: 0, fresh: 0, control: 0 },
    { old: 18, fresh: 4, control: 4 },
    { old: 27, fresh: 8 },
    { old: 36, fresh: 12 },
  ];
  const { series, total } = watch(looks, 1);
  expect(series.stretches).toEqual([
    [1, [18, 0], [4, 0], [4, 0]],
    [2, [9, 0], [4, 0]],
    [3, [9, 0], [4, 0]],
  ]);
  expect(total.control?.requests).toBe(4);
  expect(series.controlMemory).toEqual([
    [0, 6e7, 0],
    [1, 6e7, 4],
  ]);
});

it('a process that is down counts as a crash before it is started again, and not once more after that', () => {
  const crashes = (...looks: Partial<Served>[]) =>
    watch(
      looks.map((look) => ({ old: 9, fresh: 9, ...look })),
      1,
    ).series.crashes.now.fresh;
  expect(crashes({}, { state: 'crashed' })).toBe(1);
  expect(crashes({}, { state: 'crashed' }, { restarts: 1 })).toBe(1);
  expect(crashes({}, { restarts: 1 }, { restarts: 1, state: 'failed' })).toBe(2);
});

it('samples are thinned without losing the first and the newest', () => {
  const thin = thinned(
    Array.from({ length: 41 }, (_, i) => i),
    40,
  );
  expect(thin.length).toBeLessThanOrEqual(40);
  expect([thin[0], thin.at(-1)]).toEqual([0, 40]);
});
