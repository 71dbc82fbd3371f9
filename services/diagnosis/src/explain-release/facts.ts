// What the diagnosis of a release rests on.
import type { Comparison, EvidenceCollected, ServiceChange, TestsJudged, TrafficCounters } from '@awo/contracts';
import type { EvidenceBundle } from '@awo/root-cause';

export type Sample = TrafficCounters['samples'][number];

/** A step of this release that failed. */
export type FailedStep = { step: string; kind: string; service: string | null; code: string; message: string; settledAt: string | null };

/** What a watch reported when it ended. */
export type Watched = {
  step: string;
  service: string;
  weight: number;
  concurrent: boolean;
  because: string;
  passed: boolean;
  elapsedMs: number;
  startedAt: string | null;
  settledAt: string | null;
  comparison: Comparison;
  past: { requests: number; errors: number; p95Ms: number | null } | null;
};

export type Commit = { sha: string; subject: string; files: string[] };

/** One service that this release changed. */
export type ChangedService = {
  change: ServiceChange;
  /** When the new one was started, and when it got its first share of traffic. */
  startedAt: string | null;
  trafficSince: string | null;
  fresh: TrafficCounters | null;
  old: TrafficCounters | null;
  commits: Commit[];
};

type Machine = { load1: number; cores: number; memoryFreeBytes: number; memoryTotalBytes?: number | undefined };

/** What was seen of a release, before it is laid out as evidence. */
export type Observed = {
  at: number;
  failed: FailedStep[];
  watched: Watched[];
  changed: ChangedService[];
  /** The last lines of the new one, by service. */
  logs: Record<string, string[]>;
  failing: TestsJudged['failing'];
  collected: EvidenceCollected | null;
  machine: Machine | null;
};

export type DiagnosisFacts = Pick<Observed, 'failed' | 'watched' | 'changed'> & {
  environment: string;
  bundle: EvidenceBundle;
  /** Sources that gave no answer: what is not known is said, not guessed. */
  missing: string[];
};

/** Those whose own steps failed; all where none can be told. */
export function examinedOf({ failed, changed }: Pick<Observed, 'failed' | 'changed'>): ChangedService[] {
  const own = changed.filter((s) => failed.some((f) => f.service === s.change.service));
  return own.length > 0 ? own : changed;
}
