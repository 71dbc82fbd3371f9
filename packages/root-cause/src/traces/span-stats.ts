// Self time and the origin of errors per entity, in the incident and before it. Pure.
import { phaseOf, type Frame } from '../evidence.ts';
import { changedCalls, type ChangedCalls } from './call-pattern.ts';
import { clientCalls, transitsOf, type Transits } from './client-calls.ts';

export type Span = { trace: string; id: string; parent: string | null; entity: string; name: string; start: number; durationMs: number; error: boolean };
/** Time added per span in the incident, over its operation's usual self time. */
type Gain = { n: number; ms: number };
type Own = { span: Span; id: string; self: number; phase: 'window' | 'baseline' };
type SpanFigures = { spans: number; errors: number; origins: number; self: number[]; total: number[] };
export type SpanStats = {
  /** Key: entity. */
  entities: Map<string, { window: SpanFigures; baseline: SpanFigures }>;
  /** Key: entity and operation; for the self time of one operation. */
  operations: Map<string, { entity: string; name: string; window: SpanFigures; baseline: SpanFigures }>;
  /** Key: caller and called. Self time of the caller's spans that make the call, less what is usual for the operation, and of those that do not. */
  edges: Map<string, { from: string; to: string; calls: Gain; others: Gain; before: { with: number; without: number } }>;
  /** Calls seen between entities: "from to" with the counts. */
  calls: Map<string, { from: string; to: string; count: number }>;
  /** What is lost and waited for between the two ends of calls that their callers recorded. */
  transits: Transits;
  changed: ChangedCalls[];
};

const empty = (): SpanFigures => ({ spans: 0, errors: 0, origins: 0, self: [], total: [] });

/** `names`: those that a span may name as whom it calls. An error's origin is the span that failed without a failed child. */
export function spanStats(spans: readonly Span[], frame: Frame, names: ReadonlySet<string> = new Set()): SpanStats {
  const byId = new Map<string, Span>();
  const covered = new Map<string, { from: number; to: number }[]>();
  const failedBelow = new Set<string>();
  const called = new Map<string, Set<string>>();
  const selves: Own[] = [];
  const key = (s: { trace: string }, id: string): string => `${s.trace} ${id}`;
  for (const s of spans) byId.set(key(s, s.id), s);
  const stats: SpanStats = { entities: new Map(), operations: new Map(), edges: new Map(), calls: new Map(), transits: new Map(), changed: [] };
  const clients = clientCalls(spans, names);
  const countCall = (from: string, to: string): void => {
    const call = stats.calls.get(`${from} ${to}`) ?? { from, to, count: 0 };
    call.count += 1;
    stats.calls.set(`${from} ${to}`, call);
  };
  const calledBy = new Map<string, string[]>();
  const longest = new Map<string, number>();
  for (const s of spans) {
    if (s.parent === null) continue;
    const up = key(s, s.parent);
    const parent = byId.get(up);
    if (parent === undefined) continue;
    const list = covered.get(up) ?? [];
    const start = parent.entity === s.entity ? s.start : withinParent(s, parent);
    list.push({ from: start, to: start + s.durationMs });
    covered.set(up, list);
    longest.set(up, Math.max(longest.get(up) ?? 0, s.durationMs));
    if (s.error) failedBelow.add(up);
    const to = clients.get(s)?.to ?? (parent.entity !== s.entity && !clients.has(parent) ? s.entity : undefined);
    if (to !== undefined) calledBy.set(up, [...(calledBy.get(up) ?? []), to]);
    if (clients.get(s)?.arrived === false) countCall(s.entity, clients.get(s)?.to ?? '');
    if (parent.entity !== s.entity) {
      called.set(up, (called.get(up) ?? new Set()).add(s.entity));
      countCall(parent.entity, s.entity);
    }
  }
  for (const s of spans) {
    const phase = phaseOf(frame, s.start);
    if (phase === 'outside') continue;
    const id = key(s, s.id);
    const self = Math.max(0, s.durationMs - union(covered.get(id) ?? [], s.start, s.start + s.durationMs));
    const entity = stats.entities.get(s.entity) ?? { window: empty(), baseline: empty() };
    stats.entities.set(s.entity, entity);
    const operation = stats.operations.get(`${s.entity} ${s.name}`) ?? { entity: s.entity, name: s.name, window: empty(), baseline: empty() };
    stats.operations.set(`${s.entity} ${s.name}`, operation);
    selves.push({ span: s, id, self, phase });
    // Time and errors of a call are put down to one of its ends by all calls together.
    const client = clients.get(s);
    if (client !== undefined && !(s.error && client.arrived && !failedBelow.has(id) && (longest.get(id) ?? 0) <= s.durationMs * 1.02)) continue;
    for (const figures of [entity[phase], operation[phase]]) {
      figures.spans += 1;
      if (s.error) figures.errors += 1;
      if (s.error && !failedBelow.has(id)) figures.origins += 1;
      figures.self.push(self);
      figures.total.push(s.durationMs);
    }
  }
  const selfOf = new Map(selves.filter(({ span }) => clients.has(span)).map(({ span, self }) => [span, self]));
  stats.transits = transitsOf(
    clients,
    (span) => selfOf.get(span) ?? 0,
    (span) => longest.get(key(span, span.id)) ?? 0,
    (span) => failedBelow.has(key(span, span.id)),
    frame,
  );
  const requests = spans
    .filter((s) => !clients.has(s))
    .map((span) => ({ span, called: calledBy.get(key(span, span.id)) ?? [], failedBelow: failedBelow.has(key(span, span.id)) }));
  stats.changed = changedCalls(requests, frame);
  edgeGains(
    stats,
    selves.filter(({ span }) => !clients.has(span)),
    called,
  );
  return stats;
}

/** Clocks of two machines differ: what would fit into the caller's span and is not within it is moved to its middle (as the skew adjuster of Jaeger). */
function withinParent(s: Span, parent: Span): number {
  const isWithin = s.start >= parent.start && s.start + s.durationMs <= parent.start + parent.durationMs;
  return isWithin || s.durationMs > parent.durationMs ? s.start : parent.start + (parent.durationMs - s.durationMs) / 2;
}

/** Where a caller waits longer only in spans that call one service, the time is lost on the way to that one. */
function edgeGains(stats: SpanStats, selves: readonly Own[], called: ReadonlyMap<string, ReadonlySet<string>>): void {
  const usual = new Map([...stats.operations].map(([key, { baseline }]) => [key, baseline.self.length < 3 ? null : mean(baseline.self)]));
  const callees = new Map<string, Set<string>>();
  for (const { from, to } of stats.calls.values()) callees.set(from, (callees.get(from) ?? new Set()).add(to));
  for (const { span, id, self, phase } of selves) {
    const before = usual.get(`${span.entity} ${span.name}`) ?? null;
    for (const to of callees.get(span.entity) ?? []) {
      const key = `${span.entity} ${to}`;
      const edge = stats.edges.get(key) ?? { from: span.entity, to, calls: { n: 0, ms: 0 }, others: { n: 0, ms: 0 }, before: { with: 0, without: 0 } };
      stats.edges.set(key, edge);
      const made = called.get(id)?.has(to) === true;
      if (phase === 'baseline') edge.before[made ? 'with' : 'without'] += 1;
      else {
        const side = made ? edge.calls : edge.others;
        side.n += 1;
        side.ms += before === null ? 0 : self - before;
      }
    }
  }
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** Time that children cover together; parallel ones count once. */
function union(parts: { from: number; to: number }[], low: number, high: number): number {
  let sum = 0;
  let end = low;
  for (const { from, to } of parts.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(from, end);
    const stop = Math.min(to, high);
    if (stop > start) {
      sum += stop - start;
      end = stop;
    }
  }
  return sum;
}
