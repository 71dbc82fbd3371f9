// Which traces are kept where there are too many: those whose id lies lowest, so that whoever decides keeps the same ones, and each of them whole. Pure.
import { hash32 } from '../edge/routes.ts';

/** All of them. */
export const WHOLE = 2 ** 32;

/** A trace's fixed place in [0, WHOLE). */
export const placeOf = (trace: string): number => hash32(trace);

/** Traces below the answer give about `most` a second, by what came in the last one. It falls at once and grows slowly: one quiet second tells little. */
export function nextShare(share: number, offered: number, most: number): number {
  const wanted = offered <= most ? WHOLE : (WHOLE * most) / offered;
  return Math.min(wanted, share * 2);
}
