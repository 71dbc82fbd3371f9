// The one way tests are put in order: predict from the past, then learn what came of it. Pure.
import { type Cycle, testsOf } from './cycles.ts';
import { compareNames } from './groups.ts';
import { afterTwo, type Input, type Row, rowsOf } from './features.ts';
import type { TestLine } from './lines.ts';
import { count, cycleWeight, emptyMemory, remember } from './memory.ts';
import { apfd } from './metrics.ts';
import { createRanker, type RankerOptions } from './ranker.ts';
import { reasonsOf } from './reasons.ts';

export type Ordered = { test: string; score: number; because: string[] };
export type OrderModel = {
  cycles: number;
  tests: number;
  /** What each way of ordering counts for now. */
  trust: Record<Expert, number>;
  weights: Record<Input, number>;
};

export type Orderer = {
  /** Every test once, the most likely to fail first. Nothing is learned. */
  order(tests: readonly TestLine[], changed?: readonly string[]): Ordered[];
  /** Takes a cycle in; answers with the order that `order` would have given before it. */
  learn(cycle: Cycle): Learned;
  /** What history says a test takes, in milliseconds. */
  durationOf(test: string): number | undefined;
  model(): OrderModel;
};
/** `order` is what `order()` would have given before the cycle. */
type Learned = { order: () => string[] };

const EXPERTS = ['model', 'rate', 'last-failure'] as const;
type Expert = (typeof EXPERTS)[number];
export type OrdererOptions = { ranker?: RankerOptions; share?: number; eagerness?: number; fade?: number };

/** The learned model leads; simple orders gain where it has been worse than they were. */
export function createOrderer({ ranker: rankerOptions, share = 0.8, eagerness = 4, fade = 0.97 }: OrdererOptions = {}): Orderer {
  const memory = emptyMemory();
  const ranker = createRanker(rankerOptions);
  const gains: Record<Expert, number> = { model: 0, rate: 0, 'last-failure': 0 };

  const trust = (): Record<Expert, number> => {
    const prior: Record<Expert, number> = { model: share, rate: (1 - share) / 2, 'last-failure': (1 - share) / 2 };
    const best = Math.max(...EXPERTS.map((expert) => gains[expert]));
    const raw = EXPERTS.map((expert) => prior[expert] * Math.exp(eagerness * (gains[expert] - best)));
    const sum = raw.reduce((a, b) => a + b, 0);
    return Object.fromEntries(EXPERTS.map((expert, i) => [expert, (raw[i] ?? 0) / sum])) as Record<Expert, number>;
  };

  const opinions = (rows: readonly Row[]): Record<Expert, Float64Array> => ({
    model: ranksOf(rows.map(ranker.score)),
    rate: ranksOf(rows.map(({ memory: m }) => m.rates[1] ?? 0)),
    'last-failure': ranksOf(rows.map(({ memory: m }) => (m.fails === 0 ? -1000 : -m.runsSinceFailure))),
  });

  /** Scores from 0 to 1, and those of each way alone. */
  function judge(rows: readonly Row[]): { scores: Float64Array; by: Record<Expert, Float64Array> } {
    const by = opinions(rows);
    const weight = trust();
    const scores = Float64Array.from(rows, (_, i) => EXPERTS.reduce((sum, expert) => sum + weight[expert] * (by[expert][i] ?? 0), 0));
    return { scores, by };
  }

  return {
    order(tests, changed = []) {
      const rows = rowsOf(memory, unique(tests), changed);
      const { scores } = judge(rows);
      const explain = reasonsOf(rows, ranker.parts);
      return placesBy(rows, scores).flatMap((i) => {
        const row = rows[i];
        return row ? [{ test: row.test, score: Number((scores[i] ?? 0).toFixed(6)), because: explain(row, memory.cycles) }] : [];
      });
    },
    learn(cycle) {
      const rows = rowsOf(memory, testsOf(cycle), cycle.changed);
      const { scores, by } = judge(rows);
      const failed = cycle.results.map((result) => result.failed);
      const share = failed.filter(Boolean).length / Math.max(1, failed.length);
      if (share > 0 && share < 1) {
        for (const expert of EXPERTS) {
          const order = placesBy(rows, by[expert]).map((i) => ({ failed: failed[i] ?? false, durationMs: 1 }));
          gains[expert] = gains[expert] * fade + (apfd(order) ?? 0);
        }
      }
      const ran = cycle.results.flatMap((result, i) => (result.ran ? i : []));
      ranker.learn(
        ran.flatMap((i) => rows[i] ?? []),
        ran.map((i) => failed[i] ?? false),
      );
      for (const i of ran) for (const key of rows[i]?.contexts ?? []) count(memory.contexts, key, failed[i] ?? false, memory.cycles, cycleWeight(share));
      for (const i of ran)
        if (rows[i] && rows[i].memory.runs > 0) count(memory.contexts, afterTwo(rows[i].memory), failed[i] ?? false, memory.cycles, cycleWeight(share));
      remember(memory, cycle);
      return { order: () => placesBy(rows, scores).map((i) => rows[i]?.test ?? '') };
    },
    durationOf: (test) => memory.tests.get(test)?.durationMs,
    model: () => ({ cycles: memory.cycles, tests: memory.tests.size, trust: trust(), weights: ranker.weights() }),
  };
}

/** The first line of a test counts. */
function unique(tests: readonly TestLine[]): TestLine[] {
  const seen = new Set<string>();
  return tests.filter(({ test }) => !seen.has(test) && seen.add(test));
}

function placesBy(rows: readonly Row[], scores: ArrayLike<number>): number[] {
  const rank = (i: number) => rows[i];
  return rows
    .map((_, i) => i)
    .sort((a, b) => {
      const difference = (scores[b] ?? 0) - (scores[a] ?? 0);
      if (Math.abs(difference) > 1e-12) return difference;
      const [x, y] = [rank(a), rank(b)];
      return (x?.durationMs ?? 0) - (y?.durationMs ?? 0) || compareNames(x?.test ?? '', y?.test ?? '');
    });
}

/** The share of the others that a value is above; equal values share the middle of their places. */
function ranksOf(values: readonly number[]): Float64Array {
  const places = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < places.length;) {
    let to = from;
    while (to + 1 < places.length && values[places[to + 1] ?? 0] === values[places[from] ?? 0]) to += 1;
    for (let k = from; k <= to; k += 1) ranks[places[k] ?? 0] = values.length === 1 ? 1 : (from + to) / 2 / (values.length - 1);
    from = to + 1;
  }
  return ranks;
}
