// Finds what ran before. The first look is remembered: once traffic has moved, "previous" means the other one.
import type { StepContext } from '@awo/agent';
import { type ServiceStatus, STEP_INPUTS } from '@awo/contracts';
import { holderOf } from '../running.ts';
import { fetchStatus } from '../status.ts';

export type RestoreTarget = { service: string; repo: string; current: string | null; previous: string | null; sideBySide: boolean };
export type RestoreFacts = { environment: string; targets: RestoreTarget[]; remembered: boolean };

export async function gatherRestoreFacts(ctx: StepContext): Promise<RestoreFacts> {
  const { environment, changes } = STEP_INPUTS.restore.parse(ctx.step.input);
  const remembered = rememberedTargets(ctx.memo);
  if (remembered) return { environment, targets: remembered, remembered: true };
  const targets: RestoreTarget[] = [];
  for (const { service } of changes) targets.push(targetOf(service, await fetchStatus(ctx, environment, service)));
  return { environment, targets, remembered: false };
}

const targetOf = (service: string, status: ServiceStatus | null): RestoreTarget => ({
  service,
  repo: status?.repo ?? '',
  current: holderOf(status),
  previous: status?.previous ?? null,
  sideBySide: status?.sideBySide ?? true,
});

function rememberedTargets(memo: Record<string, unknown> | undefined): RestoreTarget[] | undefined {
  return Array.isArray(memo?.targets) ? (memo.targets as RestoreTarget[]) : undefined;
}
