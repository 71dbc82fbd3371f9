// Is the environment healthy enough to change it, and how much traffic is there? Pure.
import { judgeCanary, Policy, usableRows } from '@awo/canary-judge';
import type { Verdict } from '@awo/contracts';
import { addTally, asErrors, emptyTally, tallySince } from '../counters.ts';
import type { HealthFacts, HealthMemo } from './facts.ts';

/** `rps` was counted for so many seconds. */
type ServiceHealth = {
  service: string;
  rps: number | null;
  seconds?: number;
  errorRatio: number | null;
  requests: number;
  errors: number;
  unhealthy: string | null;
};

export type HealthDecision = Verdict<'judge-health'> & {
  /** Set at the first look: a second one is needed for rates. */
  lookAgain: HealthMemo | null;
  lookAgainMs: number;
  healthy: boolean;
  passes: boolean;
  services: ServiceHealth[];
};

/** One in a hundred healthy environments may be held up by chance. */
const ALPHA = 0.01;
/** Errors count as "clearly beyond" from this many times the budget. */
const CLEARLY = 5;
/** A budget of nothing would make any error proof. */
const SMALLEST_BUDGET = 1e-4;
/** All there is is one look: it may prove what its requests prove. */
const BURST = 30;

export function decideHealth(facts: HealthFacts): HealthDecision {
  const { environment } = facts;
  const nothing = { lookAgain: null, lookAgainMs: FIRST_LOOKS_APART_MS, healthy: true, passes: true };
  if (facts.changes.every((c) => c.base === null)) {
    const services = facts.changes.map(({ service }) => ({ service, rps: null, errorRatio: null, requests: 0, errors: 0, unhealthy: null }));
    return {
      ...nothing,
      kind: 'judge-health',
      because: 'environment-empty',
      choice: `Nothing of this runs in ${environment} yet: there is nothing that could be unhealthy.`,
      services,
    };
  }
  if (facts.memo === null) {
    return {
      ...nothing,
      kind: 'judge-health',
      because: 'first-look',
      choice: 'Counters were read once; the rates follow from a second look one second later.',
      lookAgain: memoOf(facts),
      services: [],
    };
  }
  const services = facts.services.map((s) => healthOf(s, facts));
  const bad = services.filter((s) => s.unhealthy !== null);
  const figures = Object.fromEntries(
    services.flatMap((s) => [
      [`${s.service}Rps`, s.rps],
      [`${s.service}ErrorRatio`, s.errorRatio],
    ]),
  );
  const checks = services.map((s) => ({ name: s.service.slice(0, 80), passed: s.unhealthy === null, detail: s.unhealthy ?? describe(s) }));
  const common = { lookAgain: null, lookAgainMs: FIRST_LOOKS_APART_MS, services, figures: { ...figures, errorBudgetRatio: facts.errorBudgetRatio }, checks };
  if (bad.length > 0) {
    const what = bad.map((s) => s.unhealthy).join(' ');
    const leftMs = (facts.holdDeadlineMs ?? 0) - heldMs(facts);
    if (!facts.askedDirect && leftMs > 0) {
      const choice = `Held: ${what} The change did not cause this, and could not be judged in it. Nothing is touched; given up in ${Math.ceil(leftMs / 1000)} s unless it passes.`;
      const heldSince = facts.memo.heldSince ?? facts.at ?? '';
      const lookAgainMs = Math.min(leftMs, HELD_LOOKS_APART_MS);
      return {
        ...common,
        kind: 'judge-health',
        because: 'unhealthy-held',
        choice,
        healthy: false,
        passes: false,
        lookAgain: { ...memoOf(facts), heldSince },
        lookAgainMs,
      };
    }
    const waited = heldMs(facts) > 0 ? ` Given up after ${Math.round(heldMs(facts) / 1000)} s, with nothing touched.` : '';
    const choice = facts.askedDirect
      ? `${what} The change did not cause this. It goes on because that was asked for.`
      : `${what} The change did not cause this, and could not be judged in it.${waited} Repair first, or release the repair with --strategy full.`;
    return { ...common, kind: 'judge-health', because: 'unhealthy-before-start', choice, healthy: false, passes: facts.askedDirect };
  }
  if (services.every((s) => s.requests === 0)) {
    return {
      ...common,
      kind: 'judge-health',
      because: 'no-data',
      choice: `No request came to ${names(services)} within a second: nothing to object to, and nothing that a canary could be judged by.`,
      healthy: true,
      passes: true,
    };
  }
  return {
    ...common,
    kind: 'judge-health',
    because: 'healthy',
    choice: `${environment} is healthy: ${services.map(describe).join('; ')}.`,
    healthy: true,
    passes: true,
  };
}

/** Rates follow from two looks. */
const FIRST_LOOKS_APART_MS = 1000;
/** While a release is held there is no hurry, and more requests tell more. */
const HELD_LOOKS_APART_MS = 5000;

const memoOf = (facts: HealthFacts): HealthMemo => ({ v: 1, services: facts.services.map(({ service, counted, atMs }) => ({ service, counted, atMs })) });

const heldMs = ({ at, memo }: HealthFacts): number => (at === undefined || !memo?.heldSince ? 0 : Math.max(0, Date.parse(at) - Date.parse(memo.heldSince)));

function healthOf(now: HealthFacts['services'][number], facts: HealthFacts): ServiceHealth {
  const before = facts.memo?.services.find((s) => s.service === now.service);
  const seconds = (now.atMs - (before?.atMs ?? now.atMs)) / 1000;
  let sum = emptyTally();
  // A revision that the first look did not know started in between: all it has counted came in between.
  for (const [revision, tally] of Object.entries(now.counted)) sum = addTally(sum, tallySince(before?.counted[revision] ?? null, tally));
  const { n, bad } = asErrors(sum);
  const rps = seconds > 0 ? Math.round((n / seconds) * 10) / 10 : null;
  const health = { service: now.service, rps, seconds, errorRatio: n === 0 ? null : bad / n, requests: n, errors: bad, unhealthy: null };
  const down = now.processes.find((p) => p.revision === now.base && (p.state === 'crashed' || p.state === 'failed'));
  if (down !== undefined) return { ...health, unhealthy: `${now.service} ${down.revision.slice(0, 7)} is ${down.state} after ${down.restarts} restarts.` };
  return isBeyond({ n, bad }, facts.errorBudgetRatio)
    ? {
        ...health,
        unhealthy: `${bad} of ${n} requests to ${now.service} failed within ${Math.max(1, Math.round(seconds))} s, before anything was changed (budget ${facts.errorBudgetRatio * 100} %).`,
      }
    : health;
}

/** The judge's question to one row without a baseline: is this share clearly beyond the budget? */
function isBeyond({ n, bad }: { n: number; bad: number }, budget: number): boolean {
  if (n === 0) return false;
  const known = Math.min(0.99, Math.max(SMALLEST_BUDGET, budget));
  const errors = { known: { low: known, high: known }, burst: BURST, tolerance: { odds: 2, budget: Math.min(0.99, CLEARLY * budget) } };
  const policy = Policy.parse({ alpha: ALPHA, minSamples: 1, minPoints: 1, metrics: { errors } });
  const row = { t: 0, metric: 'errors', kind: 'rate' as const, value: bad / n, n, worse: 'higher' as const };
  return judgeCanary(usableRows([]), usableRows([row]), policy).verdict === 'fail';
}

const names = (services: ServiceHealth[]): string => services.map((s) => s.service).join(', ');
const describe = (s: ServiceHealth): string => `${s.service} ${s.rps ?? '?'} requests/s, ${s.errors} failed`;
