// The plans: which steps each kind of goal starts with. Pure.
import { STEP_ROLES } from '@awo/contracts';
import { remediateSteps } from '../remediate/plan-remediate.ts';
import type { GoalSpec, PlanStep, Planned, ServiceStatus, StepKind } from '@awo/contracts';
import { restoreSteps, takeBackSteps } from './rollback.ts';

export function planStep(
  kind: StepKind,
  needs: string[],
  because: string,
  input: Record<string, unknown> = {},
  when: PlanStep['when'] = 'passed',
  id: string = kind,
): PlanStep {
  return { id, kind, role: STEP_ROLES[kind], needs, when, input, because };
}

/** What every goal begins and ends with. */
export function openingPlan(spec: GoalSpec): PlanStep[] {
  return [
    planStep('plan', [], `a ${spec.kind} has to be understood before anything is done`),
    planStep('conclude', ['*'], 'somebody has to say how it ended', {}, 'always'),
  ];
}

const assess = () => planStep('assess-impact', ['plan'], 'what the change touches decides what is tested and how it is released');
const refine = () => planStep('refine-plan', ['assess-impact'], 'the plan is cut to what the change touches');
const tests = (suites: string[]) => planStep('run-tests', ['refine-plan'], 'every suite, until the impact is known', { suites });

/** Plan v1 of a goal that was understood. It covers everything; `refine-plan` narrows it with reasons. */
export function firstPlan(spec: GoalSpec, planned: Planned, suites: string[], running: readonly ServiceStatus[]): PlanStep[] {
  const { environment, targets } = planned;
  switch (spec.kind) {
    case 'assess':
      return [assess()];
    case 'test': {
      if (!spec.audit) return [assess(), refine(), tests(suites)];
      const { suites: drawn, ...audit } = spec.audit;
      return [planStep('run-tests', ['plan'], `drawn by lot from what ${audit.of} left out`, { suites: drawn, audit })];
    }
    case 'release':
      return dryRunOf(spec, [
        assess(),
        refine(),
        tests(suites),
        planStep('judge-health', ['refine-plan'], 'trouble that was there before must not be blamed on the change', { environment, changes: targets }),
        planStep('choose-strategy', ['run-tests', 'judge-health'], 'how to release follows from risk, traffic and error budget', {
          environment,
          changes: targets,
          wish: spec.strategy,
        }),
      ]);
    case 'remediate':
      return remediateSteps(spec);
    case 'rollback':
      return spec.repairs ? takeBackSteps(spec, running) : restoreSteps(planned);
  }
}

/** A dry run tests nothing: which suites would run is said, and the choice does not wait for them. */
function dryRunOf(spec: GoalSpec, steps: PlanStep[]): PlanStep[] {
  if (spec.kind !== 'release' || !spec.dryRun) return steps;
  return steps.filter((s) => s.kind !== 'run-tests').map((s) => ({ ...s, needs: s.needs.filter((need) => need !== 'run-tests') }));
}
