// What the steps before a diagnosis have left behind. Pure.
import { Comparison, type GoalState, type StepState, TestsJudged } from '@awo/contracts';
import type { FailedStep, Watched } from './facts.ts';

const serviceOf = (step: StepState): string | null => {
  const change = step.input.change;
  if (typeof change !== 'object' || change === null || !('service' in change)) return null;
  return typeof change.service === 'string' ? change.service : null;
};

export const failedSteps = (state: GoalState): FailedStep[] =>
  state.steps
    .filter((s) => s.status === 'failed' && s.kind !== 'undo')
    .map((s) => ({
      step: s.id,
      kind: s.kind,
      service: serviceOf(s),
      code: s.code ?? '',
      message: (s.message ?? '').slice(0, 1000),
      settledAt: s.settledAt ?? null,
    }));

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

export const watchesOf = (state: GoalState): Watched[] =>
  state.steps.flatMap((s) => {
    const service = serviceOf(s);
    const comparison = Comparison.safeParse(s.output?.comparison);
    if (s.kind !== 'watch-rollout' || service === null || !comparison.success) return [];
    return [
      {
        step: s.id,
        service,
        weight: numberOr(s.input.weight, 100),
        concurrent: s.input.concurrent === true,
        because: String(s.output?.because ?? s.code ?? ''),
        passed: s.status === 'passed',
        elapsedMs: numberOr(s.output?.elapsedMs, 0),
        startedAt: s.startedAt ?? null,
        settledAt: s.settledAt ?? null,
        comparison: comparison.data,
        past: pastOf(s.output?.past),
      },
    ];
  });

function pastOf(value: unknown): Watched['past'] {
  if (typeof value !== 'object' || value === null || !('requests' in value) || !('errors' in value)) return null;
  const p95Ms = 'p95Ms' in value && typeof value.p95Ms === 'number' ? value.p95Ms : null;
  return { requests: numberOr(value.requests, 0), errors: numberOr(value.errors, 0), p95Ms };
}

/** When the first `shift-traffic` of a service began: requests can have reached the new one since then. */
export const trafficSince = (state: GoalState, service: string): string | null => firstOf(state, service, 'shift-traffic', (s) => s.status === 'passed');
/** When the new one was started, or it was tried. */
export const startedAt = (state: GoalState, service: string): string | null => firstOf(state, service, 'start-revision', () => true);

function firstOf(state: GoalState, service: string, kind: StepState['kind'], counts: (step: StepState) => boolean): string | null {
  const times = state.steps.filter((s) => s.kind === kind && counts(s) && serviceOf(s) === service).map((s) => s.startedAt ?? s.settledAt ?? '');
  return times.filter((at) => at !== '').toSorted()[0] ?? null;
}

export const failingTests = (state: GoalState): TestsJudged['failing'] =>
  state.steps.flatMap((s) => (s.kind === 'run-tests' ? (TestsJudged.safeParse(s.output).data?.failing ?? []) : []));
