// Finds what ran before, and whether it can come back. The first look is remembered: once traffic has moved, "previous" means the other one.
import type { StepContext } from '@awo/agent';
import { holderOf, type ServiceStatus, STEP_INPUTS } from '@awo/contracts';
import { fetchStatus } from '../status.ts';
import { whyFrozen } from '../way-back.ts';

export type RestoreTarget = {
  service: string;
  repo: string;
  current: string | null;
  previous: string | null;
  sideBySide: boolean;
  /** Why the previous one must not come back; null: nothing says so. */
  frozen?: string | null;
};
export type RestoreFacts = {
  environment: string;
  targets: RestoreTarget[];
  remembered: boolean;
  /** Why it shall come back nonetheless, in a person's words. */
  emergency?: string | null;
};

export async function gatherRestoreFacts(ctx: StepContext): Promise<RestoreFacts> {
  const { environment, changes } = STEP_INPUTS.restore.parse(ctx.step.input);
  const { spec } = ctx.state;
  const emergency = spec.kind === 'rollback' ? (spec.emergency ?? null) : null;
  const remembered = rememberedTargets(ctx.memo);
  if (remembered) return { environment, targets: remembered, remembered: true, emergency };
  const targets: RestoreTarget[] = [];
  for (const { service } of changes) targets.push(await targetOf(ctx, service, await fetchStatus(ctx, environment, service)));
  return { environment, targets, remembered: false, emergency };
}

async function targetOf(ctx: StepContext, service: string, status: ServiceStatus | null): Promise<RestoreTarget> {
  const target = { service, repo: status?.repo ?? '', current: holderOf(status), previous: status?.previous ?? null, sideBySide: status?.sideBySide ?? true };
  const { repo, current, previous } = target;
  return { ...target, frozen: current === null || previous === null ? null : await whyFrozen(ctx, service, repo, current, previous) };
}

function rememberedTargets(memo: Record<string, unknown> | undefined): RestoreTarget[] | undefined {
  return Array.isArray(memo?.targets) ? (memo.targets as RestoreTarget[]) : undefined;
}
