// What services have reported of themselves, by the process that did. Bounded; in memory: totals of a new owner begin anew, as those of a new process do.
import type { Point } from './decode.ts';

/** A process that makes a label of every customer is not followed any further. */
const MOST_SERIES = 2000;
/** Longer than this unheard of, and it is no figure of now. */
const FRESH_MS = 90_000;

type Series = { at: number; labels: Record<string, string>; kind: Point['kind']; value: number; count: number; mean: { at: number; value: number } | null };
type Report = { series: Map<string, Series>; leftOut: number; heardAt: number };
export type Sample = { value: number; kind: Point['kind'] } | { trouble: 'no-data' | 'bad-query'; detail: string };

export type Reported = {
  add(launch: string, points: readonly Point[], now: number): void;
  /** Totals are summed, levels averaged; of a spread the mean of what came between the last two reports that differ. */
  sample(launch: string, metric: string, where: Readonly<Record<string, string>>, now: number): Sample;
};

export function createReported(): Reported {
  const reports = new Map<string, Report>();
  return {
    add(launch, points, now) {
      const report = reports.get(launch) ?? { series: new Map<string, Series>(), leftOut: 0, heardAt: now };
      // The newest stand last, so that those of processes that are gone go first.
      reports.delete(launch);
      reports.set(launch, report);
      report.heardAt = now;
      for (const point of points) add(report, point, now);
      for (const [old, { heardAt }] of reports) if (now - heardAt > 10 * FRESH_MS) reports.delete(old);
    },
    sample(launch, metric, where, now) {
      const report = reports.get(launch);
      if (report === undefined) return { trouble: 'no-data', detail: 'it has not reported anything by OTLP' };
      const known = [...report.series.values()].filter((s) => s.labels[NAME] === metric);
      // Exporters of differences leave out what did not change: a total is as fresh as the process that counts.
      const isFresh = (s: Series): boolean => now - (s.kind === 'total' ? report.heardAt : s.at) <= FRESH_MS;
      const wanted = known.filter((s) => isFresh(s) && Object.entries(where).every(([key, value]) => s.labels[key] === value));
      const [first] = wanted;
      // Counted, and none of these yet: a total of nothing.
      if (first === undefined && known.some((s) => s.kind === 'total' && now - report.heardAt <= FRESH_MS)) return { value: 0, kind: 'total' };
      if (first === undefined) return { trouble: 'no-data', detail: nothing(report, metric, known.length > 0) };
      if (wanted.some((s) => s.kind !== first.kind)) return { trouble: 'bad-query', detail: `${metric} is of several kinds` };
      const sum = wanted.reduce((total, s) => total + s.value, 0);
      if (first.kind === 'total') return { value: sum, kind: 'total' };
      if (first.kind === 'level') return { value: sum / wanted.length, kind: 'level' };
      const means = wanted.flatMap((s) => (s.mean !== null && now - s.mean.at <= FRESH_MS ? s.mean.value : []));
      return means.length === 0
        ? { trouble: 'no-data', detail: `nothing came of ${metric} within ${FRESH_MS / 1000} s` }
        : { value: means.reduce((a, b) => a + b, 0) / means.length, kind: 'spread' };
    },
  };
}

const NAME = '__name__';

function add(report: Report, point: Point, now: number): void {
  const labels = { ...point.labels, [NAME]: point.metric };
  const key = JSON.stringify(Object.entries(labels).toSorted());
  const known = report.series.get(key);
  if (known === undefined && report.series.size >= MOST_SERIES) {
    report.leftOut += 1;
    return;
  }
  const before = known ?? { value: 0, count: 0, mean: null };
  if (point.kind === 'spread') {
    const [count, sum] = point.isDelta ? [before.count + point.count, before.value + point.sum] : [point.count, point.sum];
    // One that went back began anew.
    const [base, from] = count < before.count ? [0, 0] : [before.count, before.value];
    const mean = count > base ? { at: now, value: (sum - from) / (count - base) } : before.mean;
    report.series.set(key, { at: now, labels, kind: 'spread', value: sum, count, mean });
  } else {
    const value = point.kind === 'total' && point.isDelta ? before.value + point.value : point.value;
    report.series.set(key, { at: now, labels, kind: point.kind, value, count: 0, mean: null });
  }
}

function nothing(report: Report, metric: string, isKnown: boolean): string {
  if (isKnown) return `no value of ${metric} within ${FRESH_MS / 1000} s`;
  const names = [...new Set([...report.series.values()].map((s) => s.labels[NAME]))].slice(0, 8).join(', ');
  return `it reports no ${metric}; it reports ${names || 'nothing'}${report.leftOut > 0 ? `, and ${report.leftOut} figures were more than are followed` : ''}`;
}
