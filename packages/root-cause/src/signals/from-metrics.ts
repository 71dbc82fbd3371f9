// Entities by their anomalies: how strong, how early, and how much of it nothing below them explains. Pure.
import type { Evidence } from '../evidence.ts';
import type { Statement } from '../suspect.ts';
import { anomalyOf, number, type Anomaly } from './anomaly.ts';
import type { CallGraph } from './call-graph.ts';
import { relevance, symptomOf, type MetricKind } from './metric-kind.ts';

export type MetricView = {
  entity: string;
  /** 0 to 1: certainty that it departs from normal, in what the symptom is about. */
  abnormal: number;
  /** 0 to 1: the part of it that no anomaly below explains. */
  own: number;
  kind: MetricKind;
  onset: number | null;
  for: Statement[];
  against: Statement[];
};

const NOTICE = 3;
const SURE = 8;
const squash = (strength: number): number => (strength <= NOTICE / 2 ? 0 : 1 - Math.exp(-(strength - NOTICE / 2) / SURE));

export function metricViews(evidence: Evidence, graph: CallGraph): MetricView[] {
  const symptom = symptomOf(evidence.symptom.text);
  const byEntity = new Map<string, Anomaly[]>();
  for (const series of evidence.series) {
    const found = anomalyOf(series, evidence.frame);
    if (found !== null) byEntity.set(found.entity, [...(byEntity.get(found.entity) ?? []), found]);
  }
  const weigh = (a: Anomaly): number => squash(a.strength) * relevance(a.kind, symptom);
  const level = new Map<string, number>();
  const ranked = new Map<string, Anomaly[]>();
  for (const [entity, anomalies] of byEntity) {
    const sorted = anomalies.toSorted((a, b) => weigh(b) - weigh(a));
    ranked.set(entity, sorted);
    // Two or three series that agree are worth more than one.
    const [a, b, c] = sorted.map(weigh);
    level.set(entity, 0.6 * (a ?? 0) + 0.25 * (b ?? a ?? 0) + 0.15 * (c ?? b ?? a ?? 0));
  }
  return [...ranked].flatMap(([entity, anomalies]) => {
    const abnormal = level.get(entity) ?? 0;
    const [main] = anomalies;
    if (main === undefined || abnormal < 0.05) return [];
    const below = graph
      .callees(entity)
      .map((c) => ({ c, a: explains(main, ranked.get(c) ?? [], weigh) }))
      .toSorted((x, y) => y.a - x.a)[0];
    const explained = Math.min(1, (below?.a ?? 0) / Math.max(abnormal, 0.05));
    const view: MetricView = {
      entity,
      abnormal,
      own: 1 - 0.85 * explained,
      kind: main.kind,
      onset: main.onset,
      for: anomalies
        .slice(0, 3)
        .filter((a) => a.strength >= NOTICE / 2)
        .map((a) => ({
          evidence: `metrics.jsonl: ${a.entity} ${a.metric}`,
          says: `${a.metric} is ${number(a.now)}, before ${number(a.before)} (${a.strength.toFixed(1)} deviations).`,
        })),
      against: [],
    };
    if (below !== undefined && explained > 0.4)
      view.against.push({
        evidence: `metrics.jsonl: ${below.c}`,
        says: `${below.c}, which it calls, departs from normal as well: that explains ${Math.round(100 * explained)}% of it.`,
      });
    return [view];
  });
}

/** How much a callee's anomalies can explain the main one of its caller. */
function explains(main: Anomaly, below: readonly Anomaly[], weigh: (a: Anomaly) => number): number {
  const same = below.filter((a) => a.kind === main.kind || (isFailure(a.kind) && isFailure(main.kind)));
  return Math.max(0, ...same.map(weigh));
}
const isFailure = (kind: MetricKind): boolean => kind === 'errors' || kind === 'availability';
