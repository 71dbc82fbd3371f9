// A callee that is as always while all who call it are hurt and nothing else explains them: it lies on the way to it, or it is not measured where it hurts. Pure.
import type { Statement } from '../suspect.ts';
import type { CallGraph } from './call-graph.ts';
import type { MetricView } from './from-metrics.ts';

/** A caller is hurt by something of its own from here on: abnormal times the part that nothing below explains. */
const HURT = 0.35;
const WELL = 0.3;

type Shared = { callers: readonly string[]; says: Statement };

/** Of two or more callers each; one caller alone may as well be ill itself. */
export function sharedCallees(metrics: ReadonlyMap<string, MetricView>, graph: CallGraph): Map<string, Shared> {
  const hurt = (entity: string): boolean => {
    const view = metrics.get(entity);
    return view !== undefined && (view.kind === 'latency' || view.kind === 'errors' || view.kind === 'availability') && view.abnormal * view.own >= HURT;
  };
  const ill = [...metrics.keys()].filter(hurt);
  const callees = new Set(ill.flatMap((entity) => graph.callees(entity)));
  const found = new Map<string, Shared>();
  for (const callee of callees) {
    const callers = graph.callers(callee);
    if (callers.length < 2 || (metrics.get(callee)?.abnormal ?? 0) >= WELL || !callers.every(hurt)) continue;
    found.set(callee, {
      callers,
      says: {
        evidence: 'metrics.jsonl',
        says: `All ${callers.length} that call it depart from normal, and nothing else that they call explains it: ${callers.slice(0, 4).join(', ')}.`,
      },
    });
  }
  // Of several the one that explains most of who is hurt.
  const most = Math.max(0, ...[...found.values()].map((c) => c.callers.length));
  for (const [callee, { callers }] of found) if (callers.length < most) found.delete(callee);
  return found;
}
