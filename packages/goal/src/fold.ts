// fold: events to state. Pure. The same events always give the same state.
import type { Event, GoalState, PlanStep, StepState } from '@awo/contracts';

const isOpen = (step: StepState) => step.status === 'waiting' || step.status === 'dispatched';

/** Does the goal still have anything to do? */
export const isEnded = (state: GoalState): boolean => state.ended !== undefined;

export function stepById(state: GoalState, id: string): StepState | undefined {
  return state.steps.find((step) => step.id === id);
}

/** Applies one event. `at` is the time of its commit. Throws on an event that cannot follow: such a log is broken, not old. */
export function fold(state: GoalState | null, event: Event, at: string): GoalState {
  if (event.type === 'goal.accepted') {
    if (state) throw new Error(`goal.accepted must be the first event of ${state.id}`);
    return { id: event.goal, spec: event.spec, source: event.source, acceptedAt: at, planVersion: 0, steps: event.plan.map(waiting) };
  }
  if (!state) throw new Error(`${event.type} came before goal.accepted`);
  switch (event.type) {
    case 'plan.changed':
      return settle({ ...state, planVersion: event.version, steps: editPlan(state.steps, event.steps, event.remove) });
    case 'step.dispatched':
      return patch(state, event.step, { status: 'dispatched', startedAt: at });
    case 'step.waited': {
      const looks = (stepById(state, event.step)?.wait?.looks ?? 0) + 1;
      return patch(state, event.step, { wait: { until: event.until, because: event.because, memo: event.memo, looks } });
    }
    case 'step.passed':
      return settle(patch(state, event.step, { status: 'passed', settledAt: at, output: event.output, evidence: event.evidence, wait: undefined }));
    case 'step.failed':
      return settle(
        patch(state, event.step, {
          status: 'failed',
          settledAt: at,
          code: event.code,
          message: event.message,
          output: event.output,
          evidence: event.evidence,
          wait: undefined,
        }),
      );
    case 'human.acted':
      if (event.action === 'approve' || event.action === 'reject') return answered(state, event, at);
      return act(state, event, at);
    case 'goal.ended':
      return { ...close(state, at), ended: { outcome: event.outcome, because: event.because, at, ...(event.report ? { report: event.report } : {}) } };
    case 'decision.made':
    case 'tool.called':
      return state;
  }
}

export function foldAll(state: GoalState | null, events: readonly Event[], at: string): GoalState {
  const folded = events.reduce<GoalState | null>((s, e) => fold(s, e, at), state);
  if (!folded) throw new Error('a commit without events');
  return folded;
}

/** The first answer counts. One that names nothing answers nothing. */
function answered(state: GoalState, { action, of, who, because }: Extract<Event, { type: 'human.acted' }>, at: string): GoalState {
  if (of === undefined || state.answers?.some((a) => a.of === of)) return state;
  return { ...state, answers: [...(state.answers ?? []), { of, yes: action === 'approve', who, because, at }] };
}

const waiting = (step: PlanStep): StepState => ({ ...step, status: 'waiting' });

function patch(state: GoalState, id: string, change: Partial<StepState>): GoalState {
  if (!stepById(state, id)) throw new Error(`step "${id}" is not in the plan of ${state.id}`);
  return {
    ...state,
    steps: state.steps.map((step) => {
      if (step.id !== id) return step;
      const next = { ...step, ...change };
      if (change.wait === undefined && 'wait' in change) delete next.wait;
      return next;
    }),
  };
}

/** New steps go before the last one (conclude); a known id is replaced unless it has begun; a removed one must not have begun. */
function editPlan(steps: StepState[], add: PlanStep[], remove: string[]): StepState[] {
  const begun = new Set(steps.filter((s) => s.status !== 'waiting').map((s) => s.id));
  const incoming = new Map(add.filter((s) => !begun.has(s.id)).map((s) => [s.id, waiting(s)]));
  const kept = steps.filter((s) => begun.has(s.id) || !remove.includes(s.id)).map((s) => incoming.get(s.id) ?? s);
  const known = new Set(kept.map((s) => s.id));
  const fresh = [...incoming.values()].filter((s) => !known.has(s.id));
  const end = kept.findIndex((s) => s.needs.includes('*'));
  return end < 0 ? [...kept, ...fresh] : [...kept.slice(0, end), ...fresh, ...kept.slice(end)];
}

function act(state: GoalState, { action, who, because }: Extract<Event, { type: 'human.acted' }>, at: string): GoalState {
  if (action === 'abort' || action === 'supersede') return settle(halt({ ...state, halted: { action, who, because } }, at));
  const { held: _, ...free } = state;
  if (action === 'resume') return free;
  return action === 'pause' ? { ...free, held: { who, because, at } } : { ...free, vouched: { who, because, at } };
}

/** A halted goal only cleans up: whatever has not run is cancelled, what runs is no longer wanted. */
function halt(state: GoalState, at: string): GoalState {
  // Nobody has to find the cause of what a person asked for.
  const cleansUp = (s: StepState) => s.when !== 'passed' && s.kind !== 'diagnose' && s.kind !== 'explain-incident';
  return { ...state, steps: state.steps.map((s) => (isOpen(s) && !cleansUp(s) ? { ...s, status: 'cancelled', settledAt: at } : s)) };
}

/** The step that ends a goal has done its work; whatever has not begun by then is not needed. */
function close(state: GoalState, at: string): GoalState {
  return {
    ...state,
    steps: state.steps.map((s) =>
      s.status === 'dispatched' ? { ...s, status: 'passed', settledAt: at } : s.status === 'waiting' ? { ...s, status: 'skipped' } : s,
    ),
  };
}

/** Skips every waiting step whose needs can no longer be met, until nothing changes. */
function settle(state: GoalState): GoalState {
  let steps = state.steps;
  for (;;) {
    const status = new Map(steps.map((s) => [s.id, s.status]));
    const next = steps.map((s): StepState => (s.status === 'waiting' && !canStillRun(s, status) ? { ...s, status: 'skipped' } : s));
    if (next.every((s, i) => s.status === steps[i]?.status)) return { ...state, steps };
    steps = next;
  }
}

function canStillRun(step: StepState, status: ReadonlyMap<string, StepState['status']>): boolean {
  if (step.when === 'always' || step.needs.includes('*')) return true;
  // A need that left the plan is met: what it stood for is no longer wanted.
  const needs = step.needs.map((id) => status.get(id) ?? 'passed');
  if (step.when === 'passed') return needs.every((s) => s === 'passed' || s === 'waiting' || s === 'dispatched');
  const open = needs.some((s) => s === 'waiting' || s === 'dispatched');
  return open || needs.some((s) => s === 'failed' || s === 'cancelled');
}
