// Finds what ran before, and whether it can come back. The first look is remembered: once traffic has moved, "previous" means the other one.
import type { StepContext } from '@awo/agent';
import { holderOf, type ServiceStatus, STEP_INPUTS, TerminalError, vcsDescribe } from '@awo/contracts';
import { fetchStatus } from '../status.ts';
import { differenceOf, wayBackOf } from '../way-back.ts';

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

/** What the present revision declares of itself, held against the files in which the two differ. */
async function whyFrozen(ctx: StepContext, service: string, repo: string, current: string, previous: string): Promise<string | null> {
  try {
    const model = await ctx.call(vcsDescribe, { repo, sha: current }, `describe-${current.slice(0, 7)}`);
    const own = model.services.find((s) => s.name === service);
    const { files, found } = await differenceOf(ctx, repo, previous, current);
    const wayBack = wayBackOf(own, files, found);
    return wayBack.frozenFrom === null ? null : wayBack.because;
  } catch (error) {
    // A revision that was rewritten away says nothing against what ran before it.
    if (error instanceof TerminalError) return null;
    throw error;
  }
}

function rememberedTargets(memo: Record<string, unknown> | undefined): RestoreTarget[] | undefined {
  return Array.isArray(memo?.targets) ? (memo.targets as RestoreTarget[]) : undefined;
}
