// The numbers of a watch for people and for the steps that follow. Pure.
import type { Comparison, Figures } from '@awo/contracts';
import { LATENCY_BOUNDS_MS } from '@awo/contracts';
import { oddsInterval, quantile } from '@awo/analysis';
import type { Signs } from './decide.ts';
import { countersOf, processOf } from './evidence.ts';

export const shortName = (s: Signs): string => `${s.facts.input.change.service} ${s.facts.input.change.head.slice(0, 7)}`;

const beside = (s: Signs): boolean => s.facts.input.concurrent && s.facts.input.weight < 100;

/** New against old in one sentence. */
export function tellErrors(s: Signs): string {
  const { fresh, old } = s.memo.total;
  const past = s.memo.evidence.past;
  const own = `${shortName(s)}: ${fresh.errors} of ${fresh.requests} requests failed`;
  if (beside(s)) return `${own}, old ${old.errors} of ${old.requests} at the same time.`;
  return past === null ? `${own}.` : `${own}, the old one before ${past.errors} of ${past.requests}.`;
}

/** Counts since the first look of this step; customers and restarts since the new one started. Without an old one beside it: the old one's past. */
export function compare(s: Signs): Comparison {
  const { head, base } = s.facts.input.change;
  const old = beside(s) || base === null ? s.memo.total.old : (s.memo.evidence.past ?? s.memo.total.old);
  const fresh = s.memo.total.fresh;
  const p95 = (latency: number[]): number | null => quantile(latency, LATENCY_BOUNDS_MS, 0.95);
  return {
    old: { requests: old.requests, errors: old.errors, p95Ms: p95(old.latency) },
    new: {
      requests: fresh.requests,
      errors: fresh.errors,
      p95Ms: p95(fresh.latency),
      customersWithErrors: countersOf(s.facts, head)?.customersWithErrors ?? 0,
      restarts: s.restarts.fresh,
      memoryBytes: processOf(s.facts, head)?.memoryBytes ?? null,
    },
  };
}

export type Past = { requests: number; errors: number; p95Ms: number | null };

/** What the old one was like before its traffic was shared: diagnosis tells by it whether everything became slower. */
export function pastOf(s: Signs): Past | null {
  const past = s.memo.evidence.past;
  return past === null ? null : { requests: past.requests, errors: past.errors, p95Ms: quantile(past.latency, LATENCY_BOUNDS_MS, 0.95) };
}

const round = (x: number | null, digits = 1): number | null => (x === null ? null : Math.round(x * 10 ** digits) / 10 ** digits);
const megabytes = (bytes: number | null | undefined): number | null => (bytes === null || bytes === undefined ? null : round(bytes / 1024 / 1024));

export function figuresOf(s: Signs): Figures {
  const c = compare(s);
  const { head, base, service } = s.facts.input.change;
  const odds = oddsInterval(s.memo.evidence.errors.segment, s.alpha);
  return {
    service,
    weight: s.facts.input.weight,
    looks: s.memo.looks,
    elapsedMs: s.facts.elapsedMs,
    oldRequests: c.old.requests,
    oldErrors: c.old.errors,
    newRequests: c.new.requests,
    newErrors: c.new.errors,
    oldP50Ms: round(s.latency.p50[0]),
    newP50Ms: round(s.latency.p50[1]),
    oldP95Ms: round(c.old.p95Ms),
    newP95Ms: round(c.new.p95Ms),
    oldMemoryMb: megabytes(base === null ? null : processOf(s.facts, base)?.memoryBytes),
    newMemoryMb: megabytes(processOf(s.facts, head)?.memoryBytes),
    newRestarts: c.new.restarts,
    customersWithErrors: c.new.customersWithErrors,
    // Of errors new : old over this step, at the level of the test.
    oddsRatioAtLeast: odds === null || odds.low === 0 ? null : round(odds.low, 2),
    oddsRatioAtMost: odds === null || odds.high === Number.MAX_VALUE ? null : round(odds.high, 2),
    errorPValue: Number(s.errorP.toPrecision(3)),
    latencyEValue: Number(s.latency.eValue.toPrecision(3)),
    alphaPerTest: s.alpha,
    toleratedRise: round(s.memo.margin.margin, 4),
    riseExcludedEValue: Number(Math.exp(Math.min(50, s.memo.margin.logE)).toPrecision(3)),
    requestsNeeded: s.needed,
    memory: s.memory.kind,
  };
}
