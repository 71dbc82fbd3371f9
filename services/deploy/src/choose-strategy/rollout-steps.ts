// The steps that carry a rollout out, service after service, and those that take it back. Pure.
import { STEP_ROLES, TerminalError, type PlanStep, type StepKind } from '@awo/contracts';
import type { ServiceChoice } from '@awo/strategy';
import { stepIds } from './step-ids.ts';

export type RolloutWanted = {
  environment: string;
  /** The step that the first one waits for. */
  after: string;
  choices: ServiceChoice[];
  gates: string[];
  dependsOn: Record<string, string[]>;
  /** Ids that the plan has already. */
  taken: string[];
};

/** `undo` needs them all, and a step has room for 60 needs. */
const MOST_STEPS = 58;

export function rolloutSteps(wanted: RolloutWanted): PlanStep[] {
  const id = stepIds(wanted.taken);
  const ordered = inDependencyOrder(wanted.choices, wanted.dependsOn);
  const steps: PlanStep[] = [];
  let after = wanted.after;
  for (const choice of ordered) {
    for (const draft of stepsOf(choice, wanted)) {
      const step = make(
        id(draft.name, choice.change.service, draft.detail),
        draft.kind,
        [after],
        'passed',
        { environment: wanted.environment, change: choice.change, ...draft.input },
        draft.because,
      );
      steps.push(step);
      after = step.id;
    }
  }
  if (steps.length > MOST_STEPS) {
    throw new TerminalError(
      'bad-config',
      `A rollout of ${ordered.length} services takes ${steps.length} steps; one goal has room for ${MOST_STEPS}.`,
      'Release the services in several goals, each naming one SERVICE.',
    );
  }
  const changes = ordered.map((c) => c.change).toReversed();
  const input = { environment: wanted.environment, changes };
  const frozen = ordered.flatMap((c) => c.frozen ?? []);
  const all = steps.map((s) => s.id);
  const back = 'Traffic goes back to what ran before if any step of the rollout fails';
  const unless =
    frozen.length === 0
      ? '.'
      : `, unless ${frozen.map((f) => `${f.service} has had ${f.from === 'start' ? 'its start' : 'traffic'}`).join(', ')}: then it is held.`;
  const undo = make(id('undo'), 'undo', all, 'failed', frozen.length === 0 ? input : { ...input, frozen }, `${back}${unless}`);
  const watched = steps.filter((s) => s.kind !== 'shift-traffic' && s.kind !== 'check-gate').map((s) => s.id);
  const diagnose = make(id('diagnose'), 'diagnose', [...watched, undo.id], 'failed', input, 'A rollout that failed is explained once customers are safe.');
  return [...steps, undo, diagnose];
}

type Draft = { name: string; detail?: string; kind: StepKind; input: Record<string, unknown>; because: string };

function stepsOf(choice: ServiceChoice, { gates }: RolloutWanted): Draft[] {
  const { service } = choice.change;
  const start: Draft = {
    name: 'start',
    kind: 'start-revision',
    input: choice.control ? { control: true } : {},
    because: `${choice.strategy} of ${service} begins with a healthy new revision without traffic${choice.control ? ', and a process of the old one as young as it' : ''}.`,
  };
  const asked = gates.map((name, gate): Draft => ({
    name: 'gate',
    detail: name,
    kind: 'check-gate',
    input: { gate },
    because: `awo.yaml asks gate ${name} before promotion.`,
  }));
  const promote: Draft = { name: 'promote', kind: 'promote', input: {}, because: `The new ${service} keeps all traffic once every step has passed.` };
  const stages = choice.steps.flatMap((step, i) => stage(choice, step, choice.steps[i - 1]?.weight ?? 0));
  return choice.strategy === 'canary' ? [start, ...stages, ...asked, promote] : [start, ...asked, ...stages, promote];
}

function stage(choice: ServiceChoice, { weight, requests, copies }: ServiceChoice['steps'][number], before: number): Draft[] {
  if (copies) return copiesStage(choice, requests);
  const concurrent = weight < 100;
  const watchBecause = concurrent
    ? `New and old ${choice.change.service} are compared at ${weight} %, until the new one has served ${requests ?? 'enough'} requests at least.`
    : `Everything was switched at once: the new ${choice.change.service} is compared with the past.`;
  return [
    {
      name: 'shift',
      detail: String(weight),
      kind: 'shift-traffic',
      input: { weight },
      because: `${weight} % of the requests go to the new ${choice.change.service}.`,
    },
    {
      name: 'watch',
      detail: String(weight),
      kind: 'watch-rollout',
      input: {
        weight,
        concurrent,
        expectedRps: choice.expectedRps,
        ...(concurrent && before > 0 ? { lowerTo: before } : {}),
        ...(requests === null ? {} : { requests }),
      },
      because: watchBecause,
    },
  ];
}

/** Nobody meets the new one: what it fails at costs nothing. */
function copiesStage({ change, expectedRps }: ServiceChoice, requests: number | null): Draft[] {
  const { service } = change;
  return [
    {
      name: 'shift',
      detail: 'copies',
      kind: 'shift-traffic',
      input: { weight: 0, copies: true },
      because: `The new ${service} gets copies of requests, and nobody its answers.`,
    },
    {
      name: 'watch',
      detail: 'copies',
      kind: 'watch-rollout',
      input: { weight: 0, concurrent: true, expectedRps, ...(requests === null ? {} : { requests }) },
      because: `New and old ${service} are compared on the same requests, until the new one has had ${requests ?? 'enough'} copies at least.`,
    },
  ];
}

function make(id: string, kind: StepKind, needs: string[], when: PlanStep['when'], input: Record<string, unknown>, because: string): PlanStep {
  return { id, kind, role: STEP_ROLES[kind], needs, when, input, because: because.slice(0, 300) };
}

/** Called services before their callers; a circle is broken where the goal's own order has it. */
function inDependencyOrder(choices: ServiceChoice[], dependsOn: Record<string, string[]>): ServiceChoice[] {
  const done = new Set<string>();
  const ordered: ServiceChoice[] = [];
  const visit = (choice: ServiceChoice): void => {
    const { service } = choice.change;
    if (done.has(service)) return;
    done.add(service);
    for (const callee of dependsOn[service] ?? []) {
      const other = choices.find((c) => c.change.service === callee);
      if (other) visit(other);
    }
    ordered.push(choice);
  };
  choices.forEach(visit);
  return ordered;
}
