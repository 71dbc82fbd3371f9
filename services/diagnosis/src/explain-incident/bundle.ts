// What was collected of an environment as a bundle of evidence, in the terms of `awo diagnose`. Pure.
import type { EvidenceCollected, RootCauses } from '@awo/contracts';
import { askAboutHypotheses, type HypothesesQuestion } from '@awo/model/hypotheses';
import type { EvidenceBundle } from '@awo/root-cause';
import { withNames } from '../name-addresses.ts';
import { asLevels } from '../tracks.ts';

export type Noticed = { service: string; symptom: string; since: number; disturbed?: readonly (readonly [from: number, to: number])[] };

/** What is normal ends a little before the incident was seen to begin. */
const LEAD_MS = 2000;

/**
 * Since when it goes on, and what before that is not usual, by the output of `observe-incident`. `repairedAt`: a repair has been kept then and something
 * else goes on, so that what is mended is neither usual nor part of that.
 */
export function frameOf(
  observed: Record<string, unknown> | undefined,
  repairedAt: number | undefined,
  at: number,
): Required<Pick<Noticed, 'since' | 'disturbed'>> {
  const began = typeof observed?.since === 'number' ? observed.since : at - 10_000;
  const disturbed = Array.isArray(observed?.disturbed) ? (observed.disturbed as [number, number][]) : [];
  if (repairedAt === undefined) return { since: began, disturbed };
  return { since: repairedAt + LEAD_MS, disturbed: [...disturbed, [began - LEAD_MS, repairedAt - 1]] };
}

export function bundleOf(
  { at, topology, tracks, logs, changes, processes, traces }: EvidenceCollected,
  { service, symptom, since, disturbed = [] }: Noticed,
): EvidenceBundle {
  const from = since - LEAD_MS;
  const oldest = Math.min(at - 600_000, ...tracks.map((t) => t.t[0] ?? at));
  // An earlier incident is not normal: with it among what is usual, the same trouble again would not stand out.
  const usable = (time: number): boolean => time >= from || !disturbed.some(([begin, end]) => time >= begin && time <= end);
  const named = withNames(topology.nodes);
  return {
    incident: { at: since, entity: service, symptom, window: [from, at], baseline: [oldest, from - 1] },
    topology,
    tracks: tracks.map(asLevels).map(({ entity, metric, t, v }) => ({ entity, metric, t: t.filter(usable), v: v.filter((_, i) => usable(t[i] ?? at)) })),
    logs: logs.filter((line) => usable(line.t)).map((line) => ({ ...line, message: named(line.message) })),
    changes,
    ...(processes === undefined ? {} : { processes: processes.filter((row) => typeof row.t === 'number' && row.t >= from) }),
    ...(traces === undefined ? {} : { traces: traces.filter((span) => usable(span.start)) }),
  };
}

/** What a model is asked about it; null where there is nothing to ask. The same bundle gives the same question. */
export function questionOf(result: RootCauses, { logs }: EvidenceBundle): HypothesesQuestion | null {
  const time = (t: unknown): number => (typeof t === 'number' ? t : 0);
  return askAboutHypotheses(
    result,
    logs.toSorted((a, b) => time(a.t) - time(b.t)),
  );
}
