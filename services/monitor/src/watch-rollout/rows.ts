// What was seen of a rollout as rows for the judge: the old one is the baseline, the new one the canary. Pure.
import type { Row } from '@awo/canary-judge';
import type { Arm, Reading, Series, WatchFacts, WatchMemo } from './facts.ts';
import { requestsExpected } from './levels.ts';
import { observedRows } from './observed.ts';
import { addLook, isBeside } from './series.ts';
import { boundMs } from './slow-bounds.ts';

export const ERRORS = 'errors';
export const MEMORY = 'memory';
export const CRASHES = 'crashes';
const SLOWER = 'slower-than-';
export const slowerThanMs = (ms: number): string => `${SLOWER}${ms}ms`;
export const isSlower = (metric: string): boolean => metric.startsWith(SLOWER);

/** All that a decision rests on, from what was read and what was known. */
export function factsOf(reading: Reading, before: WatchMemo | null, carried: Series | null): WatchFacts {
  const memo = addLook(reading, before, carried);
  return { ...reading, memo, rows: rowsOf(memo.series, isBeside(reading)), requestsExpected: requestsExpected(reading.policy, reading.input) };
}

function rowsOf(series: Series, beside: boolean): WatchFacts['rows'] {
  const stretches = series.stretches.filter(([, old]) => (old !== null) === beside);
  const canary = stretches.flatMap(([t, , fresh]) => sharesOf(t, fresh, series));
  const baseline = stretches.flatMap(([t, old]) => (old === null ? [] : sharesOf(t, old, series)));
  const control = stretches.flatMap(([t, , , arm]) => (arm === undefined ? [] : sharesOf(t, arm, series)));
  return {
    ...(control.length === 0 ? {} : { control }),
    // What awo.yaml names is compared while both run: what it was before is not known.
    baseline: [...baseline, ...memoryOfOld(series, beside), ...crashesOf(series, 'old'), ...(beside ? observedRows(series.observed ?? {}, 'old') : [])],
    canary: [...canary, ...memoryOfNew(series), ...crashesOf(series, 'fresh'), ...(beside ? observedRows(series.observed ?? {}, 'fresh') : [])],
  };
}

function sharesOf(t: number, arm: Arm, series: Series): Row[] {
  const [n = 0, bad = 0, timed = 0, ...slow] = arm;
  const share = (metric: string, some: number, of: number): Row[] =>
    of === 0 ? [] : [{ t, metric, kind: 'rate', value: Number((some / of).toPrecision(9)), n: of, worse: 'higher', labels: { unit: 'share' } }];
  return [...share(ERRORS, bad, n), ...series.bounds.flatMap((b, i) => share(slowerThanMs(boundMs(b)), slow[i] ?? 0, slow[i] === undefined ? 0 : timed))];
}

/** n is what the process had to do since the sample before: growth that follows its work is told by it from filling up. */
const memoryOfNew = ({ memory }: Series): Row[] => memoryOf(memory);

const memoryOf = (memory: Series['memory']): Row[] =>
  memory.map(([t, value, served], i) => ({ t, metric: MEMORY, kind: 'gauge', value, n: Math.max(1, served - (memory[i - 1]?.[2] ?? 0)), worse: 'higher' }));

/** The control's, as its processes are as young; without one the most that the old one ever took. */
const memoryOfOld = ({ memory, controlMemory, oldMemoryBytes }: Series, beside: boolean): Row[] =>
  beside && controlMemory !== undefined
    ? memoryOf(controlMemory)
    : oldMemoryBytes === null
      ? []
      : [{ t: memory.at(-1)?.[0] ?? 0, metric: MEMORY, kind: 'gauge', value: oldMemoryBytes, n: 1, worse: 'higher' }];

/** A total: before the release was watched, and by now. */
function crashesOf({ crashes: { before, now }, memory }: Series, side: 'old' | 'fresh'): Row[] {
  const row = (t: number, value: number): Row => ({ t, metric: CRASHES, kind: 'counter', value, n: 1, worse: 'higher' });
  return [row(-1, before[side]), row(memory.at(-1)?.[0] ?? 0, now[side])];
}
