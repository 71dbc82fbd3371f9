// Reads the weights as they are before the next step.
import type { StepContext } from '@awo/agent';
import { type ServiceChange, STEP_INPUTS } from '@awo/contracts';
import { entryOf, weightOf } from '../running.ts';
import { fetchStatus } from '../status.ts';

export type ShiftFacts = {
  environment: string;
  change: ServiceChange;
  weight: number;
  copies?: boolean;
  now: { head: number; base: number | null };
  headState: string | null;
  baseState: string | null;
};

export async function gatherShiftFacts(ctx: StepContext): Promise<ShiftFacts> {
  const { environment, change, weight, copies } = STEP_INPUTS['shift-traffic'].parse(ctx.step.input);
  const status = await fetchStatus(ctx, environment, change.service);
  return {
    environment,
    change,
    weight,
    ...(copies ? { copies } : {}),
    now: { head: weightOf(status, change.head), base: change.base === null ? null : weightOf(status, change.base) },
    headState: entryOf(status, change.head)?.state ?? null,
    baseState: change.base === null ? null : (entryOf(status, change.base)?.state ?? null),
  };
}
