// Reads what runs now, which has to be what the repair was chosen for.
import type { StepContext } from '@awo/agent';
import { type Repair, REPAIR_INPUTS, type ServiceStatus } from '@awo/contracts';
import { fetchStatus } from '../status.ts';

export type ApplyFacts = { environment: string; repair: Repair; status: ServiceStatus | null; begun: boolean };

export async function gatherApply(ctx: StepContext): Promise<ApplyFacts> {
  const { environment, repair } = REPAIR_INPUTS['apply-repair'].parse(ctx.step.input);
  return { environment, repair, status: await fetchStatus(ctx, environment, repair.service), begun: ctx.memo !== undefined };
}
