// What only the called one can know, told by its caller: an expired certificate, a full pool of a store. It is put down to the callee that fails, where there is one. Pure.
import { isSaidByCallee } from '../log-causes.ts';
import type { CallGraph } from './call-graph.ts';
import type { LogView } from './from-logs.ts';
import type { MetricView } from './from-metrics.ts';

const FAILS = 0.5;

/** The views with such causes at their callees; those of callers keep a little, as an echo. */
export function toCallees(logs: ReadonlyMap<string, LogView>, metrics: ReadonlyMap<string, MetricView>, graph: CallGraph): Map<string, LogView> {
  const moved = new Map(logs);
  for (const view of logs.values()) {
    const { entity, cause } = view;
    if (cause === null || !isSaidByCallee(cause, '')) continue;
    const failing = graph.callees(entity).filter((callee) => {
      const metric = metrics.get(callee);
      return metric !== undefined && metric.abnormal >= FAILS && (metric.kind === 'availability' || metric.kind === 'errors');
    });
    const [callee, another] = failing;
    if (callee === undefined || another !== undefined) continue;
    const own = logs.get(callee) ?? { entity: callee, own: 0, blamed: 0, echo: 0, spoiled: 0, firstAt: view.firstAt, cause: null, for: [] };
    const says = view.for.map((s) => ({ ...s, says: `${entity}, which calls it, says: ${s.says}` }));
    moved.set(callee, { ...own, own: own.own + view.own, cause, for: [...own.for, ...says] });
    moved.set(entity, { ...view, own: view.own * 0.25, cause: null, echo: 1 });
  }
  return moved;
}
