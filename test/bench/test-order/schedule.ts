// Which tests a cycle runs, when, on which branch, and how often each. Pure.
import type { HistoryLine } from '@awo/test-order';
import { createWorld, type Breaking, type Sut } from './world.ts';

export type Industrial = Breaking & {
  name: string;
  cycles: number;
  cyclesPerDay: number;
  /** Fewest and most tests of a cycle; sizes are spread by their logarithm. */
  sizes: readonly [number, number];
  /** `rotate` takes the next ones, `scopes` whole scopes, `draw` any, `again` mostly those that failed lately. */
  chosen: 'rotate' | 'scopes' | 'draw' | 'again';
  /** Share of the tests that exist at first; the others appear evenly later. */
  atFirst: number;
  /** Every how many cycles a night run takes four times as many; 0 for never. */
  night: number;
  /** Chance that a cycle meets a fault of its environment, and the share of its tests that then fail. */
  environment: readonly [number, number];
  /** Most results of a test in one cycle: platforms or tries. */
  copies: number;
  at: 'days' | 'precise' | 'none';
};

export type Industry = {
  lines: HistoryLine[];
  /** By cycle, each test's chance of failing, by the hidden state up to the cycle before. */
  chances: Map<number, Map<string, number>>;
};

const MIN_MS = 60_000;
const DAY_MS = 24 * 60 * MIN_MS;

export function runIndustry(regime: Industrial, random: () => number): Industry {
  const world = createWorld(regime, random);
  const plan = createPlan(regime, world.tests, random);
  const lines: HistoryLine[] = [];
  const chances = new Map<number, Map<string, number>>();
  let day = 0;
  for (let warm = 0; warm < 30; warm += 1) world.pass(1);
  for (let cycle = 1; cycle <= regime.cycles; cycle += 1) {
    const days = (0.4 + 1.2 * random()) / regime.cyclesPerDay;
    day += days;
    const at = new Date(Date.UTC(2024, 0, 1) + calendar(day) * DAY_MS).toISOString();
    const branch = Math.floor(random() * regime.branches);
    const tests = plan.choose(cycle, branch);
    chances.set(cycle, new Map(tests.map((test) => [test.id, world.chance(test, branch, days)])));
    world.pass(days);
    const hit = random() < regime.environment[0] ? regime.environment[1] : 0;
    for (const test of tests) {
      world.meet(test);
      const copies = 1 + Math.floor(random() * regime.copies);
      let failedOnce = false;
      for (let copy = 0; copy < copies; copy += 1) {
        const failed = world.fails(test, branch) || random() < hit;
        failedOnce ||= failed;
        const durationMs = random() < 0.95 ? Math.round(test.durationMs * (0.8 + 0.4 * random())) : undefined;
        const stamp = regime.at === 'days' ? at.slice(0, 10) : at;
        lines.push({
          cycle,
          test: test.id,
          outcome: failed ? 'failed' : 'passed',
          ...(regime.at !== 'none' && { at: stamp }),
          ...(durationMs !== undefined && { durationMs }),
        });
      }
      plan.note(test, cycle, failedOnce);
    }
  }
  return { lines, chances };
}

/** Five days of work take seven of the calendar. */
const calendar = (day: number): number => Math.floor(day / 5) * 7 + (day % 5);

function createPlan(regime: Industrial, tests: readonly Sut[], random: () => number) {
  const below = (n: number): number => Math.floor(random() * n);
  const failedAt = new Map<Sut, number>();
  const shuffled = tests.map((test) => ({ test, key: random() })).sort((a, b) => a.key - b.key);
  // Later tests of a sequence appear later; opaque names appear in any order.
  const ranked = regime.naming === 'numbers' ? [...tests] : shuffled.map(({ test }) => test);
  let next = 0;
  return {
    note: (test: Sut, cycle: number, failed: boolean) => (failed ? failedAt.set(test, cycle) : failedAt.delete(test)),
    choose(cycle: number, branch: number): Sut[] {
      const live = ranked.slice(0, Math.ceil(ranked.length * (regime.atFirst + ((1 - regime.atFirst) * cycle) / regime.cycles)));
      const [few, most] = regime.sizes;
      const night = regime.night > 0 && cycle % regime.night === 0 ? 4 : 1;
      const size = Math.min(live.length, Math.round(night * few * (most / few) ** random()));
      const chosen = new Set<Sut>();
      const rotate = (n: number): void => {
        for (let tries = 0; chosen.size < n && tries < live.length; tries += 1) chosen.add(live[next++ % live.length] as Sut);
      };
      if (regime.chosen === 'draw') while (chosen.size < size) chosen.add(live[below(live.length)] as Sut);
      if (regime.chosen === 'scopes')
        for (let tries = 0; chosen.size < size && tries < 40; tries += 1) {
          // A branch works on its own scopes most of the time.
          const scope = random() < 0.6 ? (branch + regime.branches * below(regime.scopes)) % regime.scopes : below(regime.scopes);
          for (const test of live) if (chosen.size < size && test.scopes.includes(scope)) chosen.add(test);
        }
      if (regime.chosen === 'again') for (const [test, at] of failedAt) if (chosen.size < size * 0.6 && random() < 0.8 && cycle - at < 40) chosen.add(test);
      if (chosen.size < size) rotate(size);
      return [...chosen]
        .map((test) => ({ test, key: random() }))
        .sort((a, b) => a.key - b.key)
        .map(({ test }) => test);
    },
  };
}
