// Entities whose own figures end when the incident begins: what is gone is not measured any more. Pure.
import type { Evidence, Series, TimeSpan } from '../evidence.ts';
import type { Statement } from '../suspect.ts';
import { metricKind, type MetricKind } from './metric-kind.ts';

/** Fewer than this many points to be expected are no rhythm. */
const RHYTHM = 6;
const FEW = 0.15;
/** Figures of a process that is there, asked for or not; those of requests end with the requests. */
const OF_THE_PROCESS: ReadonlySet<MetricKind> = new Set(['cpu', 'memory', 'disk', 'restarts', 'saturation']);

export function silences({ series, frame: { window, baseline } }: Evidence): Map<string, Statement> {
  const found = new Map<string, Statement>();
  if (window === null || baseline === null) return found;
  const own = series.filter((s) => OF_THE_PROCESS.has(metricKind(s.metric)));
  const quiet = (s: Series): boolean | null => {
    const expected = (within(s, baseline) * lengthOf(window)) / Math.max(1, lengthOf(baseline));
    return expected < RHYTHM ? null : within(s, window) <= FEW * expected;
  };
  const heard = Map.groupBy(own, (s) => s.entity);
  // Where everything is silent, it is the measuring that has ended.
  const isSource = own.filter((s) => quiet(s) === true).length > own.length / 2;
  if (isSource) return found;
  for (const [entity, all] of heard) {
    const told = all.map(quiet);
    if (told.every((one) => one !== false) && told.includes(true))
      found.set(entity, {
        evidence: `metrics.jsonl: ${entity}`,
        says: `${all
          .map((s) => s.metric)
          .slice(0, 3)
          .join(', ')} ended: it is not measured any more.`,
      });
  }
  return found;
}

const lengthOf = ([from, to]: TimeSpan): number => to - from;
const within = ({ points }: Series, [from, to]: TimeSpan): number => points.filter(({ t }) => t >= from && t <= to).length;
