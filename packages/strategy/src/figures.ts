// The numbers of a choice, as they stand in the decision. Pure.
import type { Figures } from '@awo/contracts';
import { assumedDefect, budgetLeft, evidenceMs, requestsNeeded, toShow } from './exposure.ts';
import type { Reckoned } from './choose-for-service.ts';
import { healthTrend } from './health-trend.ts';
import { WAYS, type Way } from './options.ts';
import { num, round } from './words.ts';

const NAMES: Record<Way, string> = { full: 'Full', 'blue-green': 'BlueGreen', canary: 'Canary', shadow: 'Shadow' };
const finite = (n: number): number | null => (Number.isFinite(n) ? round(n) : null);

export function figuresOf(r: Reckoned): Figures {
  const { service, facts, s, burn, forecast, chance, steps } = r;
  const first = steps[0]?.weight ?? 100;
  return {
    risk: s.risk,
    riskBecause: (facts.impact?.riskBecause ?? 'The impact is not known, so the highest class is taken.').slice(0, 400),
    linesChanged: facts.impact?.linesChanged ?? null,
    requestsPerSecond: service.traffic.rps === null ? null : round(service.traffic.rps),
    requestsPerSecondForecast: forecast.rps === null ? null : round(forecast.rps),
    forecastBecause: `${forecast.method}: ${forecast.because}`.slice(0, 400),
    errorRatioNow: service.traffic.errorRatio === null ? null : round(service.traffic.errorRatio),
    errorRatioTrend: healthTrend(service.past),
    errorBudgetRatio: s.errorBudgetRatio,
    budgetLeftRequestsPerHour: round(budgetLeft(s)),
    budgetLeftRequestsFourWeeks: s.periodLeft === null ? null : finite(s.periodLeft),
    burnRates: Object.entries(burn.rates).flatMap(([window, rate]) => (rate === null ? [] : [`${window} ${num(rate)}`])),
    assumedDefectChance: round(chance.chance),
    defectChancePrior: chance.prior,
    releasesOfThisRiskSeen: chance.seen.releases,
    ofThemDefective: chance.seen.defects,
    assumedDefectErrorRatio: round(assumedDefect(s)),
    ...optionFigures(r),
    canaryWeightsPercent: steps.map((step) => String(step.weight)),
    canaryRequests: steps.map((step) => String(Math.round(step.requests))),
    canaryUnnoticedErrorRatios: steps.map((step) => num(step.unnoticedRatio)),
    canaryFailedRequestsAtStake: steps.map((step) => num(step.atStake)),
    requestsNeededPerStep: requestsNeeded(s, first),
    requestsThatShowDoubledErrors: finite(toShow(s, 2 * Math.max(s.errorBudgetRatio, s.errorRatio), first)),
    secondsOfFirstStep: finite(evidenceMs(s, first, requestsNeeded(s, first)) / 1000),
    wayBack: service.wayBack.frozenFrom === null ? 'open' : `closed from ${service.wayBack.frozenFrom} on`,
    memoryFreeMb: megabytes(service.capacity.memoryFreeBytes),
    memoryOfOldMb: megabytes(service.capacity.memoryOfBaseBytes),
    loadPerCore: service.capacity.load1 === null || !service.capacity.cores ? null : round(service.capacity.load1 / service.capacity.cores),
  };
}

const megabytes = (bytes: number | null): number | null => (bytes === null ? null : Math.round(bytes / 1048576));

/** For each way: failed requests to be expected, time, cost, and what it can show. */
const optionFigures = ({ options }: Reckoned): Figures =>
  Object.fromEntries(
    WAYS.flatMap((way) => [
      [`expectedFailedRequests${NAMES[way]}`, finite(options[way].expectedFailedRequests)],
      [`seconds${NAMES[way]}`, finite(options[way].seconds)],
      [`extraProcessSeconds${NAMES[way]}`, finite(options[way].extraProcessSeconds)],
      [`smallestErrorRatioShown${NAMES[way]}`, finite(options[way].smallestEffect)],
    ]),
  );
