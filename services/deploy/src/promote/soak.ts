// What is watched after everything was promoted, and how it is taken back then. Pure.
import type { PlanEdit } from '@awo/agent';
import { type GoalState, type PlanStep, type ServiceChange, STEP_INPUTS, STEP_ROLES, type StepKind, type StepState } from '@awo/contracts';

/** An edit for the last promotion of a goal whose watches were told to go on; undefined: nothing is asked for, or other services are still to come. */
export function soakOf(state: GoalState, own: StepState, environment: string): PlanEdit | undefined {
  if (state.steps.some((s) => s.kind === 'promote' && s.id !== own.id && (s.status === 'waiting' || s.status === 'dispatched'))) return undefined;
  const promoted = state.steps.filter((s) => s.kind === 'promote' && (s.status === 'passed' || s.id === own.id));
  const soaked = promoted.flatMap((s) => {
    const change = STEP_INPUTS.promote.safeParse(s.input).data?.change;
    const watch = change && lastWatchOf(state, change);
    const soakMs = Number(watch?.output?.soakMs ?? 0);
    const expectedRps = watch ? (STEP_INPUTS['watch-rollout'].safeParse(watch.input).data?.expectedRps ?? null) : null;
    return change && soakMs > 0 ? [{ change, soakMs, expectedRps }] : [];
  });
  if (soaked.length === 0) return undefined;
  const watches = soaked.map(({ change, soakMs, expectedRps }) =>
    step(
      'watch-rollout',
      `soak-${change.service}`,
      [own.id],
      'passed',
      { environment, change, weight: 100, concurrent: false, expectedRps, soakMs },
      `Late trouble of ${change.service} is looked for for ${Math.round(soakMs / 1000)} s after its promotion, as awo.yaml asks.`,
    ),
  );
  const changes = soaked.map((s) => s.change).toReversed();
  const ids = watches.map((s) => s.id);
  // What could not go back before its promotion cannot after it.
  const frozen = state.steps.flatMap((s) => (s.kind === 'undo' ? (STEP_INPUTS.undo.safeParse(s.input).data?.frozen ?? []) : []));
  const input = frozen.length === 0 ? { environment, changes } : { environment, changes, frozen };
  const undo = step('undo', 'undo-late', ids, 'failed', input, 'What ran before comes back if trouble shows after promotion, where it may come back.');
  const diagnose = step(
    'diagnose',
    'diagnose-late',
    [...ids, undo.id],
    'failed',
    { environment, changes },
    'Late trouble is explained once customers are safe.',
  );
  const add = [...watches, undo, diagnose];
  return { add, remove: [], changes: add.map((s) => ({ change: 'added' as const, step: s.id, because: s.because })) };
}

const step = (kind: StepKind, id: string, needs: string[], when: PlanStep['when'], input: Record<string, unknown>, because: string): PlanStep => ({
  id: id.slice(0, 64),
  kind,
  role: STEP_ROLES[kind],
  needs,
  when,
  input,
  because: because.slice(0, 300),
});

const lastWatchOf = (state: GoalState, change: ServiceChange): StepState | undefined =>
  state.steps.findLast((s) => {
    const other = s.kind === 'watch-rollout' && s.status === 'passed' ? STEP_INPUTS['watch-rollout'].safeParse(s.input).data?.change : undefined;
    return other?.service === change.service && other.head === change.head;
  });
