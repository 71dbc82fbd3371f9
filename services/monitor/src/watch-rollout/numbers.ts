// The numbers of a watch for people and for the steps that follow. Pure.
import type { Comparison, Figures } from '@awo/contracts';
import { LATENCY_BOUNDS_MS } from '@awo/contracts';
import { answerOn, type Signs } from './decide.ts';
import type { WatchMemo } from './facts.ts';
import { quantile } from './histogram.ts';
import { riseOf } from './judge-policy.ts';
import { ERRORS, isSlower, MEMORY } from './rows.ts';
import { countersOf, isBeside, processOf } from './series.ts';

export const shortName = (s: Signs): string => `${s.facts.input.change.service} ${s.facts.input.change.head.slice(0, 7)}`;

const beside = (s: Signs): boolean => isBeside(s.facts);

/** Crashes of the new one since before the first watch. */
const crashesOf = ({ series: { crashes } }: WatchMemo): number => Math.max(0, crashes.now.fresh - crashes.before.fresh);

/** New against old in one sentence. */
export function tellErrors(s: Signs): string {
  const { fresh, old } = s.memo.total;
  const past = s.memo.series.past;
  const own = `${shortName(s)}: ${fresh.errors} of ${fresh.requests} requests failed`;
  if (beside(s)) return `${own}, old ${old.errors} of ${old.requests} at the same time.${byControl(s)}`;
  return past === null ? `${own}.` : `${own}, the old one before ${past.errors} of ${past.requests}.`;
}

const byControl = ({ memo: { total }, control }: Signs): string =>
  control.length === 0 || total.control === undefined
    ? ''
    : ` Of these its control, as young as the new one, ${total.control.errors} of ${total.control.requests}.`;

/** Counts since the first look of this step; customers and restarts since the new one started. Without an old one beside it: the old one's past. */
export function compare(s: Signs): Comparison {
  const { head, base } = s.facts.input.change;
  const old = beside(s) || base === null ? s.memo.total.old : (s.memo.series.past ?? s.memo.total.old);
  const fresh = s.memo.total.fresh;
  const p95 = (latency: number[]): number | null => quantile(latency, LATENCY_BOUNDS_MS, 0.95);
  return {
    old: { requests: old.requests, errors: old.errors, p95Ms: p95(old.latency) },
    new: {
      requests: fresh.requests,
      errors: fresh.errors,
      p95Ms: p95(fresh.latency),
      customersWithErrors: countersOf(s.facts, head)?.customersWithErrors ?? 0,
      restarts: crashesOf(s.memo),
      memoryBytes: processOf(s.facts, head)?.memoryBytes ?? null,
    },
  };
}

export type Past = { requests: number; errors: number; p95Ms: number | null };

/** What the old one was like before its traffic was shared: diagnosis tells by it whether everything became slower. */
export function pastOf(s: Signs): Past | null {
  const past = s.memo.series.past;
  return past === null ? null : { requests: past.requests, errors: past.errors, p95Ms: quantile(past.latency, LATENCY_BOUNDS_MS, 0.95) };
}

const round = (x: number | null, digits = 1): number | null => (x === null ? null : Math.round(x * 10 ** digits) / 10 ** digits);
const megabytes = (bytes: number | null | undefined): number | null => (bytes === null || bytes === undefined ? null : round(bytes / 1024 / 1024));

function controlFigures({ memo: { total, series } }: Signs): Figures {
  const { control } = total;
  if (control === undefined) return {};
  return {
    controlRequests: control.requests,
    controlErrors: control.errors,
    controlP95Ms: round(quantile(control.latency, LATENCY_BOUNDS_MS, 0.95)),
    controlMemoryMb: megabytes(series.controlMemory?.at(-1)?.[1]),
  };
}

export function figuresOf(s: Signs): Figures {
  const c = compare(s);
  const { head, base, service } = s.facts.input.change;
  const errors = answerOn(s, ERRORS);
  const slower = s.answer.metrics.filter((m) => isSlower(m.metric));
  const p50 = (latency: number[]): number | null => quantile(latency, LATENCY_BOUNDS_MS, 0.5);
  return {
    service,
    weight: s.facts.input.weight,
    looks: s.memo.looks,
    elapsedMs: s.facts.elapsedMs,
    oldRequests: c.old.requests,
    oldErrors: c.old.errors,
    newRequests: c.new.requests,
    newErrors: c.new.errors,
    ...controlFigures(s),
    oldP50Ms: round(p50(s.memo.total.old.latency)),
    newP50Ms: round(p50(s.memo.total.fresh.latency)),
    oldP95Ms: round(c.old.p95Ms),
    newP95Ms: round(c.new.p95Ms),
    oldMemoryMb: megabytes(base === null ? null : processOf(s.facts, base)?.memoryBytes),
    newMemoryMb: megabytes(processOf(s.facts, head)?.memoryBytes),
    newRestarts: c.new.restarts,
    customersWithErrors: c.new.customersWithErrors,
    judged: s.answer.verdict,
    // Rise of the share of errors new - old, at any time valid at the level of the test.
    errorRiseAtLeast: round(errors?.interval[0] ?? null, 4),
    errorRiseAtMost: round(errors?.interval[1] ?? null, 4),
    errorPValue: errors?.pValue ?? 1,
    latencyPValue: Math.min(1, ...slower.map((m) => m.pValue)),
    alpha: s.alpha,
    toleratedRise: round(riseOf(s.facts), 4),
    requestsNeeded: s.needed,
    memory: answerOn(s, MEMORY)?.because.split(':')[0] ?? null,
  };
}
