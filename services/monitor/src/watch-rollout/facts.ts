// What one look at a rollout rests on, what is kept until the next look, and what one step hands to the next.
import type { Row } from '@awo/canary-judge';
import type { ObservedMetric, ProcessFigures, ServiceChange, TrafficCounters } from '@awo/contracts';
import type { Tally } from '../counters.ts';

export type WatchPolicy = {
  errorBudgetRatio: number;
  latencyMs: number | null;
  watchDeadlineMs: number;
  atDeadline?: 'undo' | 'ask' | undefined;
  alpha: number;
  minRequests: number;
  soakMs?: number | undefined;
  observe?: ObservedMetric[] | undefined;
};

/** One bound that replies are measured by, fixed once: about the old one's own quantile, or the policy's limit. */
export type SlowBound = {
  /** Of LATENCY_BOUNDS_MS: slower than its upper bound is slow. */
  bucket: number;
  source: 'old-p90' | 'old-p99' | 'policy';
  /** Share of the replies that may be slower before it counts at all, whatever is proven. */
  budget: number;
  /** What the old one's past says of its share: as it was, and the most that it may have been. */
  known: { low: number; high: number; n: number };
};

/** Requests, bad ones; where the new one was warm also requests with a known time, and how many of them were beyond each bound. Short: they stay in the log. */
export type Arm = number[];

/**
 * A stretch of time of both revisions, or of the new one alone: its end in seconds since the first look of the release, the old one, the new one, and of
 * the old one's requests those of its control, where it had one.
 */
export type Stretch = [t: number, old: Arm | null, fresh: Arm, control?: Arm];

/** What the whole release has shown of one service: goes on from step to step. */
export type Series = {
  /** Of the first look of the first step. */
  begun: string;
  stretches: Stretch[];
  bounds: SlowBound[];
  /** The new one's memory: seconds, bytes, requests served by then. */
  memory: [number, number, number][];
  /** The same of the control. */
  controlMemory?: [number, number, number][];
  /** The most that the old one took. */
  oldMemoryBytes: number | null;
  /** Crashes before the first look, and by now. */
  crashes: { before: { old: number; fresh: number }; now: { old: number; fresh: number } };
  /** The old one's counters at the first look: its past. */
  past: Tally | null;
  /** Services that call it. Histories of older versions have none. */
  dependents?: Record<string, Dependent>;
  /** Metrics that awo.yaml names. */
  observed?: Record<string, Observed>;
};

/** What a source said at one look; null with `trouble`. */
export type ObservedSample = { value: number | null; of: number | null; trouble: string | null };
type SeriesOf = [t: number, value: number, n: number][];
export type Observed = Pick<ObservedMetric, 'kind' | 'worse' | 'critical'> & {
  old: SeriesOf;
  fresh: SeriesOf;
  /** Totals at the last look that had some. */
  last: { old?: { value: number; of: number } | undefined; fresh?: { value: number; of: number } | undefined };
  /** What was wrong with its source at the last look. */
  trouble: string | null;
};

type Counts = { n: number; bad: number; slow?: number };
/** One caller: before the first look, at the last one per revision, and stretches since: seconds, requests, bad ones, slow ones where a bound is known. */
export type Dependent = { past: Counts; bound?: SlowBound; last: Record<string, Counts>; seen: [t: number, n: number, bad: number, slow?: number][] };

export type WatchMemo = {
  v: 2;
  since: string;
  looks: number;
  policy: WatchPolicy;
  /** Requests a second that the first look found to be expected. Null: nobody knows; absent in what older versions kept. */
  expectedRps?: number | null;
  /** Names of the services that call it. */
  callers?: string[];
  last: { old: Tally | null; fresh: Tally | null; control?: Tally };
  total: { old: Tally; fresh: Tally; control?: Tally };
  /** Of the stretch that is not over yet: when it began, and whether the new one was warm by then. */
  open: { from: number; warm: boolean; old: Tally; fresh: Tally; control?: Tally };
  /** Looks in a row at which the new one was ready, without a restart. */
  healthyLooks: number;
  series: Series;
  /** Whether traffic went down on suspicion in this watch, and is up again. */
  lowered?: 'now' | 'before';
};

export type WatchInput = {
  environment: string;
  change: ServiceChange;
  weight: number;
  concurrent: boolean;
  /** By the plan, else by what the first look found usual; null: nobody knows. */
  expectedRps: number | null;
  requests?: number | undefined;
  /** Traffic goes down to this weight on suspicion, once. */
  lowerTo?: number | undefined;
  /** After promotion: it is watched for so long, and passes where nothing was found. */
  soakMs?: number | undefined;
};

type Person = { who: string; because: string };

/** What was read at one look. */
export type Reading = {
  input: WatchInput;
  policy: WatchPolicy;
  /** Services that this release watches: they share alpha. */
  servicesWatched: number;
  elapsedMs: number;
  traffic: { at: string; revisions: TrafficCounters[] };
  processes: { at: string; revisions: ProcessFigures[] };
  /** A fresh process of the old one; what it served is among the old one's as well. */
  control?: { traffic: TrafficCounters; memoryBytes: number | null };
  /** What people have said of this goal. */
  dependents?: { service: string; revisions: TrafficCounters[] }[];
  observed?: { metric: ObservedMetric; old: ObservedSample | null; fresh: ObservedSample | null }[];
  held?: Person | null;
  /** A shift of its traffic is under way beside this watch. */
  isShifting?: true;
  vouched?: Person | null;
};

export type WatchFacts = Reading & {
  /** Everything known after this look. */
  memo: WatchMemo;
  /** In all the time that this watch has; absent in what was recorded before silence was judged by it. */
  requestsExpected?: number;
  /** The same as rows for the judge, as `awo canary judge` reads them: the old one is the baseline. */
  rows: {
    baseline: Row[];
    canary: Row[];
    /** Of the baseline the control's alone, where there is one. */
    control?: Row[];
  };
};
