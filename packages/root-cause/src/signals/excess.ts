// How much of the symptom passes through an entity: time added and requests lost there, per point of time. Pure.
import { phaseOf, type Frame, type Series } from '../evidence.ts';
import { levelPoints, meanOf, medianOf } from './anomaly.ts';
import { metricKind } from './metric-kind.ts';

/** `perSecond` is times the requests, `perRequest` is not; `counted`: whether somebody counts them. */
type Amount = { perSecond: number; perRequest: number };
export type Excess = { time: Amount; failures: Amount; counted: boolean };
type Level = { before: number; now: number };

const MIDDLE = /avg|average|mean/i;
const MEDIAN = /p50|median|q50|0\.5\b|latency[._-]?50/i;

/** Time is the change of the mean response times requests, failures the change of their share times requests; requests count as 1 where nobody counts them. */
export function excessOf(series: readonly Series[], frame: Frame): Map<string, Excess> {
  const byEntity = new Map<string, Series[]>();
  for (const s of series) byEntity.set(s.entity, [...(byEntity.get(s.entity) ?? []), s]);
  const result = new Map<string, Excess>();
  for (const [entity, own] of byEntity) {
    const of = (kind: string): Series[] => own.filter((s) => metricKind(s.metric) === kind);
    const latencies = of('latency');
    const latency = latencies.find((s) => MIDDLE.test(s.metric)) ?? latencies.find((s) => MEDIAN.test(s.metric)) ?? latencies[0];
    const traffic = levelOf(of('traffic')[0], frame);
    const requests = traffic?.now ?? 1;
    const slower = levelOf(latency, frame);
    const available = levelOf(of('availability')[0], frame);
    const failing = levelOf(of('errors')[0], frame);
    // Percent or share: what never exceeds one is a share.
    const whole = available !== null && Math.max(available.before, available.now) > 1.5 ? 100 : 1;
    const lost = available === null ? 0 : (available.before - available.now) / whole;
    const more = failing === null ? 0 : failing.now - failing.before;
    const isShare = failing === null || Math.max(failing.now, failing.before) <= 1;
    const later = slower === null ? 0 : Math.max(0, slower.now - slower.before);
    result.set(entity, {
      time: { perSecond: later * requests, perRequest: later },
      failures: { perSecond: Math.max(0, lost * requests, isShare ? more * requests : more), perRequest: Math.max(0, lost, isShare ? more : more / requests) },
      counted: traffic !== null,
    });
  }
  return result;
}

function levelOf(series: Series | undefined, frame: Frame): Level | null {
  if (series === undefined) return null;
  const values = { window: [] as number[], baseline: [] as number[], outside: [] as number[] };
  for (const p of levelPoints(series)) values[phaseOf(frame, p.t)].push(p.v);
  return values.window.length === 0 || values.baseline.length === 0 ? null : { before: medianOf(values.baseline), now: meanOf(values.window) };
}
