// What one look at a rollout rests on, what is kept until the next look, and what one step hands to the next.
import type { MarginState, MemorySample, RestartingState } from '@awo/analysis';
import type { ProcessFigures, ServiceChange, TrafficCounters } from '@awo/contracts';
import type { Tally } from '../counters.ts';
import type { Carry } from './carry.ts';

export type WatchPolicy = { errorBudgetRatio: number; latencyMs: number | null; watchDeadlineMs: number; alpha: number; minRequests: number };

/** One bound that replies are measured by: the bucket of the old one's own quantile, or the policy's limit. */
export type LatencyBound = { bucket: number; source: 'old-p90' | 'old-p99' | 'policy'; reference: number; evidence: RestartingState };

/** Evidence that goes on from step to step of one release of one service; see carry.ts. */
export type Evidence = {
  errors: RestartingState;
  latency: LatencyBound[];
  memory: MemorySample[];
  /** Restarts before the first watch. */
  restarts: { old: number; fresh: number };
  /** The old one's counters at the first look of the first watch: its past. */
  past: Tally | null;
};

export type WatchMemo = {
  v: 1;
  since: string;
  looks: number;
  policy: WatchPolicy;
  last: { old: Tally | null; fresh: Tally | null };
  total: { old: Tally; fresh: Tally };
  /** Latency since the new one was warm. */
  warm: { old: number[]; fresh: number[] } | null;
  margin: MarginState;
  /** Looks in a row at which the new one was ready, without a restart. */
  healthyLooks: number;
  oldMemoryBytes: number | null;
  evidence: Evidence;
};

export type WatchInput = { environment: string; change: ServiceChange; weight: number; concurrent: boolean; expectedRps: number | null };

export type WatchFacts = {
  input: WatchInput;
  policy: WatchPolicy;
  /** Services that this release watches: they share alpha. */
  servicesWatched: number;
  elapsedMs: number;
  traffic: { at: string; revisions: TrafficCounters[] };
  processes: { at: string; revisions: ProcessFigures[] };
  /** Of the look before; null at the first. */
  memo: WatchMemo | null;
  /** Of the step before that watched the same revision; null in the first step. */
  carried: Carry | null;
};
