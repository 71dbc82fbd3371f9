// Goals, steps, outcomes and decisions in words for people. Pure.
import type { Event, GoalSpec, Outcome, PlanStep, StepKind } from '@awo/contracts';
import { z } from 'zod';
import { between, duration, short } from '../output/quantities.ts';

/** One line that says what was asked for; printed back before anything is sent. */
export function goalTitle(spec: GoalSpec): string {
  switch (spec.kind) {
    case 'release': {
      const extras = [
        spec.strategy === 'auto' ? '' : ` as ${spec.strategy}`,
        spec.onBusy === 'supersede' ? ', superseding what is under way' : '',
        spec.emergency === undefined ? '' : `, as an emergency: ${spec.emergency}`,
      ];
      return `${spec.dryRun ? 'plan a release of' : 'release'} ${spec.service ?? 'everything that changed'} at ${short(spec.revision)} to ${spec.environment}${extras.join('')}`;
    }
    case 'rollback':
      return `${spec.repairs ? 'take back repairs of' : 'roll back'} ${spec.service ? `${spec.service} in ${spec.environment}` : spec.environment}`;
    case 'remediate':
      return `mend ${spec.service} in ${spec.environment}: ${spec.symptom}`;
    case 'test':
      if (spec.audit) return `audit what ${spec.audit.of} left out at ${short(spec.revision)}`;
      return `test ${short(spec.revision)}${spec.base ? ` against ${short(spec.base)}` : ''}`;
    case 'assess':
      return `${spec.kind} ${short(spec.revision)}${spec.base ? ` against ${short(spec.base)}` : ''}`;
  }
}

/** Where the goal's repository is, where it was named. */
export const repositoryOf = (spec: GoalSpec): string | undefined => ('repo' in spec ? spec.repo : undefined);

/** What titles need of the inputs of all kinds of steps. */
const Named = z.object({
  change: z.object({ service: z.string(), head: z.string() }).optional(),
  changes: z.array(z.object({ service: z.string() })).optional(),
  weight: z.number().optional(),
  copies: z.boolean().optional(),
  service: z.string().optional(),
  repair: z.object({ kind: z.string(), service: z.string() }).optional(),
});
type Input = {
  repair?: string | undefined;
  service?: string | undefined;
  weight?: number | undefined;
  copies?: boolean | undefined;
  head?: string | undefined;
};

function inputOf(step: PlanStep): Input {
  const { data } = Named.safeParse(step.input);
  return {
    repair: data?.repair ? `${data.repair.kind} ${data.repair.service}` : undefined,
    service: data?.change?.service ?? data?.changes?.map((c) => c.service).join(', ') ?? data?.service,
    head: data?.change?.head,
    weight: data?.weight,
    copies: data?.copies,
  };
}

const TITLES: Record<StepKind, (input: Input, step: PlanStep) => string> = {
  plan: () => 'understand the goal',
  'assess-impact': () => 'find what it touches',
  'refine-plan': () => 'refine the plan',
  'run-tests': () => 'run the tests',
  'judge-health': () => 'judge the health',
  'choose-strategy': () => 'choose the strategy',
  'start-revision': ({ service, head }) => `start ${service ?? ''} ${short(head ?? '')}`,
  'shift-traffic': ({ service, weight, copies }) => (copies ? `copy requests to ${service ?? ''}` : `shift ${service ?? ''} to ${weight ?? '?'}%`),
  'watch-rollout': ({ service, weight }) => (weight === 0 ? `watch ${service ?? ''} by copies` : `watch ${service ?? ''} at ${weight ?? '?'}%`),
  'check-gate': (_input, step) => step.id.replace(/^gate-/, 'gate '),
  promote: ({ service }) => `promote ${service ?? ''}`,
  undo: ({ service }) => `undo ${service ?? ''}`,
  restore: ({ service }) => `restore ${service ?? ''}`,
  diagnose: () => 'find the cause',
  'observe-incident': ({ service }) => `look at ${service ?? ''}`,
  'explain-incident': () => 'find the cause',
  'choose-repair': () => 'choose the repair',
  'admit-repair': ({ repair }) => `let ${repair ?? 'the repair'} through`,
  'apply-repair': ({ repair }) => repair ?? 'repair',
  'verify-repair': ({ repair }) => `verify ${repair ?? 'the repair'}`,
  'undo-repair': ({ repair }) => `undo ${repair ?? 'the repair'}`,
  conclude: () => 'conclude',
  relay: () => 'relay',
};
export const stepTitle = (step: PlanStep): string => TITLES[step.kind](inputOf(step), step).trim();

const OUTCOME_WORDS: Record<Outcome, string> = {
  done: 'done',
  'rolled-back': 'rolled back',
  stopped: 'stopped before any change',
  failed: 'failed',
  refused: 'refused',
  aborted: 'aborted',
  superseded: 'superseded',
  'needs-human': 'needs a human',
};
export const outcomeWords = (outcome: Outcome): string => OUTCOME_WORDS[outcome];

/** One event as a clause; `titles` gives the title of a step by its id. */
export function eventWords(event: Event, titles: (step: string) => string): string {
  switch (event.type) {
    case 'goal.accepted':
      return `goal accepted from ${event.source}: ${goalTitle(event.spec)}`;
    case 'plan.changed':
      return `plan v${event.version}: ${planWords(event.changes)}`;
    case 'step.dispatched':
      return `over to: ${titles(event.step)}`;
    case 'decision.made':
      return `decided ${event.decision.kind}: ${event.decision.choice} (${event.decision.because})`;
    case 'tool.called':
      return `called ${event.call.capability} on ${event.call.server}, ${event.call.outcome}, ${duration(event.call.durationMs)}`;
    case 'step.waited':
      return `${titles(event.step)} waits: ${event.because}`;
    case 'step.passed':
      return `${titles(event.step)}: passed`;
    case 'step.failed':
      return `${titles(event.step)}: failed, ${event.code}: ${event.message}`;
    case 'human.acted':
      return `${event.who} asked to ${event.action}: ${event.because}`;
    case 'goal.ended':
      return `goal ${outcomeWords(event.outcome)}: ${event.because}`;
  }
}

function planWords(changes: readonly { change: string }[]): string {
  const words = (['added', 'removed', 'changed'] as const)
    .map((kind) => [kind, changes.filter((c) => c.change === kind).length] as const)
    .filter(([, n]) => n > 0);
  return words.length > 0 ? words.map(([kind, n]) => `${n} ${kind}`).join(', ') : 'nothing changed';
}

/** How long a step took so far or in all, in words; empty before it began. */
export const tookWords = (step: { startedAt?: string; settledAt?: string }): string =>
  step.startedAt && step.settledAt ? duration(between(step.startedAt, step.settledAt)) : '';
