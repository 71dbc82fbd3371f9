// A linear model over the inputs, learned cycle by cycle from pairs of a failing and a passing test. Pure.
import { seededRandom } from '@awo/analysis';
import { type Input, INPUTS, type Row, SETS } from './features.ts';

export type RankerOptions = { rate: number; pull: number; replays: number };
/** The rate of a cycle with very many verdicts; see `confidence`. */
const RANKER: RankerOptions = { rate: 0.05, pull: 0.005, replays: 8 };

/** Where learning starts: what holds nearly everywhere. */
const START: Partial<Record<Input, number>> = {
  pattern: 0.2,
  pause: 0.1,
  'failure-age': 0.2,
  newness: 0.15,
  flipping: 0.1,
  'recent-and-long': 0.2,
  'long-pattern': 0.1,
  neighbours: 0.1,
  rate: 0.3,
  'rate-slow': 0.15,
  'rate-all': 0.1,
  relative: 0.1,
  group: 0.1,
  'group-now': 0.15,
  together: 0.2,
  changed: 0.6,
  short: 0.02,
  new: 0.15,
  'pattern-pause': 0.15,
  'pattern-beside': 0.15,
  'beside-since': 0.1,
  'own-next': 0.2,
  words: 0.05,
};
const WIDTH = INPUTS.length;
const REMEMBERED = 80;
const MAX_ROWS = 300;
const LEAST_STEP = 0.2;
/** So many failing and passing tests give half of the step that is left. */
const ENOUGH = 60;

type Sample = { rows: { set: number; inputs: Float64Array }[]; failed: boolean[] };

export type Ranker = {
  score(row: Row): number;
  /** What each input adds to the score. */
  parts(row: Row): Float64Array;
  learn(rows: readonly Row[], failed: readonly boolean[]): void;
  weights(): Record<Input, number>;
};

export function createRanker(options: RankerOptions = RANKER): Ranker {
  const start = Float64Array.from({ length: WIDTH * (SETS + 1) }, (_, i) => (i < WIDTH ? (START[INPUTS[i] ?? 'new'] ?? 0) : 0));
  const weights = start.slice();
  const squares = new Float64Array(weights.length).fill(0.02);
  const gradient = new Float64Array(weights.length);
  const random = seededRandom(7);
  const samples: Sample[] = [];

  const scoreOf = ({ set, inputs }: { set: number; inputs: Float64Array }): number => {
    let sum = 0;
    const own = WIDTH * (set + 1);
    for (let i = 0; i < WIDTH; i += 1) sum += ((weights[i] ?? 0) + (weights[own + i] ?? 0)) * (inputs[i] ?? 0);
    return sum;
  };

  function descend({ rows, failed }: Sample): void {
    const rate = options.rate * confidence(failed);
    const scores = rows.map(scoreOf);
    const push = pairForces(scores, failed);
    gradient.fill(0);
    rows.forEach(({ set, inputs }, r) => {
      const force = push[r] ?? 0;
      if (force === 0) return;
      const own = WIDTH * (set + 1);
      for (let i = 0; i < WIDTH; i += 1) {
        const g = force * (inputs[i] ?? 0);
        gradient[i] = (gradient[i] ?? 0) + g;
        // What is special to tests of this age is learned more slowly than what holds for all.
        gradient[own + i] = (gradient[own + i] ?? 0) + g / 2;
      }
    });
    for (let i = 0; i < weights.length; i += 1) {
      const g = (gradient[i] ?? 0) + options.pull * ((weights[i] ?? 0) - (start[i] ?? 0));
      squares[i] = (squares[i] ?? 0) * 0.998 + g * g;
      weights[i] = (weights[i] ?? 0) - (rate * g) / Math.sqrt(squares[i] ?? 1);
    }
  }

  return {
    score: scoreOf,
    parts: ({ set, inputs }) => inputs.map((x, i) => x * ((weights[i] ?? 0) + (weights[WIDTH * (set + 1) + i] ?? 0))),
    learn(rows, failed) {
      const sample = thin(rows, failed);
      if (!sample) return;
      descend(sample);
      for (let i = 0; i < options.replays && samples.length > 0; i += 1) {
        const old = samples[Math.floor(random() * samples.length)];
        if (old) descend(old);
      }
      samples.push(sample);
      if (samples.length > REMEMBERED) samples.shift();
    },
    weights: () => Object.fromEntries(INPUTS.map((input, i) => [input, weights[i] ?? 0])) as Record<Input, number>,
  };
}

/** A cycle of few verdicts, or with few of one kind, points anywhere: its step is a fifth of the whole, that of a large one nearly all. */
function confidence(failed: readonly boolean[]): number {
  const failing = failed.filter(Boolean).length;
  const compared = (2 * failing * (failed.length - failing)) / failed.length;
  return (compared + LEAST_STEP * ENOUGH) / (compared + ENOUGH);
}

/** The slope of the mean logistic loss over all pairs (C. Burges et al. 2005), per test. */
function pairForces(scores: readonly number[], failed: readonly boolean[]): Float64Array {
  const force = new Float64Array(scores.length);
  const passing = scores.flatMap((_, i) => (failed[i] ? [] : [i]));
  const failing = scores.flatMap((_, i) => (failed[i] ? [i] : []));
  const share = 1 / (passing.length * failing.length);
  for (const i of failing)
    for (const j of passing) {
      const slope = share / (1 + Math.exp((scores[i] ?? 0) - (scores[j] ?? 0)));
      force[i] = (force[i] ?? 0) - slope;
      force[j] = (force[j] ?? 0) + slope;
    }
  return force;
}

/** A cycle with both verdicts, cut to a bearable number of each, evenly; null where there is nothing to compare. */
function thin(rows: readonly Row[], failed: readonly boolean[]): Sample | null {
  const pick = (verdict: boolean): number[] => {
    const found = rows.flatMap((_, i) => (failed[i] === verdict ? [i] : []));
    const stride = Math.max(1, found.length / MAX_ROWS);
    return Array.from({ length: Math.min(found.length, MAX_ROWS) }, (_, k) => found[Math.floor(k * stride)] ?? 0);
  };
  const [failing, passing] = [pick(true), pick(false)];
  if (failing.length === 0 || passing.length === 0) return null;
  const kept = [...failing, ...passing].flatMap((i) => rows[i] ?? []);
  return { rows: kept.map(({ set, inputs }) => ({ set, inputs })), failed: kept.map((_, i) => i < failing.length) };
}
