// The strategy of one service, with its numbers and the reason against each of the others. Pure.
import type { Figures, ServiceChange, Strategy, Verdict } from '@awo/contracts';
import {
  ASSUMED_DEFECT_RATIO,
  DEFECT_PRIOR,
  DIRECT_SHARE_OF_BUDGET,
  budgetLeft,
  canaryRequests,
  canaryWeights,
  directCostShare,
  evidenceMs,
  expectedFailures,
  failedIfDefective,
  requestsNeeded,
  type Situation,
} from './exposure.ts';
import type { ServiceFacts, StrategyFacts } from './facts.ts';

type Reasoned = { strategy: Strategy; because: Verdict<'choose-strategy'>['because']; choice: string; why: Partial<Record<Strategy, string>> };

export type ServiceChoice = Reasoned & {
  change: ServiceChange;
  weights: number[];
  figures: Figures;
  alternatives: NonNullable<Verdict['alternatives']>;
  checks: NonNullable<Verdict['checks']>;
  expectedRps: number | null;
};

export function chooseForService(service: ServiceFacts, facts: StrategyFacts): ServiceChoice {
  const s = situationOf(service, facts);
  const weights = canaryWeights(s);
  const reasoned = choose(service, facts, s, weights);
  const others = (['full', 'blue-green', 'canary'] as const).filter((k) => k !== reasoned.strategy);
  return {
    ...reasoned,
    change: service.change,
    weights: reasoned.strategy === 'canary' ? weights : [100],
    figures: figuresOf(service, facts, s, weights),
    alternatives: others.map((kind) => ({ kind, rejectedBecause: reasoned.why[kind] ?? againstByCost(kind, reasoned.strategy, s, weights) })),
    checks: checksOf(facts, reasoned, s, weights),
    expectedRps: service.traffic.rps,
  };
}

function situationOf(service: ServiceFacts, facts: StrategyFacts): Situation {
  // No impact known: nothing says that the change is harmless.
  return { ...facts.policy, rps: service.traffic.rps ?? 0, errorRatio: service.traffic.errorRatio ?? 0, risk: facts.impact?.risk ?? 'high' };
}

/** Impossible first, then asked for, then by arithmetic. */
function choose(service: ServiceFacts, facts: StrategyFacts, s: Situation, weights: number[]): Reasoned {
  if (service.change.base === null || !service.baseRuns) {
    const none = 'Nothing runs that could keep serving or be compared with.';
    return { strategy: 'full', because: 'environment-empty', choice: 'full, as nothing of it runs yet.', why: { 'blue-green': none, canary: none } };
  }
  if (!service.sideBySide) {
    const cannot = 'awo.yaml says that the old and the new one must not run at the same time.';
    return {
      strategy: 'full',
      because: 'cannot-run-side-by-side',
      choice: 'full, with a short gap, as old and new must not run together.',
      why: { 'blue-green': cannot, canary: cannot },
    };
  }
  const requests = canaryRequests(s);
  const starved = requests < requestsNeeded(s);
  const tooLittle = `${num(s.rps)} requests/s give a canary ${num(requests)} requests within ${seconds(s.watchDeadlineMs)}; a verdict needs ${requestsNeeded(s)}.`;
  if (facts.wish !== 'auto' && !(facts.wish === 'canary' && starved)) {
    return { strategy: facts.wish, because: 'asked-for', choice: `${facts.wish}, as asked for.`, why: {} };
  }
  const exhausted = s.errorRatio >= s.errorBudgetRatio;
  if (s.risk === 'low' && facts.wish === 'auto' && !exhausted && directCostShare(s) <= DIRECT_SHARE_OF_BUDGET) {
    return {
      strategy: 'full',
      because: 'low-risk-direct',
      choice: `full at once: ${facts.impact?.kind ?? 'change'} of low risk, expected to cost ${num(expectedFailures(s, 100).full)} requests.`,
      why: directBeats(s, weights),
    };
  }
  if (starved) {
    return { strategy: 'blue-green', because: 'too-little-traffic', choice: 'blue-green: the old one stays ready to take over.', why: { canary: tooLittle } };
  }
  const steps = `canary at ${weights.join(', ')} %`;
  if (exhausted) {
    const ratios = `${percent(s.errorRatio)} of requests fail already, the budget is ${percent(s.errorBudgetRatio)}`;
    return {
      strategy: 'canary',
      because: 'budget-exhausted',
      choice: `${steps}: ${ratios}.`,
      why: { full: `${ratios}: nothing is left to risk.`, 'blue-green': `${ratios}: nothing is left to risk.` },
    };
  }
  return { strategy: 'canary', because: 'risk-needs-canary', choice: `${steps}: ${s.risk} risk, a defect would show before most customers meet it.`, why: {} };
}

function directBeats(s: Situation, weights: number[]): Partial<Record<Strategy, string>> {
  const e = expectedFailures(s, weights[0] ?? 100);
  const share = `${percent(directCostShare(s))} of the hour's error budget, of which ${percent(DIRECT_SHARE_OF_BUDGET)} may be spent on going out directly`;
  const wait = weights.reduce((sum, w) => sum + Math.min(s.watchDeadlineMs, evidenceMs(s, w)), 0);
  return {
    'blue-green': `Saves ${num(e.full - e['blue-green'])} expected failed requests and keeps two of them running; direct costs ${share}.`,
    canary: `Saves ${num(e.full - e.canary)} expected failed requests for about ${seconds(wait)} of watching; direct costs ${share}.`,
  };
}

function againstByCost(kind: Strategy, chosen: Strategy, s: Situation, weights: number[]): string {
  const e = expectedFailures(s, weights[0] ?? 100);
  const left = `${num(budgetLeft(s))} are left in this hour`;
  const compare = `${num(e[kind])} expected failed requests against ${num(e[chosen])} with ${chosen}; ${left}`;
  if (kind === 'canary') return `${compare}. ${chosen} was asked for or is the surer way.`;
  return `${compare}. With a defect every customer would meet it: ${num(failedIfDefective(s, 100, 1_000))} failed requests before it is noticed.`;
}

function figuresOf(service: ServiceFacts, facts: StrategyFacts, s: Situation, weights: number[]): Figures {
  const e = expectedFailures(s, weights[0] ?? 100);
  return {
    risk: s.risk,
    riskBecause: (facts.impact?.riskBecause ?? 'The impact is not known, so the highest class is taken.').slice(0, 400),
    requestsPerSecond: service.traffic.rps === null ? null : round(service.traffic.rps),
    errorRatioNow: service.traffic.errorRatio === null ? null : round(service.traffic.errorRatio),
    errorBudgetRatio: s.errorBudgetRatio,
    budgetLeftRequestsPerHour: round(budgetLeft(s)),
    assumedDefectChance: DEFECT_PRIOR[s.risk],
    assumedDefectErrorRatio: ASSUMED_DEFECT_RATIO,
    expectedFailedRequestsFull: round(e.full),
    expectedFailedRequestsBlueGreen: round(e['blue-green']),
    expectedFailedRequestsCanary: round(e.canary),
    canaryWeightsPercent: weights.map(String),
    requestsNeededPerStep: requestsNeeded(s),
    secondsOfFirstStep: Number.isFinite(evidenceMs(s, weights[0] ?? 100)) ? round(evidenceMs(s, weights[0] ?? 100) / 1000) : null,
  };
}

function checksOf(facts: StrategyFacts, chosen: Reasoned, s: Situation, weights: number[]): ServiceChoice['checks'] {
  const checks: ServiceChoice['checks'] = [];
  if (facts.wish !== 'auto') {
    const kept = chosen.strategy === facts.wish;
    checks.push({
      name: 'wish-can-be-met',
      passed: kept,
      detail: kept ? `${facts.wish} is possible here.` : `${facts.wish} was asked for; ${chosen.because} makes it ${chosen.strategy}.`,
    });
  }
  if (chosen.strategy === 'canary') {
    const cost = failedIfDefective(s, weights[0] ?? 100, 1_000);
    checks.push({
      name: 'first-step-within-budget',
      passed: cost <= budgetLeft(s),
      detail: `A defect costs ${num(cost)} requests before the first step finds it; ${num(budgetLeft(s))} are left in this hour.`,
    });
  }
  return checks;
}

const round = (n: number): number => Number(n.toPrecision(3));
const num = (n: number): string => String(n >= 100 ? Math.round(n) : round(n));
const percent = (ratio: number): string => `${Number.isFinite(ratio) ? round(ratio * 100) : 'more than 100'} %`;
const seconds = (ms: number): string => (Number.isFinite(ms) ? `${Math.ceil(ms / 1000)} s` : 'no end');
