// The evidence of one incident in memory: what the reader fills and what the engines look at. Pure.
import type { ComparisonRow, ProcessRow, ResourceRow, Topology } from '@awo/contracts';
import type { LogBook } from './logs/log-book.ts';
import type { Span } from './traces/span-stats.ts';

/** Milliseconds since 1970, both ends included. */
export type TimeSpan = readonly [from: number, to: number];
export type Phase = 'window' | 'baseline' | 'outside';
export type Frame = { window: TimeSpan | null; baseline: TimeSpan | null };
export type Series = { entity: string; metric: string; points: { t: number; v: number }[] };
export type Change = { t: number | null; entity: string; kind: string; what: string; revision: string | null; files: readonly string[] };
export type Part = 'incident' | 'topology' | 'metrics' | 'logs' | 'traces' | 'changes' | 'comparisons' | 'processes' | 'resources';

export type Evidence = {
  symptom: { at: number | null; entity: string | null; text: string };
  frame: Frame;
  topology: Topology;
  series: Series[];
  logs: LogBook;
  spans: Span[];
  changes: Change[];
  comparisons: ComparisonRow[];
  processes: ProcessRow[];
  resources: ResourceRow[];
  /** Parts that are there and hold something. */
  present: Set<Part>;
  /** What was left out, for the reader of the answer. */
  notes: string[];
};

/** Seconds, milliseconds, micro- or nanoseconds or an ISO date; null for anything else. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'string') {
    const parsed = /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Date.parse(value);
    return typeof parsed === 'number' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? timeOf(parsed) : Number.isFinite(parsed) ? parsed : null;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const size = Math.abs(value);
  if (size < 1e11) return value * 1000;
  if (size < 1e14) return value;
  return size < 1e17 ? value / 1000 : value / 1e6;
}

/** A point without a time, or an incident without a window, counts as seen in the incident. */
export function phaseOf(frame: Frame, t: number | null): Phase {
  if (t === null || frame.window === null) return 'window';
  if (t >= frame.window[0] && t <= frame.window[1]) return 'window';
  return frame.baseline !== null && t >= frame.baseline[0] && t <= frame.baseline[1] ? 'baseline' : 'outside';
}

const LEAD_MS = 5 * 60_000;

/** Fills in what the incident does not say: five minutes before it was noticed until the end; before that is normal. */
export function frameOf(at: number | null, window: TimeSpan | null, baseline: TimeSpan | null): Frame {
  const inside = window ?? (at === null ? null : ([at - LEAD_MS, Number.MAX_SAFE_INTEGER] as const));
  return { window: inside, baseline: baseline ?? (inside === null ? null : [Number.MIN_SAFE_INTEGER, inside[0] - 1]) };
}
