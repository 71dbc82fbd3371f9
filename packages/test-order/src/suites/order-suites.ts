// Which suite goes first: the one most likely to fail, so that bad news comes early; of the others the longest, so that all are done early. Pure.
import type { ImpactAssessed, Suite, SuiteRun } from '@awo/contracts';
import { foldCycles } from '../cycles.ts';
import type { HistoryLine } from '../lines.ts';
import { createOrderer } from '../orderer.ts';

export type Place = { suite: Suite; because: string; predictedMs: number | null; first: string[]; failedLast: boolean };

/** What being touched counts for, on the scale of what history says (0 to 1): a suite that fails often goes before one that was merely changed. */
const TOUCH = { direct: 0.3, implicit: 0.15, none: 0 } as const;
const TOUCH_SAYS = { direct: 'its unit changed', implicit: 'its unit is reached through others', none: 'its unit is not touched' } as const;

/** Equals by id, so that two runs are the same. Of those that never failed the model says no more than how long they take: they count the same. */
export function orderSuites(
  suites: readonly Suite[],
  impact: { units: readonly Pick<ImpactAssessed['units'][number], 'id' | 'change'>[] } | null,
  runs: readonly SuiteRun[] = [],
): Place[] {
  const change = new Map(impact?.units.map((unit) => [unit.id, unit.change]));
  const history = runs.map(({ line }) => line);
  const orderer = createOrderer();
  for (const cycle of foldCycles(history)) orderer.learn(cycle);
  const changed = impact?.units.map((unit) => unit.id) ?? [];
  const tests = suites.map(({ id }) => ({ test: id }));
  const known = new Map(orderer.model().cycles === 0 ? [] : orderer.order(tests, changed).map((one) => [one.test, one]));
  const last = lastOutcomes(history);
  const everFailed = new Set(history.filter(({ outcome }) => isBad(outcome)).map(({ test }) => test));
  const neverFailed = suites.flatMap(({ id }) => (everFailed.has(id) ? [] : [known.get(id)?.score ?? 0]));
  const unknown = neverFailed.reduce((sum, score) => sum + score, 0) / Math.max(1, neverFailed.length);
  return suites
    .map((suite) => {
      const touch = change.get(suite.unit) ?? 'none';
      const past = known.get(suite.id);
      const failedLast = isBad(last.get(suite.id));
      const predictedMs = orderer.durationOf(suite.id) ?? null;
      const says = [
        ...(failedLast ? ['it failed when it ran last'] : []),
        impact === null ? 'impact is not known' : TOUCH_SAYS[touch],
        ...(past?.because.slice(0, failedLast ? 1 : 2) ?? []),
      ];
      const risky = failedLast || everFailed.has(suite.id) || touch === 'direct';
      const score = (everFailed.has(suite.id) ? (past?.score ?? 0) : unknown) + TOUCH[touch] + Number(failedLast);
      const first = predictedMs !== null && predictedMs >= WORTH_SPLITTING_MS ? failingFiles(runs.filter(({ line }) => line.test === suite.id)) : [];
      return { suite, because: says.join('; '), predictedMs, first, failedLast, risky, score };
    })
    .toSorted(
      (a, b) =>
        Number(b.risky) - Number(a.risky) ||
        (a.risky ? b.score - a.score : 0) ||
        (b.predictedMs ?? 0) - (a.predictedMs ?? 0) ||
        b.score - a.score ||
        (a.suite.id < b.suite.id ? -1 : 1),
    )
    .map(({ suite, because, predictedMs, first, failedLast }) => ({
      suite,
      because,
      predictedMs: predictedMs === null ? null : Math.round(predictedMs),
      first,
      failedLast,
    }));
}

const isBad = (outcome: HistoryLine['outcome'] | undefined): boolean => outcome === 'failed' || outcome === 'error';

/** Starting the runner twice has to be worth it. */
const WORTH_SPLITTING_MS = 5000;
const FIRST_FILES = 3;
/** A file that has passed as often since says no more than any other. */
const RECENT_RUNS = 10;

/** The files of a suite that failed lately, by the same model: they can be run before the rest. */
function failingFiles(runs: readonly SuiteRun[]): string[] {
  const byAge = runs.toSorted((a, b) => a.line.cycle - b.line.cycle);
  const failedIn = (run: SuiteRun): string[] => run.bad?.flatMap(({ file, outcome }) => (file !== null && outcome === 'failed' ? [file] : [])) ?? [];
  const lately = new Set(byAge.slice(-RECENT_RUNS).flatMap(failedIn));
  if (lately.size === 0) return [];
  const files = [...new Set(byAge.flatMap(failedIn))].toSorted();
  const lines = byAge.flatMap((run): HistoryLine[] => {
    const failed = new Set(failedIn(run));
    return files.map((file) => ({ cycle: run.line.cycle, test: file, outcome: failed.has(file) ? 'failed' : 'passed' }));
  });
  const orderer = createOrderer();
  for (const cycle of foldCycles(lines)) orderer.learn(cycle);
  return orderer
    .order([...lately].toSorted().map((file) => ({ test: file })))
    .slice(0, FIRST_FILES)
    .map(({ test }) => test);
}

function lastOutcomes(history: readonly HistoryLine[]): Map<string, HistoryLine['outcome']> {
  const last = new Map<string, HistoryLine>();
  for (const line of history) if (line.cycle >= (last.get(line.test)?.cycle ?? 0)) last.set(line.test, line);
  return new Map([...last].map(([test, { outcome }]) => [test, outcome]));
}
