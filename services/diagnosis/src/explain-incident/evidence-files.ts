// What was collected of an environment as the files of an evidence folder. Pure.
import type { EvidenceCollected } from '@awo/contracts';
import { withNames } from '../name-addresses.ts';

export type Noticed = { service: string; symptom: string; since: number; disturbed?: readonly (readonly [from: number, to: number])[] };

/** What is normal ends a little before the incident was seen to begin. */
const LEAD_MS = 2000;
/** Counts of the runtime that say nothing by their level. */
const NO_LEVEL = new Set(['restarts']);

export function evidenceFiles(
  { at, topology, tracks, logs, changes }: EvidenceCollected,
  { service, symptom, since, disturbed = [] }: Noticed,
): Record<string, string> {
  const from = since - LEAD_MS;
  const oldest = Math.min(at - 600_000, ...tracks.map((t) => t.t[0] ?? at));
  const incident = { at: since, entity: service, symptom, window: [from, at], baseline: [oldest, from - 1] };
  // An earlier incident is not normal: with it among what is usual, the same trouble again would not stand out.
  const usable = (time: number): boolean => time >= from || !disturbed.some(([begin, end]) => time >= begin && time <= end);
  const metrics = tracks
    .flatMap(({ entity, metric, t, v }) => {
      if (!NO_LEVEL.has(metric)) return t.map((time, i) => ({ t: time, entity, metric, value: v[i] }));
      // A restart is an event: what is told per second is whether one happened.
      return t.slice(1).map((time, i) => ({ t: time, entity, metric, value: (v[i + 1] ?? 0) - (v[i] ?? 0) }));
    })
    .filter((row) => usable(row.t));
  const named = withNames(topology.nodes);
  const rows = (list: readonly object[]): string => list.map((row) => JSON.stringify(row)).join('\n');
  return {
    'incident.json': JSON.stringify(incident),
    'topology.json': JSON.stringify(topology),
    'metrics.jsonl': rows(metrics),
    'logs.jsonl': rows(logs.filter((line) => usable(line.t)).map((line) => ({ ...line, message: named(line.message) }))),
    'changes.jsonl': rows(changes),
  };
}
