// What a goal that meant to change an environment came to, read from its steps. Pure.
import { HARM_VERDICTS, ImpactAssessed, Planned, RolloutPlan, STEP_INPUTS, WatchEnded } from '@awo/contracts';
import type { GoalState, ReleaseOutcome, ServiceChange, ServiceOutcome, StepState } from '@awo/contracts';
import type { ConcludeDecision } from './conclude.ts';

type Watched = WatchEnded & { settledAt: string; failed: boolean };

/** Null for goals that change no environment, or never got as far as to know which. */
export function outcomeOf(state: GoalState, decision: ConcludeDecision, endedAt: string): ReleaseOutcome | null {
  const { kind } = state.spec;
  if (state.spec.kind === 'release' && state.spec.dryRun) return null;
  const planned = Planned.safeParse(stepOf(state, 'plan')?.output);
  if ((kind !== 'release' && kind !== 'rollback') || !planned.success || planned.data.environment === null) return null;
  const impact = ImpactAssessed.safeParse(stepOf(state, 'assess-impact')?.output);
  const rollouts = RolloutPlan.array().safeParse(stepOf(state, 'choose-strategy')?.output?.rollouts).data ?? [];
  const { repo, head, environment, targets } = planned.data;
  return {
    v: 1,
    goal: state.id,
    kind,
    environment,
    repo,
    head,
    acceptedAt: state.acceptedAt,
    endedAt,
    outcome: decision.outcome,
    because: decision.choice.slice(0, 600),
    change: impact.success ? changeOf(impact.data) : null,
    people: state.halted ? [state.halted] : [],
    services: targets.slice(0, 60).map((change) => serviceOutcome(state, change, rollouts)),
  };
}

const stepOf = (state: GoalState, kind: StepState['kind']): StepState | undefined => state.steps.find((s) => s.kind === kind);

const changeOf = ({ kind, risk, filesChanged, linesChanged, units }: ImpactAssessed): ReleaseOutcome['change'] => ({
  kind,
  risk,
  filesChanged,
  linesChanged,
  units: units.map((u) => u.id).slice(0, 50),
});

function serviceOutcome(state: GoalState, { service, base, head }: ServiceChange, rollouts: readonly RolloutPlan[]): ServiceOutcome {
  const own = state.steps.filter((s) => changeIn(s)?.service === service);
  const watches = own.flatMap((s): Watched[] => {
    const output = s.kind === 'watch-rollout' ? WatchEnded.safeParse(s.output).data : undefined;
    return output ? [{ ...output, settledAt: s.settledAt ?? '', failed: s.status === 'failed' }] : [];
  });
  const last = watches.toSorted((a, b) => a.settledAt.localeCompare(b.settledAt)).at(-1);
  const undo = state.steps.find((s) => s.kind === 'undo' && s.status === 'passed');
  const held = state.steps.some((s) => s.kind === 'undo' && s.status === 'failed' && s.code === 'roll-back-frozen');
  // A service that the release had not come to when it was undone was never touched.
  const started = own.some((s) => (s.kind === 'start-revision' || s.kind === 'shift-traffic') && s.startedAt !== undefined);
  const promotedAt = own.find((s) => s.kind === 'promote' && s.status === 'passed')?.settledAt ?? null;
  const harmed = watches.find((w) => w.failed && HARM_VERDICTS.has(w.because));
  const add = (counts: { requests: number; errors: number }[]) =>
    counts.reduce((sum, c) => ({ requests: sum.requests + c.requests, errors: sum.errors + c.errors }), { requests: 0, errors: 0 });
  // What it answered to copies no customer met.
  const fresh = add(watches.filter((w) => w.weight > 0).map((w) => w.comparison.new));
  const beside = add(watches.filter((w) => w.concurrent).map((w) => w.comparison.old));
  const seconds = watches.reduce((sum, w) => sum + w.elapsedMs, 0) / 1000;
  const isRestored = state.spec.kind === 'rollback' && stepOf(state, 'restore')?.status === 'passed';
  return {
    service,
    base,
    head,
    strategy: rollouts.find((r) => r.service === service)?.strategy ?? null,
    end: undo && started ? 'undone' : held && started ? 'held' : promotedAt !== null || isRestored ? 'promoted' : 'untouched',
    verdict: last?.because ?? null,
    weight: Math.max(0, ...watches.map((w) => w.weight)),
    promotedAt,
    harmAt: harmed === undefined ? null : (harmed.firstErrorAt ?? harmed.settledAt),
    undoneAt: undo && started ? (undo.settledAt ?? null) : null,
    fresh,
    beside,
    before: watches.find((w) => w.past !== null)?.past ?? null,
    rps: seconds > 0 ? Math.round((10 * (fresh.requests + beside.requests)) / seconds) / 10 : null,
    customersWithErrors: Math.max(0, ...watches.map((w) => w.comparison.new.customersWithErrors)),
  };
}

const changeIn = (step: StepState): ServiceChange | undefined => STEP_INPUTS['watch-rollout'].shape.change.safeParse(step.input.change).data;
