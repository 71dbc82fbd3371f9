// What is wrong with a service now, against how it was before: the one judgement behind noticing an incident, confirming it, and seeing that a repair holds. Pure.
import type { EvidenceCollected as Collected } from '@awo/contracts';

export type { Collected };
export type TroubleKind = 'down' | 'errors' | 'slow' | 'stuck' | 'crashing' | 'cpu' | 'memory';
export type Trouble = { kind: TroubleKind; since: number; says: string };

export type Look = {
  /** Only what came before this is normal. Milliseconds since 1970. */
  normalUntil: number;
  /** Judged are the last so many milliseconds; where a busy machine measured more seldom, its last three points of up to three times as long. */
  lastMs: number;
  /** Nothing from before this is judged. */
  notBefore?: number;
};

/** Share of the seconds looked at that have to be bad. */
const MOST = 0.6;
/** Seconds without trouble that an onset may hold. */
const GAP_MS = 5000;
/** Before trouble is seen it has begun, and it has not gone with its last bad second. */
const MARGIN_MS = 2000;
const CRASH_LASTS_MS = 8000;
/** Pauses between restarts grow to half a minute. */
const CRASH_GAP_MS = 4 * CRASH_LASTS_MS;
/** Who was well for so long has got over the crash before: another one is the beginning of something else. */
const OVER_MS = 15_000;
const FEW = 5;
const FEWEST = 3;

type Point = { t: number; v: number };
type Rule = { kind: TroubleKind; metric: string; isBad: (v: number, normal: number | null) => boolean; says: (v: number, normal: number | null) => string };

const MB = 1024 * 1024;
const percent = (v: number): string => `${Math.round(v * 1000) / 10} %`;
const was = (normal: number | null, show: (v: number) => string): string => (normal === null ? '' : `, ${show(normal)} before`);
const ms = (v: number): string => `${Math.round(v)} ms`;

/** Thresholds that people notice, and several times what is normal for this very service. */
const RULES: readonly Rule[] = [
  { kind: 'down', metric: 'up', isBad: (v) => v < 0.5, says: () => 'it does not answer its health check' },
  {
    kind: 'errors',
    metric: 'error_ratio',
    isBad: (v, n) => v > Math.max(0.03, 5 * (n ?? 0)),
    says: (v, n) => `${percent(v)} of requests fail${was(n, percent)}`,
  },
  {
    kind: 'slow',
    metric: 'latency_p95_ms',
    isBad: (v, n) => n !== null && v > 2.5 * n && v > n + 100,
    says: (v, n) => `slow replies, p95 ${ms(v)}${was(n, ms)}`,
  },
  {
    kind: 'stuck',
    metric: 'unanswered',
    isBad: (v, n) => v > 8 + 4 * (n ?? 0),
    says: (v, n) => `${Math.round(v)} requests wait for an answer${was(n, (x) => String(Math.round(x)))}`,
  },
  { kind: 'cpu', metric: 'cpu_share', isBad: (v, n) => v > 0.75 && v > 2.5 * (n ?? 0.3), says: (v, n) => `it uses ${percent(v)} of a core${was(n, percent)}` },
  {
    kind: 'memory',
    metric: 'memory_rss_bytes',
    isBad: (v, n) => n !== null && v > 2 * n && v > n + 100 * MB,
    says: (v, n) => `its memory has grown to ${Math.round(v / MB)} MB${was(n, (x) => `${Math.round(x / MB)} MB`)}`,
  },
];

/** Worst first; empty: nothing is wrong. Null: nothing was measured. */
export function troublesOf(collected: Collected, entity: string, { normalUntil, lastMs, notBefore = 0 }: Look): Trouble[] | null {
  const from = collected.at - lastMs;
  const seen = collected.tracks.some((track) => track.entity === entity && (track.t.at(-1) ?? 0) >= from);
  if (!seen) return null;
  const found: Trouble[] = [];
  for (const { kind, metric, isBad, says } of RULES) {
    const points = pointsOf(collected, entity, metric);
    const before = points.filter((p) => p.t < normalUntil).map((p) => p.v);
    const normal = before.length < FEW ? null : median(before);
    const seldom = Math.max(points.at(-FEWEST)?.t ?? from, collected.at - 3 * lastMs, notBefore);
    const inside = points.filter((p) => p.t >= Math.min(from, seldom));
    const bad = inside.filter((p) => isBad(p.v, normal));
    if (bad.length < Math.max(2, MOST * inside.length)) continue;
    const since = onset(points, (p) => isBad(p.v, normal));
    found.push({ kind, since, says: says(median(bad.map((p) => p.v)), normal) });
  }
  const crash = crashOf(collected, entity, Math.max(lastMs, CRASH_LASTS_MS));
  return crash === null ? found : [crash, ...found];
}

function crashOf(collected: Collected, entity: string, lastMs: number): Trouble | null {
  const points = pointsOf(collected, entity, 'restarts');
  const crashes = points.slice(1).filter((p, i) => p.v > (points[i]?.v ?? 0));
  const last = crashes.at(-1);
  if (last === undefined || last.t < collected.at - lastMs) return null;
  const up = pointsOf(collected, entity, 'up');
  let since = last.t;
  for (const { t } of crashes.toReversed()) {
    if (since - t > CRASH_GAP_MS || wellFor(up, t, since) >= OVER_MS) break;
    since = t;
  }
  const times = crashes.filter(({ t }) => t >= since).length;
  return { kind: 'crashing', since, says: `it ended by itself ${times === 1 ? 'once' : `${times} times`}` };
}

/** The longest time between these two in which every health check was answered, in milliseconds. */
function wellFor(up: readonly Point[], from: number, to: number): number {
  let longest = 0;
  let begun: number | null = null;
  for (const { t, v } of up) {
    if (t <= from || t >= to) continue;
    begun = v < 0.5 ? null : (begun ?? t);
    if (begun !== null) longest = Math.max(longest, t - begun);
  }
  return longest;
}

/** Where the last bad stretch began. */
function onset(points: readonly Point[], isBad: (p: Point) => boolean): number {
  let since = points.at(-1)?.t ?? 0;
  let last: number | null = null;
  for (const p of points.toReversed()) {
    if (isBad(p)) {
      last = p.t;
      since = p.t;
    } else if (last !== null && last - p.t > GAP_MS) break;
  }
  return since;
}

/** Stretches before `until` in which something was wrong with any service, at most the newest 40. What is usual is the middle of everything that was measured. */
export function disturbancesOf(collected: Collected, until: number): [from: number, to: number][] {
  const bad = servicesOf(collected).flatMap((entity) =>
    RULES.flatMap(({ metric, isBad }) => {
      const points = pointsOf(collected, entity, metric);
      const normal = points.length < FEW ? null : median(points.map((p) => p.v));
      // One bad point by itself is no trouble: everything has those.
      return points.filter((p, i) => p.t < until && isBad(p.v, normal) && [points[i - 1], points[i + 1]].some((q) => q && isBad(q.v, normal))).map((p) => p.t);
    }),
  );
  const stretches: [number, number][] = [];
  for (const t of bad.toSorted((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last && t - last[1] <= GAP_MS + MARGIN_MS) last[1] = t + MARGIN_MS;
    else stretches.push([t - MARGIN_MS, t + MARGIN_MS]);
  }
  return stretches.slice(-40);
}

export function pointsOf(collected: Collected, entity: string, metric: string): Point[] {
  const track = collected.tracks.find((t) => t.entity === entity && t.metric === metric);
  return track === undefined ? [] : track.t.map((t, i) => ({ t, v: track.v[i] ?? 0 }));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

export const inWords = (troubles: readonly Trouble[]): string => troubles.map((t) => t.says).join('; ');

/** Services that the environment has, by its topology. */
export const servicesOf = (collected: Collected): string[] => collected.topology.nodes.filter((n) => n.kind === 'service').map((n) => n.id);
