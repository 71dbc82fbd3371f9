// Full, blue-green or canary, per service, by what a defect would cost against what the error budget has left. Pure.
import type { RolloutPlan, ServiceChange, Verdict } from '@awo/contracts';
import type { StrategyFacts } from './facts.ts';
import { chooseForService, type ServiceChoice } from './choose-for-service.ts';

export type StrategyDecision = Verdict<'choose-strategy'> & {
  rollouts: RolloutPlan[];
  /** Each rollout with the numbers that led to it. */
  choices: ServiceChoice[];
  /** Services of the goal that are not touched, with the reason. */
  leave: { change: ServiceChange; because: string }[];
};

const CARE = { full: 0, 'blue-green': 1, canary: 2 } as const;

export function decideStrategy(facts: StrategyFacts): StrategyDecision {
  const touched = facts.services.filter((s) => facts.impact === null || facts.impact.services.includes(s.change.service));
  const leave = facts.services.filter((s) => !touched.includes(s)).map((s) => ({ change: s.change, because: whyLeft(s.change) }));
  const choices = touched.map((s) => chooseForService(s, facts));
  const first = choices.toSorted((a, b) => CARE[b.strategy] - CARE[a.strategy])[0];
  if (!first) {
    return {
      kind: 'choose-strategy',
      because: 'nothing-to-deploy',
      choice: `No service's running code differs; ${names(leave.map((l) => l.change.service))} stay as they are.`,
      figures: { servicesInGoal: facts.services.length, servicesTouched: 0 },
      alternatives: [{ kind: 'deploy', rejectedBecause: 'A restart with the same code brings nothing and costs a start.' }],
      rollouts: [],
      choices: [],
      leave,
    };
  }
  const several = choices.length > 1;
  return {
    kind: 'choose-strategy',
    // Of several services the most careful one gives the reason: it is the one that a reader asks about.
    because: first.because,
    choice: clip(choices.map((c) => `${c.change.service}: ${c.choice}`).join(' '), 600),
    figures: Object.assign({}, ...choices.map((c) => prefixed(c, several))),
    alternatives: choices
      .flatMap((c) => c.alternatives.map((a) => ({ ...a, kind: several ? clip(`${c.change.service}: ${a.kind}`, 80) : a.kind })))
      .slice(0, 20),
    checks: choices.flatMap((c) => c.checks.map((k) => ({ ...k, name: several ? clip(`${c.change.service}: ${k.name}`, 80) : k.name }))).slice(0, 20),
    rollouts: choices.map((c) => ({ service: c.change.service, strategy: c.strategy, base: c.change.base, head: c.change.head, weights: c.weights })),
    choices,
    leave,
  };
}

const whyLeft = (change: ServiceChange): string =>
  change.base === change.head ? `${change.service} already runs this revision.` : `The change does not reach the code that ${change.service} runs.`;

const prefixed = (c: ServiceChoice, several: boolean): Record<string, ServiceChoice['figures'][string]> =>
  Object.fromEntries(Object.entries(c.figures).map(([k, v]) => [several ? `${c.change.service}.${k}` : k, v]));

const names = (list: string[]): string => (list.length === 0 ? 'all services' : list.join(', '));
const clip = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);
