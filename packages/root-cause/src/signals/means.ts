// The mean of what is recorded as a sum and a count: what grows with the number of requests alone is not slower. Pure.
import type { Series } from '../evidence.ts';
import { levelPoints } from './anomaly.ts';

const SUM = /(seconds|duration|latency|millis|ms)_sum$/i;

/** `x_sum` of times becomes `x_mean` where `x_count` is there as well. */
export function withMeans(series: readonly Series[]): Series[] {
  const known = new Map(series.filter((s) => /_count$/i.test(s.metric)).map((s) => [`${s.entity}\n${s.metric}`, s]));
  return series.map((s) => {
    const stem = SUM.test(s.metric) ? s.metric.slice(0, -'_sum'.length) : null;
    const count = stem === null ? undefined : known.get(`${s.entity}\n${stem}_count`);
    if (stem === null || count === undefined) return s;
    const requests = new Map(levelPoints(count).map((p) => [p.t, p.v]));
    const points = levelPoints(s).flatMap(({ t, v }) => ((requests.get(t) ?? 0) > 0 ? [{ t, v: v / (requests.get(t) ?? 1) }] : []));
    return { ...s, metric: `${stem}_mean`, points };
  });
}
