// A resource that one entity uses many times as much of, and hardly another: slowness and errors pass from callee to caller, use of a processor, memory or disk does not. Pure.
import type { Statement } from '../suspect.ts';
import { number, type Anomaly } from './anomaly.ts';
import type { CallGraph } from './call-graph.ts';
import type { MetricKind } from './metric-kind.ts';
import type { SignalPolicy } from './policy.ts';

/** Weight by kind: those who wait for a slow answer hold more connections and threads as well. */
const RESOURCES: Partial<Record<MetricKind, number>> = { cpu: 1, memory: 1, disk: 1, saturation: 0.7 };
/** Doublings from which on it is noticed, and that are a full reason. */
const NOTICED = 0.5;
const FULL = 2;
/** More doublings than that are of a level near nothing. */
const MOST = 6;

export type Surge = { part: number; kind: MetricKind; says: Statement };

/** By entity: 0 to 1, how much its use grew times its share of all such growth. Figures of a host are those of what runs on it and compete with nobody. */
export function surgesOf(
  byEntity: ReadonlyMap<string, readonly Anomaly[]>,
  graph: CallGraph,
  isHost: (entity: string) => boolean,
  policy: SignalPolicy,
): Map<string, Surge> {
  const found = new Map<string, Map<MetricKind, { by: number; anomaly: Anomaly }>>();
  const total = new Map<MetricKind, number>();
  for (const [entity, anomalies] of byEntity) {
    if (isHost(entity)) continue;
    const best = new Map<MetricKind, { by: number; anomaly: Anomaly }>();
    for (const one of anomalies) {
      if (RESOURCES[one.kind] === undefined || one.before === null || one.strength < 2 * policy.noticeDeviations) continue;
      const by = Math.min(MOST, Math.log2(Math.max(one.now, 1e-9) / Math.max(one.before, 1e-9)));
      if (by >= NOTICED && by > (best.get(one.kind)?.by ?? 0)) best.set(one.kind, { by, anomaly: one });
    }
    found.set(entity, best);
  }
  for (const [entity, best] of found) {
    // More connections held because a callee holds more, or answers none.
    const held = best.get('saturation');
    if (held !== undefined && graph.callees(entity).some((callee) => (found.get(callee)?.get('saturation')?.by ?? 0) >= held.by)) best.delete('saturation');
    for (const [kind, { by }] of best) total.set(kind, (total.get(kind) ?? 0) + by ** 2);
  }
  return new Map(
    [...found].flatMap(([entity, all]) => {
      const parts = [...all].map(([kind, { by, anomaly }]) => ({
        kind,
        anomaly,
        part: (RESOURCES[kind] ?? 0) * Math.min(1, by / FULL) * (by ** 2 / Math.max(total.get(kind) ?? 0, 1e-9)),
      }));
      const [first] = parts.toSorted((a, b) => b.part - a.part);
      if (first === undefined) return [];
      const { metric, before, now } = first.anomaly;
      const says = {
        evidence: `metrics.jsonl: ${entity} ${metric}`,
        says: `${metric} is ${number(now)}, before ${number(before ?? 0)}: ${Math.round(100 * first.part)}% of such growth anywhere.`,
      };
      return [[entity, { part: first.part, kind: first.kind, says }] as const];
    }),
  );
}

const OF_HOST = /^(node|host|machine)([_.-]|[A-Z])/;
/** A host by what is measured of it: most of its figures are named after one. */
export const isHostOf =
  (byEntity: ReadonlyMap<string, readonly { metric: string }[]>) =>
  (entity: string): boolean => {
    const all = byEntity.get(entity) ?? [];
    return all.length > 0 && all.filter((one) => OF_HOST.test(one.metric)).length > all.length / 2;
  };
