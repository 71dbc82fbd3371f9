// Entities by their anomalies: how strong, how early, and how much of it nothing below them explains. Pure.
import type { Evidence } from '../evidence.ts';
import type { Statement } from '../suspect.ts';
import { anomalyOf, number, type Anomaly } from './anomaly.ts';
import type { CallGraph } from './call-graph.ts';
import { excessOf, type Excess } from './excess.ts';
import { SIGNAL_POLICY, type SignalPolicy } from './policy.ts';
import { isHostOf, surgesOf, type Surge } from './surge.ts';
import { metricKind, relevance, symptomOf, type MetricKind } from './metric-kind.ts';

export type MetricView = {
  entity: string;
  /** 0 to 1: certainty that it departs from normal, in what the symptom is about. */
  abnormal: number;
  /** 0 to 1: the part of it that no anomaly below explains. */
  own: number;
  /** By how much each that it calls explains it, most first. */
  below: { callee: string; part: number }[];
  /** 0 to 1: how much of the symptom is as large as its own departure. */
  weight: number;
  kind: MetricKind;
  onset: number | null;
  /** Whether it is known to have been otherwise before. */
  isNew: boolean;
  /** It is asked for several times what is usual. */
  moreAsked: Statement | null;
  /** A resource that it uses many times as much of. */
  surge: Surge | undefined;
  for: Statement[];
  against: Statement[];
};

/** Certainty from deviations: none at first, then ever closer to one. */
const squash = (strength: number, { noticeDeviations, sureDeviations }: SignalPolicy): number =>
  strength <= noticeDeviations / 2 ? 0 : 1 - Math.exp(-(strength - noticeDeviations / 2) / sureDeviations);

/** Times what is usual: more than retries make of a slow answer. */
const MUCH_MORE = 2.2;

function moreAskedOf(anomalies: readonly Anomaly[], { noticeDeviations }: SignalPolicy): Statement | null {
  const found = anomalies.find((one) => one.kind === 'traffic' && one.before !== null && one.strength >= noticeDeviations && one.now >= MUCH_MORE * one.before);
  return found === undefined || found.before === null
    ? null
    : {
        evidence: `metrics.jsonl: ${found.entity} ${found.metric}`,
        says: `${found.metric} is ${number(found.now)}, before ${number(found.before)}: it is asked for more than it was.`,
      };
}

export function metricViews(evidence: Evidence, graph: CallGraph, policy: SignalPolicy = SIGNAL_POLICY): MetricView[] {
  const symptom = symptomOf(evidence.symptom.text);
  const byEntity = new Map<string, Anomaly[]>();
  for (const series of evidence.series) {
    const found = anomalyOf(series, evidence.frame, policy);
    if (found !== null) byEntity.set(found.entity, [...(byEntity.get(found.entity) ?? []), found]);
  }
  const weigh = (a: Anomaly): number => squash(a.strength, policy) * relevance(a.kind, symptom);
  for (const anomalies of byEntity.values()) anomalies.sort((a, b) => weigh(b) - weigh(a));
  const isHost = isHostOf(Map.groupBy(evidence.series, (s) => s.entity));
  const surges = surgesOf(byEntity, graph, isHost, policy);
  const answered = new Set(evidence.series.filter((s) => measureOf(metricKind(s.metric)) !== null).map((s) => s.entity));
  // Of a store nobody measures how it answers: what it is short of speaks for it.
  const answersUnmeasured = (entity: string): boolean => !answered.has(entity) && surges.has(entity);
  const excess = excessOf(evidence.series, evidence.frame);
  return [...byEntity].flatMap(([entity, anomalies]) => {
    const [main] = anomalies;
    // Two or three series that agree are worth more than one.
    const [a = 0, b = a, c = b] = anomalies.map(weigh);
    const abnormal = 0.6 * a + 0.25 * b + 0.15 * c;
    if (main === undefined || abnormal < 0.05) return [];
    const measure = measureOf(main.kind);
    const below = graph
      .callees(entity)
      // What runs on a host makes the host's figures, unless all that runs there suffers.
      .filter(
        (callee) =>
          !isHost(callee) ||
          graph.callers(callee).every((one) => one === callee || (byEntity.get(one) ?? []).some((x) => x.kind === main.kind && weigh(x) > 0.3)),
      )
      .map((callee) => ({
        callee,
        part:
          answersUnmeasured(callee) && measure !== null
            ? Math.min(1, surges.get(callee)?.part ?? 0)
            : explains(main, byEntity.get(callee) ?? [], weigh, isHost(callee)) * shareOf(measure, excess.get(entity), excess.get(callee)),
      }))
      .toSorted((x, y) => y.part - x.part);
    const explained = Math.min(
      1,
      below.reduce((sum, one) => sum + one.part, 0),
    );
    const made = isHost(entity) ? madeBy(main, surges, graph.callers(entity)) : null;
    const view: MetricView = {
      entity,
      abnormal,
      own: (1 - policy.explainable * explained) * (made === null ? 1 : 1 - policy.explainable),
      below,
      weight: evidence.symptom.entity === null ? 1 : shareOf(measure, excess.get(evidence.symptom.entity), excess.get(entity)),
      kind: main.kind,
      onset: main.onset,
      isNew: main.before !== null,
      moreAsked: moreAskedOf(anomalies, policy),
      surge: surges.get(entity),
      for: anomalies
        .slice(0, 3)
        .filter((one) => one.strength >= policy.noticeDeviations / 2)
        .map((one) => ({
          evidence: `metrics.jsonl: ${one.entity} ${one.metric}`,
          says:
            one.before === null
              ? `${one.metric} is ${number(one.now)}, which is much wherever it is measured.`
              : `${one.metric} is ${number(one.now)}, before ${number(one.before)} (${one.strength.toFixed(1)} deviations).`,
        })),
      against: [],
    };
    if (below[0] !== undefined && explained > 0.4)
      view.against.push({
        evidence: `metrics.jsonl: ${below[0].callee}`,
        says: `${below[0].callee}, which it calls, departs from normal as well: what it calls explains ${Math.round(100 * explained)}% of it.`,
      });
    if (made !== null) view.against.push({ evidence: `metrics.jsonl: ${made}`, says: `${made} uses so much more that the host shows it.` });
    if (view.weight < 0.3)
      view.against.push({ evidence: 'metrics.jsonl', says: `It is ${Math.round(100 * view.weight)}% of what was added where the incident was noticed.` });
    return [view];
  });
}

/** Who makes a host busy; where nobody knows what runs on which host, anybody whose use grew. */
function madeBy(main: Anomaly, surges: ReadonlyMap<string, Surge>, residents: readonly string[]): string | null {
  const [most] = [...surges]
    .filter(([entity, s]) => s.kind === main.kind && s.part > 0.3 && (residents.length === 0 || residents.includes(entity)))
    .toSorted((a, b) => b[1].part - a[1].part);
  return most?.[0] ?? null;
}

/** Certainty that a callee departs from normal in the way of its caller. */
function explains(main: Anomaly, below: readonly Anomaly[], weigh: (a: Anomaly) => number, isHost: boolean): number {
  // No service uses a processor, memory or disk for another.
  if (!isHost && (main.kind === 'cpu' || main.kind === 'memory' || main.kind === 'disk')) return 0;
  const same = below.filter((a) => a.kind === main.kind || (isFailure(a.kind) && isFailure(main.kind)));
  return Math.min(1, Math.max(0, ...same.map(weigh)) / Math.max(weigh(main), 0.05));
}
const isFailure = (kind: MetricKind): boolean => kind === 'errors' || kind === 'availability';
const measureOf = (kind: MetricKind): 'time' | 'failures' | null => (kind === 'latency' ? 'time' : isFailure(kind) ? 'failures' : null);

/** The part of one entity's excess that another one's can be; 1 where it cannot be told. */
function shareOf(measure: 'time' | 'failures' | null, whole: Excess | undefined, part: Excess | undefined): number {
  if (measure === null || whole === undefined || part === undefined) return 1;
  // One that is only probed would count as one request against all of its callers' requests.
  const amount = whole.counted && part.counted ? 'perSecond' : 'perRequest';
  return whole[measure][amount] <= 0 ? 1 : Math.min(1, part[measure][amount] / whole[measure][amount]);
}
