// What is known of a test before a cycle, as numbers that are 0 where nothing is known. Pure.
import type { TestLine } from './lines.ts';
import { besides, type Said } from './kin.ts';
import { DECAYS, lastTwo, ofWords, faded, type Memory, newTest, recently, type Tally, type TestMemory } from './memory.ts';

/** Names of the inputs, in their order. Contexts come first. */
const CONTEXTS = [
  'pattern',
  'pause',
  'failure-age',
  'newness',
  'duration',
  'flipping',
  'recent-and-long',
  'long-pattern',
  'neighbours',
  'pattern-pause',
  'pattern-beside',
] as const;
export const INPUTS = [
  ...CONTEXTS,
  'rate-slow',
  'rate',
  'rate-fast',
  'rate-all',
  'relative',
  'group',
  'wide-group',
  'group-now',
  'wide-group-now',
  'together',
  'changed',
  'short',
  'number',
  'new',
  'beside-since',
  'own-next',
  'words',
] as const;
export type Input = (typeof INPUTS)[number];

export type Row = { test: string; set: number; inputs: Float64Array; contexts: string[]; durationMs: number | undefined; memory: TestMemory };

/** How many runs make one step of trust: the fewer, the more the weights of a set are its own. */
export const SETS = 3;
const setOf = (runs: number): number => (runs === 0 ? 0 : runs < 5 ? 1 : 2);

const stretch = (p: number): number => Math.log(p / (1 - p));
const clip = (x: number): number => Math.max(-4, Math.min(4, x));
const step = (x: number): number => (x <= 0 ? 0 : x < 2 ? 1 : x < 4 ? 2 : x < 8 ? 3 : x < 20 ? 4 : x < 60 ? 5 : 6);

/** Every test of a cycle with its inputs. */
export function rowsOf(memory: Memory, tests: readonly TestLine[], changed: readonly string[]): Row[] {
  const now = memory.cycles;
  const all = faded(memory.overall, now);
  const base = Math.min(0.9, Math.max(0.001, all.failed / all.runs));
  const centre = stretch(base);
  const against = (failed: number, runs: number, trust: number): number => clip(stretch((failed + trust * base) / (runs + trust)) - centre);
  const of = (tallies: Map<string, Tally>, look: typeof faded, trust: number) => {
    const seen = new Map<string, { failed: number; runs: number; odds: number }>();
    return (key: string) => {
      let found = seen.get(key);
      if (!found) {
        const { failed, runs } = look(tallies.get(key), now);
        seen.set(key, (found = { failed, runs, odds: against(failed, runs, trust) }));
      }
      return found;
    };
  };
  const context = of(memory.contexts, faded, 2);
  const group = of(memory.groups, faded, 3);
  const lately = of(memory.recentGroups, recently, 2);
  const word = of(memory.words, ofWords, 3);
  const odds = ({ failed, runs }: Said, trust: number): number => (runs === 0 ? 0 : against(failed, runs, trust));
  const known = tests.map(({ test }) => memory.tests.get(test) ?? newTest(test, now));
  const durations = known.map((m) => m.durationMs);
  const ranks = ranksOf(durations);
  const numbers = ranksOf(tests.map(({ test }) => trailingNumber(test)));
  const failed = memory.lastFailed.map((tests) => new Set(tests));

  return tests.map(({ test }, i) => {
    const m = known[i] ?? newTest(test, now);
    const rank = ranks[i];
    const [fine = '', wide = ''] = m.groups;
    const near = lately(fine);
    const beside = besides(memory, m);
    const contexts = contextsOf(m, now, rank, level(beside.lately, 0.5), near.runs < 1 ? 'x' : String(Math.min(4, Math.floor((near.failed / near.runs) * 5))));
    const seen = m.runs === 0 ? 0 : 1;
    const together = failed.reduce((sum, tests, ago) => Math.max(sum, togetherness(memory, m, tests) * 0.6 ** ago), 0);
    const inputs = Float64Array.from([
      ...contexts.map((key) => context(key).odds),
      ...DECAYS.map((decay, d) => {
        // A decayed rate rests on at most (2 - decay) / decay runs.
        const runs = Math.min(m.runs, (2 - decay) / decay);
        const rate = m.runs === 0 ? 0 : (m.rates[d] ?? 0) / (1 - (1 - decay) ** m.runs);
        return against(rate * runs, runs, 1);
      }),
      against(m.fails, m.runs, 2),
      clip(m.relative * 4) * seen,
      group(fine).odds,
      group(wide).odds,
      near.odds,
      lately(wide).odds,
      together,
      changedness(memory, test, changed),
      rank === undefined ? 0 : 1 - 2 * rank,
      numbers[i] === undefined ? 0 : 2 * (numbers[i] ?? 0) - 1,
      1 - seen,
      odds(beside.since, 1),
      ownNext(m, context(afterTwo(m))),
      clip(m.words.reduce((sum, key) => sum + word(key).odds, 0) / Math.sqrt(Math.max(1, m.words.length))),
    ]);
    return { test, set: setOf(m.runs), inputs, contexts, durationMs: durations[i] ?? tests[i]?.durationMs, memory: m };
  });
}

function contextsOf(m: TestMemory, now: number, rank: number | undefined, beside: string, near: string): string[] {
  const last = m.runs === 0 ? 'n' : String(m.pattern & 1);
  const bits = Math.min(m.runs, 4);
  const pause = m.runs === 0 ? 0 : now - m.lastCycle - 1;
  const age = now - m.firstCycle;
  const long = Math.min(m.runs, 8);
  const fails = Math.min(m.fails, 3);
  const [slow = 0, rate = 0] = m.rates;
  return [
    `p${bits}:${m.pattern & ((1 << bits) - 1)}`,
    `g${last}:${step(pause)}:${fails > 0}`,
    `f${m.fails === 0 ? `never:${step(m.runs)}` : `${step(m.runsSinceFailure)}:${fails}`}`,
    `n${step(m.runs)}:${step(age)}:${last}`,
    `d${rank === undefined ? 'x' : Math.min(4, Math.floor(rank * 5))}:${last}`,
    `l${step(m.flips)}:${step(m.runs)}:${last}`,
    `r${Math.min(6, Math.floor(rate * 7))}:${Math.min(5, Math.floor(slow * 10))}:${last}`,
    `q${long}:${m.pattern & ((1 << long) - 1)}`,
    `b${near}:${last}:${fails > 0}`,
    `x${Math.min(m.runs, 3)}:${m.pattern & ((1 << Math.min(m.runs, 3)) - 1)}:${step(pause)}`,
    `y${beside}:${Math.min(m.runs, 2)}:${m.pattern & 3}`,
  ];
}

/** Where it is counted how tests go on after the last two verdicts of this one. */
export const afterTwo = (m: TestMemory): string => `t${lastTwo(m)}`;

const level = ({ failed, runs }: Said, least: number): string => (runs < least ? 'x' : String(Math.min(4, Math.floor((failed / runs) * 5))));

/** What this test did after the verdicts it has now, against what all tests do after them. */
function ownNext(m: TestMemory, all: { failed: number; runs: number }): number {
  const own = m.next[lastTwo(m)];
  if (!own || m.runs === 0 || all.runs === 0) return 0;
  const usual = Math.min(0.95, Math.max(0.01, all.failed / all.runs));
  return clip(stretch((own.failed + 2 * usual) / (own.runs + 2)) - stretch(usual));
}

/** Share of the last failures that this test usually fails with. */
function togetherness(memory: Memory, m: TestMemory, failed: ReadonlySet<string>): number {
  if (m.cofailed.size === 0 || failed.size === 0) return 0;
  let sum = 0;
  for (const other of failed) {
    const times = m.cofailed.get(other);
    if (times !== undefined) sum += times / ((memory.tests.get(other)?.fails ?? 0) + 2);
  }
  return Math.min(2, (2 * sum) / Math.sqrt(failed.size));
}

function changedness(memory: Memory, test: string, changed: readonly string[]): number {
  let stays = 1;
  for (const file of changed) {
    const times = memory.files.get(file)?.get(test);
    if (times !== undefined) stays *= 1 - times / ((memory.fileCycles.get(file) ?? 0) + 2);
  }
  return 3 * (1 - stays);
}

/** Place of each value among the known ones, 0 to 1; equal values share theirs. */
function ranksOf(values: readonly (number | undefined)[]): (number | undefined)[] {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (sorted.length < 2) return values.map(() => undefined);
  const place = new Map<number, number>();
  sorted.forEach((value, i) => {
    if (!place.has(value)) place.set(value, i / (sorted.length - 1));
  });
  return values.map((value) => (value === undefined ? undefined : place.get(value)));
}

function trailingNumber(test: string): number | undefined {
  const digits = /(\d{1,15})$/.exec(test)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
