// What a release cost its customers, read from the goal's own log. Pure.
import { Comparison, STEP_INPUTS, type GoalState } from '@awo/contracts';
import type { Exposure } from './played.ts';

/** One per watched service: the stages of its rollout added up. */
export function exposuresOf(state: GoalState): Exposure[] {
  const found = new Map<string, Exposure>();
  for (const step of state.steps) {
    const input = STEP_INPUTS['watch-rollout'].safeParse(step.input);
    const compared = step.kind === 'watch-rollout' ? comparisonIn(step.output) : null;
    if (!input.success || compared === null) continue;
    const { service } = input.data.change;
    const sum = found.get(service) ?? { service, newRequests: 0, newErrors: 0, oldRequests: 0, customersWithErrors: 0 };
    found.set(service, {
      service,
      newRequests: sum.newRequests + compared.new.requests,
      newErrors: sum.newErrors + compared.new.errors,
      oldRequests: sum.oldRequests + (input.data.concurrent ? compared.old.requests : 0),
      customersWithErrors: Math.max(sum.customersWithErrors, compared.new.customersWithErrors),
    });
  }
  return [...found.values()];
}

/** The numbers stand in the output itself or under a name of it. */
function comparisonIn(output: Record<string, unknown> | undefined): Comparison | null {
  for (const candidate of [output, ...Object.values(output ?? {})]) {
    const parsed = Comparison.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  return null;
}

/** Failed requests if all traffic had gone to the new one at once, for the same time. */
export function withoutCanary({ newRequests, newErrors, oldRequests }: Exposure): number {
  return newRequests === 0 ? 0 : Math.round((newErrors / newRequests) * (newRequests + oldRequests));
}
