// What the runs with mistakes say about a selection: what it found, what it missed, and how much it ran for that. Pure.
import type { ImpactReason, ImpactReport } from '@awo/contracts';
import type { Kind, Suspect } from './suspect.ts';

export type Chosen = ReadonlyMap<string, Kind>;
export type Trial = {
  file: string;
  line: number;
  operator: string;
  description: string;
  /** Tests that fail with the mistake and pass without it. */
  failing: readonly string[];
  chosen: Chosen;
  missed: readonly { test: string; suspect: Suspect }[];
};
type KindRow = { kind: Kind; chosen: number; failing: number; missed: number; recall: number | null; precision: number | null };
export type Tally = {
  /** Pairs of a mistake and a test that notices it. */
  failing: number;
  found: number;
  recall: number | null;
  /** 95 % upper bound of the share of mistakes of which a test is missed. */
  missedUpper: number;
  /** Mean share of the tests that were chosen. */
  share: number;
  mutantsMissed: number;
  kinds: KindRow[];
};

const PLAIN: readonly ImpactReason['kind'][] = ['changed-file', 'import', 'symbol', 'same-package', 'test-support', 'unit', 'none-semantic'];

/** The link that makes a chain what it is: the first that no import shows, or that it is imports only. */
export function kindOfChain(reasons: readonly ImpactReason[]): Kind {
  const special = reasons.find(({ kind }) => !PLAIN.includes(kind));
  if (special) return special.kind;
  return reasons.some(({ kind }) => kind === 'unit') ? 'unit' : reasons.some(({ kind }) => kind === 'symbol') ? 'symbol' : 'import';
}

export const chosenBy = (report: Pick<ImpactReport, 'tests'>): Chosen => new Map(report.tests.map(({ file, reasons }) => [file, kindOfChain(reasons)]));

export function tally(trials: readonly Trial[], tests: number): Tally {
  const rows = new Map<Kind, KindRow>();
  const row = (kind: Kind): KindRow => {
    const known = rows.get(kind) ?? { kind, chosen: 0, failing: 0, missed: 0, recall: null, precision: null };
    rows.set(kind, known);
    return known;
  };
  let [failing, found, share] = [0, 0, 0];
  for (const { failing: noticed, chosen, missed } of trials) {
    const fails = new Set(noticed);
    failing += fails.size;
    share += chosen.size / Math.max(1, tests);
    for (const [test, kind] of chosen) {
      const own = row(kind);
      own.chosen += 1;
      if (fails.has(test)) {
        own.failing += 1;
        found += 1;
      }
    }
    for (const { suspect } of missed) row(suspect.kind).missed += 1;
  }
  const mutantsMissed = trials.filter(({ missed }) => missed.length > 0).length;
  return {
    failing,
    found,
    recall: failing === 0 ? null : found / failing,
    missedUpper: wilsonUpper(mutantsMissed, trials.filter(({ failing: noticed }) => noticed.length > 0).length),
    share: trials.length === 0 ? 0 : share / trials.length,
    mutantsMissed,
    kinds: [...rows.values()]
      .map((one) => ({
        ...one,
        recall: one.failing + one.missed === 0 ? null : one.failing / (one.failing + one.missed),
        precision: one.chosen === 0 ? null : one.failing / one.chosen,
      }))
      .toSorted((a, b) => b.missed - a.missed || b.failing - a.failing || (a.kind < b.kind ? -1 : 1)),
  };
}

/** One-sided 95 % (E. B. Wilson, 1927); 1 where nothing was tried. */
function wilsonUpper(hits: number, n: number): number {
  if (n === 0) return 1;
  const [z2, p] = [1.645 ** 2, hits / n];
  return (p + z2 / (2 * n) + 1.645 * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
}
