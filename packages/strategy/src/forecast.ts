// Requests per second of the coming hour, from what was counted: level, trend and time of day. Pure.
import type { TrafficPast } from '@awo/contracts';

export type Forecast = {
  /** Null: neither a past nor a present is known. */
  rps: number | null;
  /** Within these in 95 of 100 cases, by the errors that the method made on the past; null where it was not tried. */
  low: number | null;
  high: number | null;
  method: 'season-and-trend' | 'trend' | 'now';
  because: string;
};

const DAY = 24;
/** A forecast further from the present than this is not believed, where the present is no chance: something happens that the past does not know. */
const BELIEVED = 5;
/** What comes by chance in fewer looks than 1 of these is no chance. */
const CHANCE = 1000;
const ENOUGH_MINUTES = 20;
/** A trend fades: what grew for an hour does not grow for ever (Gardner and McKenzie, 1985). */
const DAMPING = 0.9;

/** Holt-Winters with additive season and damped trend (Holt, 1957; Winters, 1960; Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed., 8.3) on hours; without two days of them a damped trend on minutes; else the present, counted for so many seconds. */
export function forecastOf(past: TrafficPast | null, nowRps: number | null, seconds?: number): Forecast {
  const present = { rps: nowRps, seconds };
  const now = (because: string): Forecast => ({ rps: nowRps, low: null, high: null, method: 'now', because });
  if (past === null) return now('Nobody counted before: what is measured now is taken.');
  const hours = perSecond(past.hours, 3600);
  if (hours.length >= 2 * DAY) return believed(best(hours, DAY, 1), 'season-and-trend', `${hours.length} hours, season of a day, damped trend`, present);
  const minutes = perSecond(past.minutes, 60);
  // The mean of the coming hour, where a trend has faded after about ten steps.
  if (minutes.length >= ENOUGH_MINUTES) return believed(best(minutes, 1, 30), 'trend', `${minutes.length} minutes, damped trend`, present);
  return now(`${minutes.length} minutes are known, and a trend needs ${ENOUGH_MINUTES}: what is measured now is taken.`);
}

const HOUR_MINUTES = 60;

/**
 * Requests per second that are usual at this time, where the present tells nothing of them: what is taken back may have kept customers away for minutes.
 * So a trend of minutes is not followed: it is the mean of the last hour, and of 20 minutes at least, as a few requests of a first minute are no habit.
 * Null: nobody counted.
 */
export function usualRps(past: TrafficPast): number | null {
  const { method, rps } = forecastOf(past, null);
  if (method === 'season-and-trend') return rps;
  const counted = past.minutes.slice(-HOUR_MINUTES).filter((minute) => minute !== null);
  if (counted.length === 0) return null;
  return counted.reduce((sum, [requests]) => sum + requests, 0) / (60 * Math.max(ENOUGH_MINUTES, counted.length));
}

/** The last unbroken stretch, gaps of one filled with what was before. */
function perSecond(stretches: TrafficPast['hours'], seconds: number): number[] {
  const values: number[] = [];
  for (const [i, stretch] of stretches.entries()) {
    if (stretch !== null) values.push(stretch[0] / seconds);
    else if (values.length > 0 && (stretches[i + 1] ?? null) !== null) values.push(values.at(-1) ?? 0);
    else values.length = 0;
  }
  return values;
}

type Fit = { next: number; rmse: number };

type Present = { rps: number | null; seconds: number | undefined };

function believed({ next, rmse }: Fit, method: Forecast['method'], because: string, { rps: nowRps, seconds }: Present): Forecast {
  const rps = Math.max(0, next);
  const fit = { rps, low: Math.max(0, rps - 1.96 * rmse), high: rps + 1.96 * rmse, method };
  if (nowRps === null || (rps <= nowRps * BELIEVED && rps >= nowRps / BELIEVED)) return { ...fit, because: `${because}.` };
  const off = `${because} say ${Number(rps.toPrecision(3))} requests/s, more than ${BELIEVED} times off what is measured now`;
  // Older facts do not say how long was counted.
  if (seconds === undefined) return { rps: nowRps, low: null, high: null, method: 'now', because: `${off}.` };
  const count = Math.round(nowRps * seconds);
  const counted = `${count} in ${Number(seconds.toPrecision(2))} s`;
  if (chanceOf(count, rps * seconds) > 1 / CHANCE) return { ...fit, because: `${off}, where ${counted} can be chance.` };
  return { rps: nowRps, low: null, high: null, method: 'now', because: `${off}, and ${counted} are no chance.` };
}

/**
 * The most that the chance of a Poisson count this far from its mean can be, on its own side: exp(-mean) (e mean / count)^count, after H. Chernoff (1952);
 * M. Mitzenmacher and E. Upfal, "Probability and Computing", 2nd ed. (2017), theorem 5.4. For a count of 0 it is the chance itself.
 */
const chanceOf = (count: number, mean: number): number => Math.exp(count - mean - (count === 0 ? 0 : count * Math.log(count / mean)));

const RATES = [0.05, 0.2, 0.5, 0.8];

/** The smoothing rates with the least squared error one step ahead. */
function best(values: readonly number[], season: number, ahead: number): Fit {
  let found: Fit | null = null;
  for (const level of RATES)
    for (const trend of RATES.map((r) => r * level))
      for (const seasonal of season > 1 ? RATES : [0]) {
        const fit = smooth(values, season, ahead, { level, trend, seasonal });
        if (found === null || fit.rmse < found.rmse) found = fit;
      }
  return found ?? { next: values.at(-1) ?? 0, rmse: 0 };
}

function smooth(values: readonly number[], season: number, ahead: number, rate: { level: number; trend: number; seasonal: number }): Fit {
  const first = values.slice(0, season);
  const mean = first.reduce((a, b) => a + b, 0) / Math.max(1, first.length);
  const seasonal = season > 1 ? first.map((v) => v - mean) : [0];
  let [level, trend, squares, counted] = [mean, 0, 0, 0];
  for (let i = season; i < values.length; i++) {
    const value = values[i] ?? 0;
    const of = seasonal[i % season] ?? 0;
    const error = value - (level + DAMPING * trend + of);
    squares += error * error;
    counted += 1;
    const before = level;
    level = rate.level * (value - of) + (1 - rate.level) * (before + DAMPING * trend);
    trend = rate.trend * (level - before) + (1 - rate.trend) * DAMPING * trend;
    seasonal[i % season] = rate.seasonal * (value - before - DAMPING * trend) + (1 - rate.seasonal) * of;
  }
  const faded = (DAMPING * (1 - DAMPING ** ahead)) / (1 - DAMPING);
  return { next: level + trend * faded + (seasonal[values.length % season] ?? 0), rmse: counted === 0 ? 0 : Math.sqrt(squares / counted) };
}
