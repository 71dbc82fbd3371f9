// Whether a process loses memory, or only fills up after its start. Pure.
import { theilSen } from './trend.ts';

/** Resident memory at a time, and how many requests the process had served by then. */
export type MemorySample = { atMs: number; bytes: number; requests: number };
export type MemoryVerdict = { kind: 'growing' | 'suspicious' | 'steady' | 'unknown'; bytesPerSecond: number; grownBytes: number };

const MB = 1024 * 1024;
/** A run-time with a garbage collector touches about this much for the first time under its first traffic. */
const FILL_UP_BYTES = 24 * MB;
const LOSS_BYTES = 48 * MB;
/** Growth that would double the process within this time is dangerous. */
const DOUBLING_S = 60;
/** A leak goes on per request; filling up slows down. Below this share of the early growth it is filling up. */
const STILL_GROWING = 0.4;

/**
 * `growing`: steadily (Theil-Sen bound above zero), fast enough to double within a minute, more than filling up explains, above what the old
 * one needs, and not slowing down. `suspicious`: so far the same, but still within what filling up explains; wait for more.
 */
export function judgeMemory(samples: readonly MemorySample[], oldBytes: number | null): MemoryVerdict {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 5 || last.atMs - first.atMs < 3000)
    return { kind: 'unknown', bytesPerSecond: 0, grownBytes: 0 };
  const recent = samples.slice(-20);
  const trend = theilSen(recent.map((s) => ({ x: s.atMs / 1000, y: s.bytes })));
  const grownBytes = last.bytes - first.bytes;
  const bytesPerSecond = Math.round(trend?.slope ?? 0);
  const verdict = (kind: MemoryVerdict['kind']): MemoryVerdict => ({ kind, bytesPerSecond, grownBytes });
  if (trend === null || trend.low <= 0 || grownBytes < FILL_UP_BYTES) return verdict('steady');
  if (trend.slope * DOUBLING_S < first.bytes || slowsDown(recent)) return verdict('steady');
  const beyondOld = oldBytes === null || last.bytes > 1.2 * oldBytes;
  return verdict(grownBytes >= Math.max(LOSS_BYTES, first.bytes / 2) && beyondOld ? 'growing' : 'suspicious');
}

/** Compares the growth per request (per second where none came) of the later half with that of the earlier half. */
function slowsDown(samples: readonly MemorySample[]): boolean {
  const middle = Math.floor(samples.length / 2);
  const [early, late] = [samples.slice(0, middle + 1), samples.slice(middle)].map(growthOf);
  if (early === undefined || late === undefined) return false;
  const byRequest = early.requests > 0 && late.requests > 0;
  const [before, after] = byRequest ? [early.bytes / early.requests, late.bytes / late.requests] : [early.bytes / early.ms, late.bytes / late.ms];
  return after < STILL_GROWING * before;
}

function growthOf(half: readonly MemorySample[]): { bytes: number; ms: number; requests: number } {
  const [a, b] = [half[0], half.at(-1)];
  if (a === undefined || b === undefined) return { bytes: 0, ms: 1, requests: 0 };
  return { bytes: b.bytes - a.bytes, ms: Math.max(1, b.atMs - a.atMs), requests: b.requests - a.requests };
}

/** Keeps at most `limit` samples: the older half is thinned out, so that the first one and the newest stay. */
export function thinSamples<T>(samples: readonly T[], limit: number): T[] {
  if (samples.length <= limit) return [...samples];
  const half = Math.floor(samples.length / 2);
  return [...samples.slice(0, half).filter((_, i) => i % 2 === 0), ...samples.slice(half)];
}
