// Entities by their spans: where errors begin and where time is spent that was not spent before. Pure.
import type { Statement } from '../suspect.ts';
import type { SpanStats } from '../traces/span-stats.ts';
import { medianOf, meanOf, number } from './anomaly.ts';

export type TraceView = { entity: string; errors: number; slow: number; for: Statement[]; against: Statement[] };

/** `errors`: its share of all new origins of errors; `slow`: its share of all time that was added; each 0 to 1. */
export function traceViews(stats: SpanStats): TraceView[] {
  const rows = [...stats.entities].map(([entity, { window, baseline }]) => {
    const share = (part: number, n: number): number => (n === 0 ? 0 : part / n);
    const newErrors = Math.max(0, window.origins - share(baseline.origins, baseline.spans) * window.spans);
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
  const errors = rows.reduce((sum, r) => sum + r.newErrors, 0);
  const time = rows.reduce((sum, r) => sum + r.added, 0);
  return rows.flatMap((r) => {
    const view: TraceView = { entity: r.entity, errors: errors > 0.5 ? r.newErrors / errors : 0, slow: time > 0 ? r.added / time : 0, for: [], against: [] };
    if (view.errors > 0.05)
      view.for.push({
        evidence: `traces.jsonl: ${r.entity}`,
        says: `${r.window.origins} of ${r.window.spans} spans failed without a failed call below (${r.baseline.origins} of ${r.baseline.spans} before): errors begin here.`,
      });
    else if (r.window.errors > 0 && r.window.origins === 0)
      view.against.push({ evidence: `traces.jsonl: ${r.entity}`, says: `Its ${r.window.errors} failed spans all have a failed call below.` });
    if (view.slow > 0.05)
      view.for.push({
        evidence: `traces.jsonl: ${r.entity} ${r.worst.name}`,
        says: `${r.worst.name} spends ${number(r.worst.now)} ms of its own, ${number(r.worst.before)} ms before: ${Math.round(100 * view.slow)}% of all time added.`,
      });
    return view.for.length + view.against.length === 0 ? [] : [view];
  });
}
