// What the steps before a diagnosis have left behind. Pure.
import { Comparison, type GoalState, type StepState } from '@awo/contracts';
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
export function trafficSince(state: GoalState, service: string): string | null {
  const shifts = state.steps.filter((s) => s.kind === 'shift-traffic' && s.status === 'passed' && serviceOf(s) === service);
  return (
    shifts
      .map((s) => s.startedAt ?? s.settledAt ?? '')
      .filter((at) => at !== '')
      .sort()[0] ?? null
  );
}

export function rpsBefore(state: GoalState, service: string): number | null {
  const services: unknown = state.steps.find((s) => s.kind === 'judge-health')?.output?.services;
  if (!Array.isArray(services)) return null;
  const own: unknown = services.find((s: unknown) => typeof s === 'object' && s !== null && 'service' in s && s.service === service);
  if (typeof own !== 'object' || own === null || !('rps' in own)) return null;
  return typeof own.rps === 'number' ? own.rps : null;
}
