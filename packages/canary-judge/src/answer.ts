// What the judge answers.
type Outcome = 'pass' | 'fail' | 'inconclusive';
export type Side = 'baseline' | 'canary';
export type File = Side | 'control';

/** Closed: the first word of every `because`. */
export type Reason =
  | 'no-worse'
  | 'worse-within-tolerance'
  | 'worse'
  | 'tail-worse'
  | 'spread-worse'
  | 'critical-metric-worse'
  | 'metrics-worse'
  | 'below-fail-weight'
  | 'no-data'
  | 'no-metrics'
  | 'too-few-samples'
  | 'too-few-points'
  | 'only-in-baseline'
  | 'only-in-canary'
  | 'missing-metric'
  | 'mixed-kinds'
  | 'mixed-units'
  | 'mixed-directions'
  | 'unknown-kind'
  | 'unusable-rows'
  | 'not-concurrent'
  | 'clock-skew'
  | 'stale-metric'
  | 'frozen-metric'
  | 'same-rows'
  | 'suspicious'
  | 'warm-up'
  | 'may-be-youth'
  | 'steady'
  | 'growing'
  | 'may-be-growing'
  | 'grows-on-both'
  | 'never-happened'
  | 'happened'
  | 'happened-on-both'
  | 'not-yet-significant';

export type MetricAnswer = {
  metric: string;
  verdict: Outcome;
  /** `reason: sentence`. */
  because: string;
  /** Difference canary - baseline: of shares for rates; of medians (p95, spread) as a part of the baseline's for values; of events as a part for counts. */
  effect: number | null;
  /** Always-valid confidence interval of the effect; null: no bound yet. */
  interval: [number | null, number | null];
  /** Samples of baseline and canary. */
  n: [number, number];
  method: string;
  /** Always-valid p-value: the smallest alpha at which it would have failed so far. */
  pValue: number;
};

export type LeftOut = { file: File; reason: string; rows: number; lines: number[]; example: string };

type MetricPower = {
  /** Smallest harm that would be seen by now, in the unit of the effect; null: none. */
  smallestEffect: number | null;
  /** Samples per side that a pass within the tolerance takes, if nothing is wrong. */
  samplesNeeded: number | null;
};

export type Answer = {
  verdict: Outcome;
  because: string;
  metrics: MetricAnswer[];
  power: { alpha: number; metrics: Record<string, MetricPower> };
  leftOut: LeftOut[];
};

/** What a rule says; it has no part in the error control of the tests. */
export type Ruling = { verdict: Outcome; reason: Reason; text: string };

/** What judging one metric gives before metrics are combined. */
export type Finding = {
  /** Highest log e-value that the canary is worse. */
  logE: number;
  /** The same by now: what looked bad once and then did not go on is no suspicion. */
  logNow: number;
  /** What kind of harm leads; the reason if it fails. */
  harm: Extract<Reason, 'worse' | 'tail-worse' | 'spread-worse'>;
  harmText: string;
  /** Harm too small to matter, whatever it is proven with. */
  negligible: boolean;
  /** Log e-value that the canary is not worse by the tolerance. */
  logNoWorse: number;
  passText: string;
  effect: number | null;
  interval: [number | null, number | null];
  method: string;
  power: MetricPower;
};
