// What is remembered of every test, of groups of tests and of the whole history. Pure.
import type { Cycle, Result } from './cycles.ts';
import { groupsOf, wordsOf } from './groups.ts';
import { placeOf, sortKey } from './kin.ts';

export const DECAYS = [0.08, 0.3, 0.6] as const;
const RELATIVE_DECAY = 0.25;
/** Share that a cycle keeps of what was counted before it. */
const FADE = 0.97;
const FAST_FADE = 0.7;
const WORD_FADE = 0.85;
/** What a test did after the same two verdicts fades with each such run of its own. */
const NEXT_FADE = 0.95;
const MAX_COFAILING = 80;
/** For how many cycles with a failure it counts as just failed. */
const RECENT_FAILURES = 3;

export type TestMemory = {
  runs: number;
  fails: number;
  /** Verdicts, newest in the lowest bit; 1 is a failure. */
  pattern: number;
  rates: number[];
  /** Decayed verdict against the share of the cycle that failed with it. */
  relative: number;
  flips: number;
  flaky: number;
  firstCycle: number;
  lastCycle: number;
  runsSinceFailure: number;
  durationMs: number | undefined;
  groups: readonly string[];
  /** How often it failed together with others. */
  cofailed: Map<string, number>;
  sortKey: string;
  words: readonly string[];
  /** By its last two verdicts: how often it failed next, and how often it ran. */
  next: { failed: number; runs: number }[];
};

/** Failures of runs, both fading with every cycle. */
export type Tally = { failed: number; runs: number; at: number };

export type Memory = {
  cycles: number;
  tests: Map<string, TestMemory>;
  groups: Map<string, Tally>;
  recentGroups: Map<string, Tally>;
  contexts: Map<string, Tally>;
  words: Map<string, Tally>;
  /** Every known test by its sort key. */
  byName: TestMemory[];
  files: Map<string, Map<string, number>>;
  fileCycles: Map<string, number>;
  overall: Tally;
  /** The tests that failed in the latest cycles with a failure, newest first. */
  lastFailed: string[][];
};

export const emptyMemory = (): Memory => ({
  cycles: 0,
  tests: new Map(),
  groups: new Map(),
  recentGroups: new Map(),
  contexts: new Map(),
  words: new Map(),
  byName: [],
  files: new Map(),
  fileCycles: new Map(),
  overall: { failed: 0.2, runs: 2, at: 0 },
  lastFailed: [],
});

export const newTest = (test: string, cycle: number): TestMemory => ({
  runs: 0,
  fails: 0,
  pattern: 0,
  rates: DECAYS.map(() => 0),
  relative: 0,
  flips: 0,
  flaky: 0,
  firstCycle: cycle,
  lastCycle: cycle,
  runsSinceFailure: 0,
  durationMs: undefined,
  groups: groupsOf(test),
  cofailed: new Map(),
  sortKey: sortKey(test),
  words: wordsOf(test),
  next: [],
});

/** `tally` as it stands at a cycle; nothing is changed. */
export const faded = (tally: Tally | undefined, cycle: number, fade = FADE): { failed: number; runs: number } => {
  if (!tally) return { failed: 0, runs: 0 };
  const keep = fade ** (cycle - tally.at);
  return { failed: tally.failed * keep, runs: tally.runs * keep };
};

export const ofWords = (tally: Tally | undefined, cycle: number): { failed: number; runs: number } => faded(tally, cycle, WORD_FADE);
export const recently = (tally: Tally | undefined, cycle: number): { failed: number; runs: number } => faded(tally, cycle, FAST_FADE);

export function count(tallies: Map<string, Tally>, key: string, failed: boolean, cycle: number, weight = 1, fade = FADE): void {
  const tally = tallies.get(key);
  if (!tally) {
    tallies.set(key, { failed: failed ? weight : 0, runs: weight, at: cycle });
    return;
  }
  addTo(tally, failed, cycle, weight, fade);
}

function addTo(tally: Tally, failed: boolean, cycle: number, weight: number, fade: number): void {
  if (tally.at !== cycle) {
    const keep = fade ** (cycle - tally.at);
    tally.failed *= keep;
    tally.runs *= keep;
    tally.at = cycle;
  }
  tally.runs += weight;
  if (failed) tally.failed += weight;
}

/** Takes the outcomes of a cycle in. Contexts are counted by the caller, who knows which the tests were in. */
export function remember(memory: Memory, cycle: Cycle): void {
  const now = memory.cycles;
  const ran = cycle.results.filter((result) => result.ran);
  const failing = ran.filter((result) => result.failed).map((result) => result.test);
  const share = ran.length === 0 ? 0 : failing.length / ran.length;
  for (const result of ran) {
    const test = memory.tests.get(result.test) ?? newTest(result.test, now);
    if (test.runs === 0) {
      memory.tests.set(result.test, test);
      memory.byName.splice(placeOf(memory.byName, test.sortKey), 0, test);
    }
    take(test, result, share, now);
    // An outage that fails everything says little about whom to run first.
    const weight = cycleWeight(share);
    addTo(memory.overall, result.failed, now, weight, FADE);
    for (const word of test.words) count(memory.words, word, result.failed, now, weight, WORD_FADE);
    for (const group of test.groups) {
      count(memory.groups, group, result.failed, now, weight);
      count(memory.recentGroups, group, result.failed, now, weight, FAST_FADE);
    }
  }
  cofail(memory, failing);
  for (const file of cycle.changed) {
    memory.fileCycles.set(file, (memory.fileCycles.get(file) ?? 0) + 1);
    const tests = memory.files.get(file) ?? new Map<string, number>();
    memory.files.set(file, tests);
    if (failing.length <= MAX_COFAILING) for (const test of failing) tests.set(test, (tests.get(test) ?? 0) + 1);
  }
  if (failing.length > 0) memory.lastFailed = [failing.slice(0, MAX_COFAILING), ...memory.lastFailed].slice(0, RECENT_FAILURES);
  memory.cycles += 1;
}

export const cycleWeight = (share: number): number => (share < 0.5 ? 1 : Math.max(0.1, 2 * (1 - share)));

/** The last two verdicts as a number; one that is missing counts as passed. */
export const lastTwo = (test: TestMemory): number => test.pattern & 3;

function take(test: TestMemory, { failed, flaky, durationMs, fails, runs }: Result, share: number, now: number): void {
  const verdict = failed ? 1 : 0;
  if (test.runs > 0) {
    const next = (test.next[lastTwo(test)] ??= { failed: 0, runs: 0 });
    next.failed = NEXT_FADE * next.failed + verdict;
    next.runs = NEXT_FADE * next.runs + 1;
  }
  if (test.runs > 0 && (test.pattern & 1) !== verdict) test.flips += 1;
  DECAYS.forEach((decay, i) => {
    test.rates[i] = decay * (fails / runs) + (1 - decay) * (test.rates[i] ?? 0);
  });
  test.relative += RELATIVE_DECAY * (fails / runs - share - test.relative);
  test.runs += 1;
  test.fails += verdict;
  test.pattern = ((test.pattern << 1) | verdict) & 0xff;
  test.flaky += flaky ? 1 : 0;
  test.runsSinceFailure = failed ? 0 : test.runsSinceFailure + 1;
  test.lastCycle = now;
  if (durationMs !== undefined) test.durationMs = test.durationMs === undefined ? durationMs : test.durationMs + 0.3 * (durationMs - test.durationMs);
}

function cofail(memory: Memory, failing: readonly string[]): void {
  // More than that fails for one reason that has nothing to do with the tests.
  if (failing.length > MAX_COFAILING) return;
  for (const one of failing) {
    const test = memory.tests.get(one);
    if (test) for (const other of failing) if (other !== one) test.cofailed.set(other, (test.cofailed.get(other) ?? 0) + 1);
  }
}
