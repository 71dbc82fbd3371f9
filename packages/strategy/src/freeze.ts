// Whether a moment lies in a freeze, and when that ends: wall clocks of time zones, with their summer time. Pure.
import { FREEZE_MOMENT, WEEKDAYS, type FreezeWindow } from '@awo/contracts';

export type Frozen = { reason: string; zone: string; endsAt: string };

const DAY_MS = 86_400_000;

/** The window that ends last, of those that hold at this moment (ISO 8601). Null: none. */
export function frozenAt(windows: readonly FreezeWindow[], at: string): Frozen | null {
  const found = windows.flatMap((window): Frozen[] => {
    const endsAt = endOf(window, Date.parse(at));
    return endsAt === null ? [] : [{ reason: window.reason, zone: window.zone, endsAt: new Date(endsAt).toISOString() }];
  });
  return found.toSorted((a, b) => b.endsAt.localeCompare(a.endsAt))[0] ?? null;
}

/** When the window that holds now ends, or null where none holds. */
function endOf({ from, to, zone }: FreezeWindow, now: number): number | null {
  // Begun today, yesterday, ... up to a week ago: a window of wall-clock time has no fixed length.
  const today = Math.floor(wallOf(now, zone) / DAY_MS) * DAY_MS;
  const [begin, end] = [momentOf(from), momentOf(to)];
  if (begin.date !== null && end.date !== null) {
    const [b, e] = [instantOf(begin.date + begin.minute * 60_000, zone), instantOf(end.date + end.minute * 60_000, zone)];
    return now >= b && now < e ? e : null;
  }
  for (let back = 0; back <= 7; back++) {
    const day = today - back * DAY_MS;
    if (begin.day !== null && weekday(day) !== begin.day) continue;
    const b = instantOf(day + begin.minute * 60_000, zone);
    const e = instantOf(day + daysTo(begin, end) * DAY_MS + end.minute * 60_000, zone);
    if (now >= b && now < e) return e;
  }
  return null;
}

type Moment = { date: number | null; day: number | null; minute: number };

function momentOf(text: string): Moment {
  const [, day, hour, minute, date, dateHour, dateMinute] = FREEZE_MOMENT.exec(text) ?? [];
  return {
    date: date === undefined ? null : Date.parse(`${date}T00:00:00Z`),
    day: day === undefined ? null : WEEKDAYS.indexOf(day as (typeof WEEKDAYS)[number]),
    minute: Number(hour ?? dateHour ?? 0) * 60 + Number(minute ?? dateMinute ?? 0),
  };
}

/** Days from the first day of the window to its last: `18:00` to `08:00` ends the next day, `fri` to `mon` three days later. */
function daysTo(begin: Moment, end: Moment): number {
  const days = begin.day === null || end.day === null ? 0 : (end.day - begin.day + 7) % 7;
  if (days > 0 || end.minute > begin.minute) return days;
  return begin.day === null ? 1 : 7;
}

const weekday = (wallDay: number): number => (new Date(wallDay).getUTCDay() + 6) % 7;

/** The wall clock of a zone, as if it were UTC. */
function wallOf(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const of = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/** The moment at which a zone's wall clock shows this. Twice, because the offset may be another one there. */
function instantOf(wall: number, zone: string): number {
  const guess = wall - (wallOf(wall, zone) - wall);
  return guess - (wallOf(guess, zone) - wall);
}
