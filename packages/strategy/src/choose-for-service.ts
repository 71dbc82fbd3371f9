// The strategy of one service, with its numbers and the reason against each of the others. Pure.
import type { Figures, FrozenService, ServiceChange, Strategy, Verdict } from '@awo/contracts';
import { burnOf } from './burn.ts';
import { checksOf } from './checks.ts';
import { defectChance } from './defect-chance.ts';
import { DIRECT_CHANCE, DIRECT_SHARE_OF_BUDGET, budgetLeft, directCostShare, requestsNeeded, type Situation } from './exposure.ts';
import type { ServiceFacts, StrategyFacts } from './facts.ts';
import { figuresOf } from './figures.ts';
import { forecastOf } from './forecast.ts';
import { hasRoom } from './holds.ts';
import { LARGEST_CANARY_WEIGHT, canarySteps, type CanaryStep } from './ladder.ts';
import { WAYS, optionsOf, type Option, type Way } from './options.ts';
import { num, percent, seconds } from './words.ts';

export type Reasoned = { strategy: Strategy; because: Verdict<'choose-strategy'>['because']; choice: string; why: Partial<Record<Way, string>> };

/** `copies`: at weight 0, with a copy of each request. */
type PlannedStep = { weight: number; requests: number | null; copies?: true };

export type ServiceChoice = Reasoned & {
  change: ServiceChange;
  /** Weight and requests of each step; one of 100 % where everything is switched at once. */
  steps: PlannedStep[];
  figures: Figures;
  alternatives: NonNullable<Verdict['alternatives']>;
  checks: NonNullable<Verdict['checks']>;
  expectedRps: number | null;
  /** Whether a fresh process of the old one runs beside it. */
  control: boolean;
  /** Null: the old one may come back at any time. */
  frozen: FrozenService | null;
};

/** Everything that the choice of one service looks at, reckoned once. */
export type Reckoned = {
  service: ServiceFacts;
  facts: StrategyFacts;
  s: Situation;
  burn: ReturnType<typeof burnOf>;
  forecast: ReturnType<typeof forecastOf>;
  chance: ReturnType<typeof defectChance>;
  steps: CanaryStep[];
  options: Record<Way, Option>;
};

export function chooseForService(service: ServiceFacts, facts: StrategyFacts, servicesTouched = 1): ServiceChoice {
  const r = reckon(service, facts, servicesTouched);
  const reasoned = choose(r);
  const { frozenFrom, because } = service.wayBack;
  const copied = reasoned.strategy === 'canary' && canCopy(r);
  return {
    ...reasoned,
    ...(copied ? { choice: `Copies of its requests first, then ${reasoned.choice}` } : {}),
    change: service.change,
    steps:
      reasoned.strategy === 'canary'
        ? [...(copied ? [copiesOf(r)] : []), ...r.steps.map(({ weight, requests }) => ({ weight, requests }))]
        : [{ weight: 100, requests: null }],
    figures: figuresOf(r),
    alternatives: WAYS.filter((k) => k !== reasoned.strategy && !(k === 'shadow' && copied)).map((kind) => ({
      kind,
      rejectedBecause: reasoned.why[kind] ?? against(kind, reasoned.strategy, r),
    })),
    checks: checksOf(r, reasoned),
    expectedRps: r.forecast.rps,
    control: reasoned.strategy === 'canary' && hasControl(service, facts),
    frozen: frozenFrom === null || service.change.base === null ? null : { service: service.change.service, from: frozenFrom, because },
  };
}

/** A fresh process of the old one beside the new one, so that being young is no difference between them: where awo.yaml does not say no, and there is room. */
export const hasControl = (service: ServiceFacts, { policy }: StrategyFacts): boolean => policy.control === true && hasRoom(service, 2);

/** Where its requests change nothing the new one can answer them too, before anybody depends on its answers. */
const canCopy = ({ service, s }: Reckoned): boolean => service.readOnly && service.copies && s.rps > 0;

/** As much evidence as the first step of the canary wants: no customer pays for it here. */
const copiesOf = ({ steps, s }: Reckoned): PlannedStep => ({ weight: 0, requests: steps[0]?.requests ?? s.minRequests, copies: true });

/** Errors have half of a service's part of alpha, as in the watch. */
const ERRORS_SHARE = 2;

function reckon(service: ServiceFacts, facts: StrategyFacts, servicesTouched: number): Reckoned {
  const { policy } = facts;
  const burn = burnOf(service.past, policy.errorBudgetRatio);
  const forecast = forecastOf(service.past, service.traffic.rps, service.traffic.seconds);
  // No impact known: nothing says that the change is harmless.
  const risk = facts.impact?.risk ?? 'high';
  const chance = defectChance(facts.history, service.change.service, risk);
  const s: Situation = {
    rps: forecast.rps ?? 0,
    errorRatio: service.traffic.errorRatio ?? 0,
    risk,
    chance: chance.chance,
    errorBudgetRatio: policy.errorBudgetRatio,
    periodLeft: burn.periodLeft,
    watchDeadlineMs: policy.watchDeadlineMs,
    minRequests: policy.minRequests,
    alpha: policy.alpha / (ERRORS_SHARE * Math.max(1, servicesTouched)),
    frozen: service.wayBack.frozenFrom !== null,
  };
  const steps = canarySteps(s);
  return { service, facts, s, burn, forecast, chance, steps, options: optionsOf(s, steps, hasControl(service, facts) ? 2 : 1) };
}

/** Requests that the largest canary step gets until the watch gives up. */
const canaryRequests = (s: Situation): number => s.rps * (LARGEST_CANARY_WEIGHT / 100) * (s.watchDeadlineMs / 1000);

/** Impossible first, then what is known to be good, then asked for, then by arithmetic. */
function choose(r: Reckoned): Reasoned {
  const { service, facts, s } = r;
  if (service.change.base === null || !service.baseRuns) {
    const none = 'Nothing runs that could keep serving or be compared with.';
    return {
      strategy: 'full',
      because: 'environment-empty',
      choice: 'full, as nothing of it runs yet.',
      why: { 'blue-green': none, canary: none, shadow: none },
    };
  }
  if (!service.sideBySide) {
    const cannot = 'awo.yaml says that the old and the new one must not run at the same time.';
    return {
      strategy: 'full',
      because: 'cannot-run-side-by-side',
      choice: 'full, with a short gap, as old and new must not run together.',
      why: { 'blue-green': cannot, canary: cannot, shadow: cannot },
    };
  }
  const shadow = canCopy(r)
    ? 'Copies go before the first step of a canary, and this is none.'
    : service.readOnly && service.copies
      ? 'Nothing comes that could be copied.'
      : service.readOnly
        ? 'The edge of this environment does not mirror requests.'
        : 'awo.yaml does not say that its requests change nothing (readOnly).';
  const needed = requestsNeeded(s, LARGEST_CANARY_WEIGHT);
  const starved = canaryRequests(s) < needed;
  const tooLittle = `${num(s.rps)} requests/s give a canary ${num(canaryRequests(s))} requests within ${seconds(s.watchDeadlineMs)}; a verdict needs ${needed}.`;
  if (facts.wish !== 'auto' && !(facts.wish === 'canary' && starved))
    return { strategy: facts.wish, because: 'asked-for', choice: `${facts.wish}, as asked for.`, why: { shadow } };
  const { knownGood } = service;
  if (knownGood !== null && facts.wish === 'auto' && !s.frozen)
    return {
      strategy: 'blue-green',
      because: 'known-good-fast-track',
      choice: `blue-green with a short watch: this revision had all traffic until ${knownGood.at.slice(0, 16)} (${knownGood.goal}) and was healthy.`,
      why: { canary: `Its ${r.steps.length} steps take ${seconds(r.options.canary.seconds * 1000)} to learn what ${knownGood.goal} has shown.`, shadow },
    };
  const spent = s.errorRatio >= s.errorBudgetRatio || r.burn.alert !== null || (s.periodLeft !== null && s.periodLeft <= 0);
  if (facts.wish === 'auto' && s.chance <= DIRECT_CHANCE && !spent && !s.frozen && directCostShare(s) <= DIRECT_SHARE_OF_BUDGET)
    return {
      strategy: 'full',
      because: 'low-risk-direct',
      choice: `full: ${s.risk} risk, ${num(r.options.full.expectedFailedRequests)} failed requests are to be expected.`,
      why: { ...directBeats(r), shadow },
    };
  if (starved)
    return {
      strategy: 'blue-green',
      because: 'too-little-traffic',
      choice: 'blue-green: the old one stays ready to take over.',
      why: { canary: tooLittle, shadow },
    };
  const steps = `canary at ${r.steps.map((step) => step.weight).join(', ')} %`;
  if (spent) {
    const nothing = r.burn.alert?.because ?? (s.periodLeft !== null && s.periodLeft <= 0 ? 'the budget of four weeks is spent' : failing(s));
    return {
      strategy: 'canary',
      because: 'budget-exhausted',
      choice: `${steps}: ${nothing}.`,
      why: { full: `${nothing}: nothing is left to risk.`, 'blue-green': `${nothing}: nothing is left to risk.`, shadow },
    };
  }
  const held = s.frozen ? ' There is no way back, so each step is as small as its evidence allows.' : '';
  return {
    strategy: 'canary',
    because: 'risk-needs-canary',
    choice: `${steps}: ${s.risk} risk, a defect would show before most customers meet it.${held}`,
    why: { shadow },
  };
}

const failing = (s: Situation): string => `${percent(s.errorRatio)} of requests fail already, the budget is ${percent(s.errorBudgetRatio)}`;

function directBeats({ s, options }: Reckoned): Partial<Record<Way, string>> {
  const [full, green, canary] = [options.full, options['blue-green'], options.canary];
  const share = `${percent(directCostShare(s))} of what is left of the error budget, of which ${percent(DIRECT_SHARE_OF_BUDGET)} may be spent on going out directly`;
  return {
    'blue-green': `Saves ${num(full.expectedFailedRequests - green.expectedFailedRequests)} expected failed requests and keeps two of them running; direct costs ${share}.`,
    canary: `Saves ${num(full.expectedFailedRequests - canary.expectedFailedRequests)} expected failed requests for ${seconds(canary.seconds * 1000)} of watching; direct costs ${share}.`,
  };
}

/** What speaks against a way, in the numbers of both. */
function against(kind: Way, chosen: Strategy, { s, options }: Reckoned): string {
  const [other, own] = [options[kind], options[chosen]];
  const compare = `${num(other.expectedFailedRequests)} expected failed requests in ${seconds(other.seconds * 1000)} against ${num(own.expectedFailedRequests)} in ${seconds(own.seconds * 1000)} with ${chosen}; ${num(budgetLeft(s))} are left of the budget`;
  if (kind === 'canary') return `${compare}. ${chosen} was asked for or is the surer way.`;
  return `${compare}. With a defect every customer would meet it: ${num(other.failedIfDefective)} failed requests before it is noticed, ${num(other.failedAtWorst)} if every request fails.`;
}
