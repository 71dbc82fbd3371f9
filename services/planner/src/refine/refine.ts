// refine-plan: plan v1 covers everything; with the impact known it is cut to what the change touches, each cut with its reason.
import { historySubject, readKept } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { AuditPolicy, ImpactAssessed, Planned, STEP_INPUTS, SelectionAudits } from '@awo/contracts';
import type { AuditRecord, GoalSpec, PlanChange, PlanStep, StepState, SuiteFiles, Verdict } from '@awo/contracts';
import { estimateMisses, missWords, wideningReason } from '@awo/test-order/ordering';
import type { StepContext, StepHandler, StepResult } from '@awo/agent';
import { planStep } from '../plan/steps.ts';
import { beginAudit } from './begin-audit.ts';

export type RefineFacts = {
  spec: GoalSpec;
  impact: ImpactAssessed;
  planned: Planned;
  steps: Pick<StepState, 'id' | 'status'>[];
  /** Every suite of the revision. This and what follows is missing in facts that older versions recorded. */
  every?: string[];
  /** What audits of this repository's selections found. */
  audits?: AuditRecord[];
};
export type RefineDecision = Verdict<'refine-plan'> & {
  suites: string[];
  /** Of them, those that the impact alone would leave out. */ widened: string[];
  /** Of them, those that need not run whole. */
  narrow: SuiteFiles[];
  release: boolean;
};

async function gather(bus: Pick<Bus, 'jsm'>, { state }: StepContext): Promise<RefineFacts> {
  const outputOf = (kind: string) => state.steps.find((s) => s.kind === kind && s.status === 'passed')?.output;
  const planned = Planned.parse(outputOf('plan'));
  const tests = STEP_INPUTS['run-tests'].safeParse(state.steps.find((s) => s.kind === 'run-tests')?.input);
  return {
    spec: state.spec,
    impact: ImpactAssessed.parse(outputOf('assess-impact')),
    planned,
    every: tests.success ? tests.data.suites : [],
    audits: (await readKept(bus, historySubject('audits', planned.repo), SelectionAudits))?.audits ?? [],
    steps: state.steps.map(({ id, status }) => ({ id, status })),
  };
}

export function decideRefine({ spec, impact, planned, every = [], audits = [] }: RefineFacts): RefineDecision {
  const wanted = planned.targets.filter((t) => impact.services.includes(t.service)).map((t) => t.service);
  const release = spec.kind === 'release' && wanted.length > 0;
  const selected = spec.kind === 'release' && !release ? [] : impact.suites;
  const policy = planned.audit ?? AuditPolicy.parse({});
  const misses = estimateMisses(audits, policy.bound);
  const unsafe = spec.kind === 'release' && !release ? null : wideningReason(misses, policy);
  const widened = unsafe === null ? [] : every.filter((suite) => !selected.includes(suite));
  const suites = [...selected, ...widened];
  const narrow = unsafe === null ? (impact.narrow ?? []).filter(({ suite }) => selected.includes(suite)) : [];
  const figures = {
    suites: suites.length,
    dropped: impact.dropped.length,
    services: wanted,
    risk: impact.risk,
    ...(misses.audited > 0 ? { audits: missWords(misses), auditBound: policy.bound } : {}),
  };
  const alternatives = impact.dropped.slice(0, 20).map((d) => ({ kind: `test ${d.suite}`, rejectedBecause: d.because }));
  const common = { kind: 'refine-plan' as const, suites, widened, narrow, release, figures, alternatives: widened.length > 0 ? [] : alternatives };
  if (spec.kind === 'release' && !release)
    return { ...common, because: 'nothing-to-do', choice: 'no running service would be different, so nothing is released' };
  const scope = suites.length > 0 ? `test ${suites.join(', ')}` : 'nothing to test';
  const then = release ? `, then release ${wanted.join(', ')}` : '';
  if (unsafe !== null && widened.length > 0)
    return {
      ...common,
      because: 'misses-measured-so-wider',
      choice: `${scope}${then}: ${unsafe}`,
      alternatives: [{ kind: `leave out ${widened.length} suites`.slice(0, 80), rejectedBecause: unsafe }],
    };
  if (impact.fallback) return { ...common, because: 'scope-unknown-so-wider', choice: `${scope}${then} (wider than needed, perhaps: ${impact.fallback})` };
  return { ...common, because: 'scope-known', choice: `${scope}${then}` };
}

/** What may leave the suite at run time, once it is known how long it takes. */
function fewFiles({ narrow }: RefineDecision, suite: string): string {
  const found = narrow.find((one) => one.suite === suite);
  return found ? `; ${found.files.length} of its ${found.of} test files see it` : '';
}

async function act(
  bus: Pick<Bus, 'write'>,
  { state, now }: StepContext,
  decision: RefineDecision,
  { impact, planned, steps, every = [] }: RefineFacts,
): Promise<StepResult> {
  const has = (id: string) => steps.some((s) => s.id === id && s.status === 'waiting');
  const changes: PlanChange[] = [
    ...decision.suites.map((suite): PlanChange => ({
      change: 'kept',
      step: `tests ${suite}`.slice(0, 80),
      because: decision.widened.includes(suite)
        ? (decision.alternatives?.[0]?.rejectedBecause ?? '').slice(0, 400)
        : `${impact.units.find((u) => suite.startsWith(u.id))?.because ?? 'the change reaches it'}${fewFiles(decision, suite)}`.slice(0, 400),
    })),
    ...(decision.widened.length > 0 ? [] : impact.dropped).map((d): PlanChange => ({
      change: 'removed',
      step: `tests ${d.suite}`.slice(0, 80),
      because: d.because.slice(0, 400),
    })),
  ];
  const add: PlanStep[] = [];
  const remove: string[] = [];
  if (has('run-tests')) {
    if (decision.suites.length === 0) {
      remove.push('run-tests');
      changes.push({ change: 'removed', step: 'run-tests', because: 'the change reaches no test' });
      if (decision.release) await beginAudit(bus, { goal: state.id, planned, every, now });
    } else {
      add.push(
        planStep('run-tests', ['refine-plan'], decision.choice.slice(0, 300), {
          suites: decision.suites,
          ...(decision.widened.length > 0 ? { widened: decision.widened } : {}),
          ...(decision.narrow.length > 0 ? { narrow: decision.narrow } : {}),
        }),
      );
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
    const dryRun = state.spec.kind === 'release' && state.spec.dryRun === true;
    const wish = state.spec.kind === 'release' ? state.spec.strategy : 'auto';
    add.push(planStep('judge-health', ['refine-plan'], 'only the services that change', { environment, changes: targets }));
    add.push(
      planStep(
        'choose-strategy',
        decision.suites.length > 0 && !dryRun ? ['run-tests', 'judge-health'] : ['judge-health'],
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

export const refinePlan = (bus: Pick<Bus, 'jsm' | 'write'>): StepHandler<RefineFacts, RefineDecision> => ({
  gather: (context) => gather(bus, context),
  decide: decideRefine,
  act: (context, decision, facts) => act(bus, context, decision, facts),
});
