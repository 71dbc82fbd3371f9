// What was measured over the last minutes, per entity and metric. Bounded; in memory: a new owner begins anew.

export type Track = { entity: string; metric: string; t: number[]; v: number[] };
const KEPT_MS = 15 * 60_000;

export type Tracks = {
  add(entity: string, metric: string, t: number, v: number): void;
  /** From `from` on; tracks without a point are left out. */
  since(from: number): Track[];
};

export function createTracks(): Tracks {
  const tracks = new Map<string, Track>();
  return {
    add(entity, metric, t, v) {
      const key = `${entity}\n${metric}`;
      const track = tracks.get(key) ?? { entity, metric, t: [], v: [] };
      tracks.set(key, track);
      track.t.push(t);
      track.v.push(v);
      // A tenth at a time: shifting thousands of points each second would cost more than measuring.
      const old = track.t.findIndex((at) => at >= t - KEPT_MS);
      if (old > 90) {
        track.t.splice(0, old);
        track.v.splice(0, old);
      }
    },
    since: (from) =>
      [...tracks.values()].flatMap(({ entity, metric, t, v }) => {
        const first = t.findIndex((at) => at >= from);
        return first < 0 ? [] : [{ entity, metric, t: t.slice(first), v: v.slice(first).map((x) => Math.round(x * 1e4) / 1e4) }];
      }),
  };
}
