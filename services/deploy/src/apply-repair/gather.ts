// Reads what runs now, which has to be what the repair was chosen for.
import type { StepContext } from '@awo/agent';
import { type Repair, REPAIR_INPUTS, type ServiceStatus } from '@awo/contracts';
import { fetchStatus } from '../status.ts';
import { whyFrozen } from '../way-back.ts';

export type ApplyFacts = {
  environment: string;
  repair: Repair;
  status: ServiceStatus | null;
  begun: boolean;
  /** Why the revision that is to come back must not; absent where none is to. */
  frozen?: string | null;
};

export async function gatherApply(ctx: StepContext): Promise<ApplyFacts> {
  const { environment, repair } = REPAIR_INPUTS['apply-repair'].parse(ctx.step.input);
  const status = await fetchStatus(ctx, environment, repair.service);
  const { act, service, revision } = repair;
  const frozen = act.do === 'run' && status !== null ? { frozen: await whyFrozen(ctx, service, status.repo, revision, act.revision) } : {};
  return { environment, repair, status, begun: ctx.memo !== undefined, ...frozen };
}
