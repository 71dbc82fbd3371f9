// Entities by their spans: where errors begin and where time is spent that was not spent before. Pure.
import type { Statement } from '../suspect.ts';
import type { SpanStats } from '../traces/span-stats.ts';
import { blameEdges } from './blame-edges.ts';
import { medianOf, meanOf, number } from './anomaly.ts';

export type TraceView = {
  entity: string;
  errors: number;
  slow: number;
  /** It calls others more or less often in a request than before. */
  changed: number;
  for: Statement[];
  against: Statement[];
};

/** `untoldOf`: whom it calls without a trace of it. `errors`: its share of all new origins of errors; `slow`: its share of all time that was added; each 0 to 1. */
export function traceViews(
  stats: SpanStats,
  untoldOf: (entity: string) => readonly string[] = () => [],
  askedWrong: ReadonlySet<string> = new Set(),
): TraceView[] {
  const rows = [...stats.entities].map(([entity, { window, baseline }]) => {
    const share = (part: number, n: number): number => (n === 0 ? 0 : part / n);
    const expected = share(baseline.origins + 0.5, baseline.spans + 1) * window.spans;
    // Three errors where one is usual are chance.
    const newErrors = window.origins - expected > 3 * Math.sqrt(expected + 1) ? window.origins - expected : 0;
    let added = 0;
    let worst = { name: '', now: 0, before: 0, gain: 0 };
    for (const op of stats.operations.values()) {
      if (op.entity !== entity || op.window.spans === 0 || op.baseline.spans < 3) continue;
      const before = meanOf(op.baseline.self);
      const typical = medianOf(op.baseline.self);
      const noise = 1.4826 * medianOf(op.baseline.self.map((v) => Math.abs(v - typical))) + 0.05 * before + 0.2;
      const now = meanOf(op.window.self);
      const gain = now - before > (2 * noise) / Math.sqrt(Math.min(op.window.spans, 25)) ? (now - before) * op.window.spans : 0;
      added += gain;
      if (gain > worst.gain) worst = { name: op.name, now, before, gain };
    }
    return { entity, newErrors, added, worst, window, baseline };
  });
  const onCalls = callTroubles(stats);
  for (const entity of new Set([...onCalls.lost.keys(), ...onCalls.waits.keys(), ...stats.changed.map((c) => c.entity)]))
    if (!rows.some((r) => r.entity === entity))
      rows.push({ entity, newErrors: 0, added: 0, worst: { name: '', now: 0, before: 0, gain: 0 }, window: NOTHING, baseline: NOTHING });
  const lost = unanswered(stats, new Map(rows.map((r) => [r.entity, r.newErrors])));
  const added = new Map(rows.map((r) => [r.entity, r.added]));
  const moved = onTheWay(stats, added, lost.waits);
  for (const [entity, ms] of onCalls.waits) moved.set(entity, (moved.get(entity) ?? 0) + ms);
  for (const [entity, n] of onCalls.lost) lost.errors.set(entity, (lost.errors.get(entity) ?? 0) + n);
  for (const r of rows) r.added = Math.max(0, r.added + (moved.get(r.entity) ?? 0));
  for (const r of rows) r.newErrors = Math.max(0, r.newErrors + (lost.errors.get(r.entity) ?? 0));
  const errors = rows.reduce((sum, r) => sum + r.newErrors, 0);
  const time = rows.reduce((sum, r) => sum + r.added, 0);
  const views = rows.flatMap((r) => {
    const view: TraceView = {
      entity: r.entity,
      errors: errors > 0.5 ? (r.newErrors / errors) * ((lost.errors.get(r.entity) ?? 0) > 0 ? 1 : often(r.newErrors, r.window.spans)) : 0,
      slow: time > 0 ? (r.added / time) * material(r.worst, moved.get(r.entity) ?? 0) : 0,
      changed: 0,
      for: [],
      against: [],
    };
    // Who rejects what it was asked calls nobody for it.
    const isAsked = askedWrong.has(r.entity) || [...stats.transits.values()].some((t) => t.to === r.entity && t.window.rejected > 3 + 3 * t.baseline.rejected);
    const [change] = isAsked
      ? []
      : stats.changed.filter((c) => c.entity === r.entity).toSorted((a, b) => Math.abs(b.now - b.before) * b.n - Math.abs(a.now - a.before) * a.n);
    if (change !== undefined) {
      view.changed = Math.min(1, Math.abs(change.now - change.before) / Math.max(change.now, change.before) / 0.4) * (change.isSteady ? 1 : OPTIONAL);
      view.for.push({
        evidence: `traces.jsonl: ${r.entity} ${change.name}`,
        says: `${change.name} calls ${change.to} ${number(change.now)} times in a request, ${number(change.before)} before.`,
      });
    }
    if (view.errors > 0.05)
      view.for.push({
        evidence: `traces.jsonl: ${r.entity}`,
        says:
          (lost.errors.get(r.entity) ?? 0) > 0
            ? `Those that call it fail, and its part of those requests is not there: ${Math.round(r.newErrors)} calls did not reach it.`
            : `${r.window.origins} of ${r.window.spans} spans failed without a failed call below (${r.baseline.origins} of ${r.baseline.spans} before): errors begin here.`,
      });
    else if (r.window.errors > 0 && r.window.origins === 0)
      view.against.push({ evidence: `traces.jsonl: ${r.entity}`, says: `Its ${r.window.errors} failed spans all have a failed call below.` });
    if (view.slow > 0.05)
      view.for.push({
        evidence: `traces.jsonl: ${r.entity} ${r.worst.name}`,
        says:
          (moved.get(r.entity) ?? 0) > 0
            ? `Those that call it wait longer in just those calls: ${Math.round(100 * view.slow)}% of all time added is lost on the way to it or from it.`
            : `${r.worst.name} spends ${number(r.worst.now)} ms of its own${waiting(untoldOf(r.entity))}, ${number(r.worst.before)} ms before: ${Math.round(100 * view.slow)}% of all time added.`,
      });
    return view.for.length + view.against.length === 0 ? [] : [view];
  });
  toChanged(views, stats);
  return views;
}

/** Who calls a service that does something else than before, and fails on what it answers, fails through it. */
function toChanged(views: readonly TraceView[], { calls }: SpanStats): void {
  for (const changed of views.filter((v) => v.changed > 0))
    for (const caller of views) {
      if (caller.errors === 0 || caller.changed > 0 || caller === changed || !calls.has(`${caller.entity} ${changed.entity}`)) continue;
      const part = 0.7 * changed.changed * caller.errors;
      caller.errors -= part;
      changed.errors += part;
      changed.for.push({ evidence: `traces.jsonl: ${caller.entity}`, says: `${caller.entity}, which calls it, fails since, and none of its calls do.` });
    }
}

const waiting = (untold: readonly string[]): string => (untold.length === 0 ? '' : ` or waiting for ${untold.slice(0, 3).join(', ')}, which no trace shows`);

/** A call that only some requests make is made less often where less of those come. */
const OPTIONAL = 0.3;
const NOTHING = { spans: 0, errors: 0, origins: 0, self: [], total: [] };
/** By the end that explains them: calls that never arrived, and milliseconds of calls that the called one did not take. */
function callTroubles({ transits }: SpanStats): { lost: Map<string, number>; waits: Map<string, number> } {
  const edges = [...transits.values()].filter(({ window, baseline }) => window.n >= 5 && baseline.n >= 5);
  const lost = edges.map(({ from, to, window, baseline }) => {
    const expected = ((baseline.lost + 0.5) / (baseline.n + 1)) * window.n;
    return { from, to, amount: window.lost - expected > 3 * Math.sqrt(expected + 1) ? window.lost - expected : 0 };
  });
  const waits = edges.map(({ from, to, window, baseline }) => {
    const before = meanOf(baseline.ms);
    const typical = medianOf(baseline.ms);
    const noise = 1.4826 * medianOf(baseline.ms.map((v) => Math.abs(v - typical))) + 0.05 * before + 0.2;
    const gain = meanOf(window.ms) - before;
    return { from, to, amount: gain > (2 * noise) / Math.sqrt(Math.min(window.n, 25)) ? gain * window.n : 0 };
  });
  return { lost: blameEdges(lost), waits: blameEdges(waits) };
}
const ENOUGH = 8;
/** One request in ten or more is a full reason; one in a hundred a third of one. */
const often = (failed: number, all: number): number => Math.min(1, Math.sqrt(failed / Math.max(1, all) / 0.1));
/** All of very little is little: a sixth more time is a sixth of a reason. */
const material = (worst: { now: number; before: number }, moved: number): number =>
  moved > 0 ? 1 : Math.min(1, (worst.now - worst.before) / Math.max(worst.before, 1) / 0.6);
/** Errors of callers go to the called one whose spans are missing since: positive for that one. */
function unanswered(stats: SpanStats, errors: ReadonlyMap<string, number>): { errors: Map<string, number>; waits: { from: string; to: string; ms: number }[] } {
  const moved = new Map<string, number>();
  const waits: { from: string; to: string; ms: number }[] = [];
  const lacking = [...stats.edges.values()].flatMap((e) => {
    const [before, now] = [e.before.with + e.before.without, e.calls.n + e.others.n];
    if (e.before.with < ENOUGH || now < ENOUGH || (errors.get(e.from) ?? 0) === 0) return [];
    const usual = e.before.with / before;
    const lack = usual * now - e.calls.n;
    // Three standard deviations of a share of so many requests, a fifth of the calls, and about as many as failed.
    return lack > 3 * Math.sqrt(usual * (1 - usual) * now + 1) && lack > 0.2 * usual * now && lack > 0.4 * (errors.get(e.from) ?? 0) ? [{ ...e, lack }] : [];
  });
  const reached = new Set(
    [...stats.edges.values()]
      .filter(
        (e) =>
          e.before.with >= ENOUGH && e.calls.n >= ENOUGH && e.calls.n >= 0.8 * (e.before.with / (e.before.with + e.before.without)) * (e.calls.n + e.others.n),
      )
      .map((e) => e.to),
  );
  // Who is reached by others as always is not gone: it is not called.
  const missing = lacking.filter((e) => !reached.has(e.to));
  const lackOf = new Map<string, number>();
  for (const e of missing) lackOf.set(e.to, (lackOf.get(e.to) ?? 0) + e.lack);
  const taken = new Set<string>();
  for (const e of missing.toSorted((a, b) => (lackOf.get(b.to) ?? 0) - (lackOf.get(a.to) ?? 0))) {
    if (taken.has(e.from)) continue;
    taken.add(e.from);
    const part = Math.min(errors.get(e.from) ?? 0, 1.5 * e.lack);
    moved.set(e.from, (moved.get(e.from) ?? 0) - part);
    moved.set(e.to, (moved.get(e.to) ?? 0) + part);
    // A caller that waits in vain spends that time itself, in requests without the call.
    if (e.others.ms > 0) waits.push({ from: e.from, to: e.to, ms: e.others.ms });
  }
  return { errors: moved, waits };
}
/** Time that callers lose only where they call one service goes from the callers to it; in milliseconds, positive for the called one. */
function onTheWay(stats: SpanStats, added: ReadonlyMap<string, number>, waits: readonly { from: string; to: string; ms: number }[]): Map<string, number> {
  const moved = new Map<string, number>();
  const taken = new Set<string>();
  for (const { from, to, ms } of waits) {
    const part = Math.min(ms, added.get(from) ?? 0);
    if (part <= 0) continue;
    taken.add(from);
    moved.set(from, (moved.get(from) ?? 0) - part);
    moved.set(to, (moved.get(to) ?? 0) + part);
  }
  const per = (g: { n: number; ms: number }): number => (g.n === 0 ? 0 : g.ms / g.n);
  const edges = [...stats.edges.values()].filter((e) => e.calls.n >= ENOUGH && e.others.n >= ENOUGH && (added.get(e.from) ?? 0) > 0);
  const byCallee = new Map<string, { from: string; ms: number }[]>();
  for (const e of edges) {
    const extra = per(e.calls) - Math.max(0, per(e.others));
    // Most of what the caller lost is lost in these calls, and next to nothing in the others.
    if (extra > 1 && extra * e.calls.n > 0.6 * (added.get(e.from) ?? 0) && per(e.others) < 0.35 * per(e.calls))
      byCallee.set(e.to, [...(byCallee.get(e.to) ?? []), { from: e.from, ms: Math.min(extra * e.calls.n, added.get(e.from) ?? 0) }]);
  }
  // Of several called ones that would explain a caller, the one that explains most of all callers.
  for (const [to, froms] of [...byCallee].toSorted((a, b) => b[1].reduce((s, x) => s + x.ms, 0) - a[1].reduce((s, x) => s + x.ms, 0)))
    for (const { from, ms } of froms) {
      if (taken.has(from) || from === to) continue;
      taken.add(from);
      moved.set(from, (moved.get(from) ?? 0) - ms);
      moved.set(to, (moved.get(to) ?? 0) + ms);
    }
  return moved;
}
