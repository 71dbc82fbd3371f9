// Full, blue-green or canary, per service, by what a defect would cost against what the error budget has left; or not now. Pure.
import type { FrozenService, RolloutPlan, ServiceChange, Verdict } from '@awo/contracts';
import { chooseForService, type ServiceChoice } from './choose-for-service.ts';
import type { StrategyFacts } from './facts.ts';
import { freezeOf, obstacleTo, type Obstacle } from './holds.ts';
import { seconds } from './words.ts';

export type StrategyDecision = Verdict<'choose-strategy'> & {
  rollouts: RolloutPlan[];
  /** Each rollout with the numbers that led to it. */
  choices: ServiceChoice[];
  /** Services of the goal that are not touched, with the reason. */
  leave: { change: ServiceChange; because: string }[];
  /** Nothing is done yet: look again after this. */
  holdMs: number | null;
  /** Nothing will be done, and why. */
  refused: { code: 'in-freeze' | 'held-too-long'; message: string } | null;
  /** Services that cannot go back once they have gone so far. */
  frozen: FrozenService[];
};

const CARE = { full: 0, 'blue-green': 1, canary: 2 } as const;
const LOOK_AGAIN_MS = 5_000;

export function decideStrategy(facts: StrategyFacts): StrategyDecision {
  const touched = facts.services.filter((s) => facts.impact === null || facts.impact.services.includes(s.change.service));
  const leave = facts.services.filter((s) => !touched.includes(s)).map((s) => ({ change: s.change, because: whyLeft(s.change) }));
  const choices = touched.map((s) => chooseForService(s, facts, touched.length));
  const first = choices.toSorted((a, b) => CARE[b.strategy] - CARE[a.strategy])[0];
  const nothing = { rollouts: [], choices: [], leave, holdMs: null, refused: null, frozen: [] };
  if (!first) {
    return {
      ...nothing,
      kind: 'choose-strategy',
      because: 'nothing-to-deploy',
      choice: `No service's running code differs; ${names(leave.map((l) => l.change.service))} stay as they are.`,
      figures: { servicesInGoal: facts.services.length, servicesTouched: 0 },
      alternatives: [{ kind: 'deploy', rejectedBecause: 'A restart with the same code brings nothing and costs a start.' }],
    };
  }
  const several = choices.length > 1;
  const obstacle = obstacleTo(facts, touched);
  const numbers = {
    figures: { ...Object.assign({}, ...choices.map((c) => prefixed(c, several))), ...(facts.emergency === null ? {} : { emergency: facts.emergency }) },
    checks: [
      ...heldChecks(facts, obstacle),
      ...choices.flatMap((c) => c.checks.map((k) => ({ ...k, name: several ? clip(`${c.change.service}: ${k.name}`, 80) : k.name }))),
    ].slice(0, 20),
  };
  if (obstacle !== null && !facts.dryRun) return { ...nothing, ...numbers, kind: 'choose-strategy', ...held(facts, obstacle, first) };
  const would = obstacle === null ? '' : `It would be held now: ${obstacle.detail} `;
  return {
    kind: 'choose-strategy',
    // Of several services the most careful one gives the reason: it is the one that a reader asks about.
    because: first.because,
    choice: clip(`${would}${choices.map((c) => `${c.change.service}: ${c.choice}`).join(' ')}`, 600),
    ...numbers,
    alternatives: choices
      .flatMap((c) => c.alternatives.map((a) => ({ ...a, kind: several ? clip(`${c.change.service}: ${a.kind}`, 80) : a.kind })))
      .slice(0, 20),
    rollouts: choices.map((c) => ({
      service: c.change.service,
      strategy: c.strategy,
      base: c.change.base,
      head: c.change.head,
      weights: c.steps.filter((step) => !step.copies).map((step) => step.weight),
    })),
    choices,
    leave,
    holdMs: null,
    refused: null,
    frozen: choices.flatMap((c) => c.frozen ?? []),
  };
}

/** Held while that can help, given up safely where it cannot: nothing has been touched by then. */
function held(
  facts: StrategyFacts,
  obstacle: Obstacle,
  first: ServiceChoice,
): Pick<StrategyDecision, 'because' | 'choice' | 'holdMs' | 'refused' | 'alternatives'> {
  const leftMs = facts.policy.holdDeadlineMs - facts.heldMs;
  const untilMs = obstacle.notBefore === null || facts.at === null ? 0 : Date.parse(obstacle.notBefore) - Date.parse(facts.at);
  const alternatives = [{ kind: first.strategy, rejectedBecause: clip(`${obstacle.detail} ${obstacle.wayOut}`, 600) }];
  if (untilMs > leftMs || leftMs <= 0) {
    const message = `${obstacle.detail} Given up after ${seconds(facts.heldMs)}, with nothing touched. ${obstacle.wayOut}`;
    const frozen = obstacle.because === 'in-freeze' && facts.heldMs === 0;
    return {
      because: frozen ? 'in-freeze' : 'held-too-long',
      choice: clip(message, 600),
      holdMs: null,
      refused: { code: frozen ? 'in-freeze' : 'held-too-long', message },
      alternatives,
    };
  }
  const choice = clip(
    `Held: ${obstacle.detail} Given up after ${seconds(facts.policy.holdDeadlineMs)}; so far ${seconds(facts.heldMs)}. ${obstacle.wayOut}`,
    600,
  );
  return { because: obstacle.because, choice, holdMs: Math.max(1000, Math.min(leftMs, untilMs > 0 ? untilMs : LOOK_AGAIN_MS)), refused: null, alternatives };
}

function heldChecks(facts: StrategyFacts, obstacle: Obstacle | null): NonNullable<Verdict['checks']> {
  const overruled = facts.emergency === null ? null : freezeOf(facts);
  if (overruled) return [{ name: 'no-freeze', passed: false, detail: clip(`${overruled.detail} Overruled as an emergency: ${facts.emergency}`, 600) }];
  return obstacle === null ? [] : [{ name: obstacle.because, passed: false, detail: clip(obstacle.detail, 600) }];
}

const whyLeft = (change: ServiceChange): string =>
  change.base === change.head ? `${change.service} already runs this revision.` : `The change does not reach the code that ${change.service} runs.`;

const prefixed = (c: ServiceChoice, several: boolean): Record<string, ServiceChoice['figures'][string]> =>
  Object.fromEntries(Object.entries(c.figures).map(([k, v]) => [several ? `${c.change.service}.${k}` : k, v]));

const names = (list: string[]): string => (list.length === 0 ? 'all services' : list.join(', '));
const clip = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);
