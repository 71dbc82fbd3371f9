// A service that is asked for its health and whose requests are not counted any more: nobody knows whether its customers are served. Pure.
import { type Collected, pointsOf } from './trouble.ts';

/** An edge that is started again counts within seconds. */
export const LOST_AFTER_MS = 30_000;
const FEW = 5;

/**
 * `counted`: up to now; `lost`: there were some within what was collected, and none has been counted for half a minute; `unknown`: neither.
 * Held against its health check: a gap in both is the recorder's, or a process that only starts.
 */
export function requestsOf(collected: Collected, service: string): { kind: 'counted' | 'unknown' } | { kind: 'lost'; since: number; says: string } {
  const points = pointsOf(collected, service, 'requests_per_second');
  const last = points.at(-1)?.t;
  if (last === undefined) return { kind: 'unknown' };
  const asked = pointsOf(collected, service, 'up').at(-1)?.t ?? 0;
  const perSecond = points.reduce((sum, p) => sum + p.v, 0) / points.length;
  if (asked - last < LOST_AFTER_MS) return { kind: 'counted' };
  if (points.length < FEW || perSecond === 0) return { kind: 'unknown' };
  const says = `its requests have not been counted for ${Math.round((asked - last) / 1000)} s, ${Number(perSecond.toPrecision(2))}/s before`;
  return { kind: 'lost', since: last, says };
}
