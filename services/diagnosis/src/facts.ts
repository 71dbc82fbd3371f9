// What a diagnosis rests on.
import type { Comparison, ProcessFigures, ServiceChange, TrafficCounters } from '@awo/contracts';

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
  /** When the new one got its first share of traffic. */
  trafficSince: string | null;
  /** Requests per second before the release. */
  rpsBefore: number | null;
  fresh: TrafficCounters | null;
  old: TrafficCounters | null;
  logs: string[];
  processes: ProcessFigures[];
  commits: Commit[];
};

/** A service of the environment that this release did not change. */
export type Neighbour = { service: string; address: string; revisions: TrafficCounters[]; processes: ProcessFigures[] };

export type DiagnosisFacts = {
  environment: string;
  failed: FailedStep[];
  watched: Watched[];
  changed: ChangedService[];
  neighbours: Neighbour[];
  machine: { load1: number; cores: number; memoryFreeBytes: number } | null;
  /** Sources that gave no answer: what is not known is said, not guessed. */
  missing: string[];
};
