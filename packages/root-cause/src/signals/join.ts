// Joins what metrics, traces, logs and changes say about one entity into one suspect. Pure.
import type { Change, Evidence } from '../evidence.ts';
import type { Statement, Suspect } from '../suspect.ts';
import { checkOf, namedSays, type NamedFile } from './changed-files.ts';
import type { Compared } from './comparisons.ts';
import { ECHOED, type LogView } from './from-logs.ts';
import type { MetricView } from './from-metrics.ts';
import type { TraceView } from './from-traces.ts';
import { symptomOf } from './metric-kind.ts';
import type { SignalPolicy } from './policy.ts';

const POINTS = {
  silent: 2.6,
  shared: 2.2,
  traceErrors: 3.2,
  traceSlow: 3.2,
  logsOwn: 2.2,
  logsBlamed: 3,
  changedCalls: 2.4,
  surge: 2.4,
  change: 1.2,
  named: 1.5,
};
/** Part of a caller's figures that are not its own where traces put all of it down to one that it calls. */
const TOLD = 0.7;
/** Part of one that counts where no call leads to it. */
const UNASKED = 0.25;
const CHANGE_BEFORE_MS = 2 * 3_600_000;

/** What each kind of evidence says of one entity. */
export type Views = {
  metric: MetricView | undefined;
  trace: TraceView | undefined;
  log: LogView | undefined;
  changes: Change[];
  compared: Compared | undefined;
  /** 0 to 1: how far the worst of what it calls departs from normal. */
  below: number;
  named: NamedFile[];
  /** 0 to 1: the most that traces put down to one next to it: of time, and of errors to one that it calls. */
  traced: {
    slow: number;
    errors: number;
    /** All of the time added that they put down to others. */
    elsewhere: number;
  };
  /** A call leads to it from where the incident was noticed, or nobody knows. */
  isReached: boolean;
  /** Its figures ended. */
  silent: Statement | undefined;
  silentBelow: string | undefined;
  /** All who call it are hurt. */
  sharedBy: Statement | undefined;
  callsShared: boolean;
};

/** Null where nothing speaks for it. */
export function joined(
  entity: string,
  { metric, trace, log, changes, compared, below, named, traced, isReached, silent, silentBelow, sharedBy, callsShared }: Views,
  evidence: Evidence,
  onset: number | null,
  policy: SignalPolicy,
): Suspect | null {
  const symptom = symptomOf(evidence.symptom.text);
  // Whoever says that its calls fail is hurt by the one that it calls; so are those who blame it in turn.
  const echo = Math.min(1, log?.echo ?? 0);
  const told =
    metric === undefined
      ? 0
      : metric.kind === 'latency'
        ? traced.slow * (1 - (trace?.slow ?? 0))
        : metric.kind === 'errors' || metric.kind === 'availability'
          ? traced.errors * (1 - (trace?.errors ?? 0))
          : 0;
  const parts = {
    metric:
      metric === undefined
        ? 0
        : policy.metricPoints *
          metric.abnormal *
          metric.own *
          (silentBelow === undefined && !callsShared ? 1 : 1 - policy.explainable) *
          (policy.withoutExcess + (1 - policy.withoutExcess) * metric.weight) *
          (1 - 0.7 * echo) *
          (1 - TOLD * told),
    // No child failed, and yet it is the answer of another that it failed on.
    error: (1 - 0.4 * echo - 0.45 * Math.min(1, log?.spoiled ?? 0)) * (trace?.errors ?? 0) * POINTS.traceErrors * (symptom === 'latency' ? 0.6 : 1),
    slow: (trace?.slow ?? 0) * POINTS.traceSlow * (symptom === 'errors' ? 0.6 : 1),
    changed: (trace?.changed ?? 0) * POINTS.changedCalls,
    log: Math.min(1.2, log?.own ?? 0) * POINTS.logsOwn,
    blamed: Math.min(1, log?.blamed ?? 0) * POINTS.logsBlamed * (1 - ECHOED * echo),
    // Busy with itself, while the time that is missed is spent by others, or where nobody who is hurt asks it: it may be, and it is not this.
    surge: (metric?.surge?.part ?? 0) * POINTS.surge * (symptom === 'latency' ? 1 - Math.min(1, traced.elsewhere) : 1) * (isReached ? 1 : UNASKED),
    silent: silent === undefined ? 0 : POINTS.silent,
    shared: sharedBy === undefined || trace !== undefined ? 0 : POINTS.shared,
  };
  // Where all of its errors are calls that failed, earlier against now is explained by what it calls; side by side is not.
  const lasting = compared === undefined || compared.concurrent ? 1 : 1 - policy.explainable * below * echo;
  const byChange =
    (compared?.points ?? 0) * lasting -
    (compared === undefined || compared.acquits !== null ? 0 : Math.min(compared.shared, 2)) +
    (named.length > 0 ? POINTS.named : 0);
  const signal = Math.max(0, Object.values(parts).reduce((a, b) => a + b, 0) + byChange);
  const recent = changes.filter((c) => c.t === null || onset === null || (c.t <= onset + 60_000 && onset - c.t < CHANGE_BEFORE_MS));
  // A change by itself proves nothing: it counts as much as the entity is abnormal, and a little for being there.
  const change = recent.length === 0 ? 0 : POINTS.change * (0.25 + 0.75 * Math.min(1, signal / 2));
  if (signal + change < 0.15) return null;
  const isChange = byChange >= 1 && recent.length > 0;
  const suspect: Suspect = {
    entity,
    cause: isChange ? 'recent-change' : causeOf(parts, metric, log, recent),
    points: signal + change,
    for: [
      ...(compared?.for ?? []),
      ...named.slice(0, 3).map(namedSays),
      ...(trace?.for ?? []),
      ...(metric?.for ?? []),
      ...(metric?.kind === 'latency' && metric.moreAsked ? [metric.moreAsked] : []),
      ...(metric?.surge !== undefined && metric.surge.part > 0.2 ? [metric.surge.says] : []),
      ...(silent ? [silent] : []),
      ...(sharedBy ? [sharedBy] : []),
      ...(log?.for ?? []),
    ],
    against: [...(compared?.against ?? []), ...(metric?.against ?? []), ...(trace?.against ?? [])],
    nextCheck: isChange
      ? checkOf(recent, named)
      : `Look at ${entity} from ${onset === null ? 'the beginning of the incident' : new Date(onset).toISOString()} on.`,
  };
  for (const c of recent.slice(-2)) {
    suspect.for.push({
      evidence: `changes.jsonl: ${entity}`,
      says: `${c.kind} ${c.what} ${c.revision ?? ''}${c.t === null ? '' : ` at ${new Date(c.t).toISOString()}`}, before it began.`.replaceAll('  ', ' '),
    });
    suspect.repair ??= `Go back to what ran before: ${c.kind} ${c.what}.`;
  }
  if (silentBelow !== undefined && metric !== undefined)
    suspect.against.push({ evidence: `metrics.jsonl: ${silentBelow}`, says: `${silentBelow}, which it calls, is not measured any more.` });
  const after = changes.filter((c) => !recent.includes(c));
  if (after.length > 0)
    suspect.against.push({ evidence: `changes.jsonl: ${entity}`, says: `${after.length} of its changes came after it began, or long before.` });
  if (metric !== undefined && metric.abnormal < 0.1 && recent.length > 0)
    suspect.against.push({ evidence: 'metrics.jsonl', says: 'Its own metrics are as before: a change at the same time is no proof.' });
  return suspect;
}

function causeOf(
  parts: Record<'metric' | 'error' | 'slow' | 'log' | 'blamed' | 'silent' | 'shared' | 'surge' | 'changed', number>,
  metric: MetricView | undefined,
  log: LogView | undefined,
  recent: readonly Change[],
): string {
  if (log?.cause && parts.log >= 0.3) return log.cause;
  const main = (Object.entries(parts) as [keyof typeof parts, number][]).toSorted((a, b) => b[1] - a[1])[0]?.[0];
  if (recent.length > 0 && parts.metric + parts.error + parts.slow + parts.log + parts.blamed < 0.6) return 'recent-change';
  // A trace says that it is slow or fails, and not why: what it is short of does.
  const busyWith = metric?.surge && metric.surge.part >= 0.5 ? shortOf({ ...metric, kind: metric.surge.kind }) : undefined;
  const why = (metric === undefined || parts.metric < 0.5 ? undefined : shortOf(metric)) ?? busyWith;
  if (main === 'slow') return why ?? 'slow-component';
  if (main === 'error') return why ?? 'failing-component';
  if (main === 'changed') return 'application-error';
  if (main === 'log') return 'failing-component';
  if (main === 'blamed') return 'unreachable-component';
  if (main === 'surge' && metric?.surge !== undefined) return shortOf({ ...metric, kind: metric.surge.kind }) ?? 'abnormal-component';
  if (main === 'silent') return 'failing-component';
  if (main === 'shared') return 'network-degraded';
  if (metric === undefined) return 'abnormal-component';
  const kinds: Partial<Record<MetricView['kind'], string>> = {
    latency: 'slow-component',
    errors: 'failing-component',
    availability: 'failing-component',
    network: 'network-degraded',
    traffic: 'load-changed',
  };
  return shortOf(metric) ?? kinds[metric.kind] ?? 'abnormal-component';
}

function shortOf({ kind, moreAsked }: MetricView): string | undefined {
  // Slow because it is asked for more than it can do: a fresh process of it would be as slow.
  if (kind === 'latency' && moreAsked !== null) return 'load-changed';
  const kinds: Partial<Record<MetricView['kind'], string>> = {
    cpu: 'cpu-exhausted',
    memory: 'memory-exhausted',
    disk: 'disk-exhausted',
    restarts: 'crash-loop',
    saturation: 'connections-exhausted',
  };
  return kinds[kind];
}
