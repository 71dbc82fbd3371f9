// refine-plan: plan v1 covers everything; with the impact known it is cut to what the change touches, each cut with its reason.
import { ImpactAssessed, Planned } from '@awo/contracts';
import type { GoalSpec, PlanChange, PlanStep, StepState, Verdict } from '@awo/contracts';
import type { StepContext, StepHandler, StepResult } from '@awo/agent';
import { planStep } from '../plan/steps.ts';

export type RefineFacts = { spec: GoalSpec; impact: ImpactAssessed; planned: Planned; steps: Pick<StepState, 'id' | 'status'>[] };
export type RefineDecision = Verdict<'refine-plan'> & { suites: string[]; release: boolean };

async function gather({ state }: StepContext): Promise<RefineFacts> {
  const outputOf = (kind: string) => state.steps.find((s) => s.kind === kind && s.status === 'passed')?.output;
  return {
    spec: state.spec,
    impact: ImpactAssessed.parse(outputOf('assess-impact')),
    planned: Planned.parse(outputOf('plan')),
    steps: state.steps.map(({ id, status }) => ({ id, status })),
  };
}

export function decideRefine({ spec, impact, planned }: RefineFacts): RefineDecision {
  const wanted = planned.targets.filter((t) => impact.services.includes(t.service)).map((t) => t.service);
  const release = spec.kind === 'release' && wanted.length > 0;
  const suites = spec.kind === 'release' && !release ? [] : impact.suites;
  const figures = { suites: suites.length, dropped: impact.dropped.length, services: wanted, risk: impact.risk };
  const alternatives = impact.dropped.slice(0, 20).map((d) => ({ kind: `test ${d.suite}`, rejectedBecause: d.because }));
  const common = { kind: 'refine-plan' as const, suites, release, figures, alternatives };
  if (spec.kind === 'release' && !release)
    return { ...common, because: 'nothing-to-do', choice: 'no running service would be different, so nothing is released' };
  const scope = suites.length > 0 ? `test ${suites.join(', ')}` : 'nothing to test';
  const then = release ? `, then release ${wanted.join(', ')}` : '';
  if (impact.fallback) return { ...common, because: 'scope-unknown-so-wider', choice: `${scope}${then} (wider than needed, perhaps: ${impact.fallback})` };
  return { ...common, because: 'scope-known', choice: `${scope}${then}` };
}

async function act({ state }: StepContext, decision: RefineDecision, { impact, planned, steps }: RefineFacts): Promise<StepResult> {
  const has = (id: string) => steps.some((s) => s.id === id && s.status === 'waiting');
  const changes: PlanChange[] = [
    ...decision.suites.map((suite): PlanChange => ({
      change: 'kept',
      step: `tests ${suite}`.slice(0, 80),
      because: impact.units.find((u) => suite.startsWith(u.id))?.because ?? 'the change reaches it',
    })),
    ...impact.dropped.map((d): PlanChange => ({ change: 'removed', step: `tests ${d.suite}`.slice(0, 80), because: d.because.slice(0, 400) })),
  ];
  const add: PlanStep[] = [];
  const remove: string[] = [];
  if (has('run-tests')) {
    if (decision.suites.length === 0) {
      remove.push('run-tests');
      changes.push({ change: 'removed', step: 'run-tests', because: 'the change reaches no test' });
    } else {
      add.push(planStep('run-tests', ['refine-plan'], decision.choice.slice(0, 300), { suites: decision.suites }));
      changes.push({ change: 'changed', step: 'run-tests', because: decision.choice.slice(0, 400) });
    }
  }
  if (!decision.release) {
    for (const id of ['judge-health', 'choose-strategy'].filter(has)) {
      remove.push(id);
      changes.push({ change: 'removed', step: id, because: decision.choice.slice(0, 400) });
    }
  } else {
    const targets = planned.targets.filter((t) => impact.services.includes(t.service));
    const left = planned.targets.filter((t) => !impact.services.includes(t.service));
    const { environment } = planned;
    const wish = state.spec.kind === 'release' ? state.spec.strategy : 'auto';
    add.push(planStep('judge-health', ['refine-plan'], 'only the services that change', { environment, changes: targets }));
    add.push(
      planStep(
        'choose-strategy',
        decision.suites.length > 0 ? ['run-tests', 'judge-health'] : ['judge-health'],
        `${impact.risk} risk: ${impact.riskBecause}`.slice(0, 300),
        { environment, changes: targets, wish },
      ),
    );
    changes.push(
      ...left.map((t): PlanChange => ({
        change: 'removed',
        step: `release ${t.service}`,
        because: 'the change does not reach its code, so it keeps running as it is',
      })),
    );
  }
  return { kind: 'passed', output: { suites: decision.suites, release: decision.release }, plan: { add, remove, changes: changes.slice(0, 100) } };
}

export const refinePlan: StepHandler<RefineFacts, RefineDecision> = { gather, decide: decideRefine, act };
