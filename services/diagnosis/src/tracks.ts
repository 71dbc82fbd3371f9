// What is measured per second, as its levels can be compared. Pure.
import type { EvidenceCollected } from '@awo/contracts';

type Track = EvidenceCollected['tracks'][number];
/** Counts of the runtime that say nothing by their level. */
const NO_LEVEL = new Set(['restarts']);

/** A restart is an event: what is told per second is whether one happened. */
export function asLevels(track: Track): Track {
  const { t, v } = track;
  return NO_LEVEL.has(track.metric) ? { ...track, t: t.slice(1), v: t.slice(1).map((_, i) => (v[i + 1] ?? 0) - (v[i] ?? 0)) } : track;
}
