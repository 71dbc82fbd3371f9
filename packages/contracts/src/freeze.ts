// When nothing is released: windows of awo.yaml, in a time zone, each with its reason.
import { z } from 'zod';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Wall-clock moments: `18:00` every day, `fri 16:00` every week, `2026-12-20` or `2026-12-20 18:00` once. */
export const FREEZE_MOMENT = /^(?:(?:(mon|tue|wed|thu|fri|sat|sun) )?([01]\d|2[0-3]):([0-5]\d)|(\d{4}-\d{2}-\d{2})(?: ([01]\d|2[0-3]):([0-5]\d))?)$/;

const Moment = z.string().regex(FREEZE_MOMENT, 'a moment such as 18:00, "fri 16:00", 2026-12-20 or "2026-12-20 18:00"');

/** `Intl` knows the zone by this name. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const kindOf = (moment: string): string => (/^\d{4}-/.test(moment) ? 'date' : /^[a-z]/.test(moment) ? 'week' : 'day');

export const FreezeWindow = z
  .strictObject({
    from: Moment.describe('First moment of the freeze, such as 18:00 (every day), "fri 16:00" (every week), 2026-12-20 (once).'),
    to: Moment.describe('First moment after it, in the same form as `from`.'),
    zone: z.string().refine(isZone, 'a time zone such as Europe/Berlin or UTC').default('UTC').describe('Time zone of both, such as Europe/Berlin.'),
    reason: z.string().min(1).max(200),
  })
  .refine((w) => kindOf(w.from) === kindOf(w.to), { message: 'a moment in the same form as `from`', path: ['to'] })
  .refine((w) => kindOf(w.from) !== 'date' || w.from < w.to, { message: 'a moment after `from`', path: ['to'] });
export type FreezeWindow = z.infer<typeof FreezeWindow>;
