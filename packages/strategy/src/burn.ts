// How fast a service spends its error budget, over several windows, and what is left of the period. Pure.
import type { TrafficPast } from '@awo/contracts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The error budget counts over four weeks. */
const PERIOD_MS = 28 * 24 * HOUR;

const WINDOWS = { '5m': 5 * MINUTE, '30m': 30 * MINUTE, '1h': HOUR, '6h': 6 * HOUR, '1d': 24 * HOUR, '3d': 72 * HOUR } as const;
type WindowName = keyof typeof WINDOWS;

/**
 * Pairs of windows and the rate that both must exceed (Google, "The Site Reliability Workbook", 2018, ch. 5, table 5-8): 2 % of the budget in an hour, 5 % in six hours, 10 % in three days.
 * The short one ends the alert soon after the burning has ended.
 */
const ALERTS = [
  { long: '1h', short: '5m', rate: 14.4, severity: 'page' },
  { long: '6h', short: '30m', rate: 6, severity: 'page' },
  { long: '3d', short: '6h', rate: 1, severity: 'ticket' },
] as const;

/** A window of which less is known raises no alert: the first bad minute of a young installation is not an hour. */
const KNOWN_SHARE = 0.5;

export type Burn = {
  /** Errors over the window as a multiple of what the budget allows; null: too little of the window is known. */
  rates: Record<WindowName, number | null>;
  alert: { severity: 'page' | 'ticket'; because: string } | null;
  /** Errors that the period still has, where it goes on as it did: allowed less spent. Null: no past. */
  periodLeft: number | null;
};

export function burnOf(past: TrafficPast | null, errorBudgetRatio: number): Burn {
  const counted = Object.fromEntries(Object.entries(WINDOWS).map(([name, ms]) => [name, countedIn(past, ms)])) as Record<WindowName, Counted>;
  const rateOf = ({ requests, errors, known }: Counted): number | null =>
    requests === 0 || known < KNOWN_SHARE ? null : errorBudgetRatio === 0 ? (errors > 0 ? Infinity : 0) : errors / requests / errorBudgetRatio;
  const rates = Object.fromEntries(Object.entries(counted).map(([name, c]) => [name, rateOf(c)])) as Burn['rates'];
  const fired = ALERTS.find(({ long, short, rate }) => (rates[long] ?? 0) > rate && (rates[short] ?? 0) > rate);
  const alert = fired
    ? {
        severity: fired.severity,
        because: `errors burn the budget ${times(rates[fired.long])} as fast as allowed over ${fired.long} and ${times(rates[fired.short])} over ${fired.short} (limit ${fired.rate})`,
      }
    : null;
  return { rates, alert, periodLeft: periodLeft(past, errorBudgetRatio) };
}

/** What the whole period allows at the traffic seen so far, less the errors of it. */
function periodLeft(past: TrafficPast | null, errorBudgetRatio: number): number | null {
  const all = countedIn(past, PERIOD_MS);
  if (all.requests === 0 || all.known === 0) return null;
  return (all.requests / all.known) * errorBudgetRatio - all.errors;
}

type Counted = { requests: number; errors: number; /** Share of the window that somebody counted. */ known: number };

/** Up to six hours by minutes; beyond that by hours, which lack the present one: its minutes fill the gap. */
function countedIn(past: TrafficPast | null, windowMs: number): Counted {
  if (past === null) return { requests: 0, errors: 0, known: 0 };
  if (windowMs <= WINDOWS['6h']) return tally(past.minutes.slice(-windowMs / MINUTE), windowMs / MINUTE);
  const present = new Date(past.at).getUTCMinutes();
  const hours = windowMs / HOUR;
  const [older, now] = [tally(past.hours.slice(-(hours - 1)), hours), tally(present === 0 ? [] : past.minutes.slice(-present), 60)];
  return { requests: older.requests + now.requests, errors: older.errors + now.errors, known: Math.min(1, older.known + now.known / hours) };
}

function tally(stretches: TrafficPast['minutes'], expected: number): Counted {
  const known = stretches.filter((s) => s !== null);
  return {
    requests: known.reduce((n, [requests]) => n + requests, 0),
    errors: known.reduce((n, [, errors]) => n + errors, 0),
    known: known.length / expected,
  };
}

const times = (rate: number | null): string => `${rate === null ? '?' : Number(rate.toPrecision(2))} times`;
