// How the repository of a goal wants its services repaired, and when nothing is to be changed.
import { type FreezeWindow, Planned, RepairPolicy, TerminalError, vcsDescribe } from '@awo/contracts';
import type { StepContext } from './step.ts';

/**
 * `repair` and `release.freeze` of awo.yaml at the revision that the goal was planned with.
 * @throws what asking throws, except where the repository cannot be read for good: the careful defaults hold then.
 */
export async function repairPolicyOf(ctx: Pick<StepContext, 'state' | 'call'>): Promise<{ policy: RepairPolicy; freeze: FreezeWindow[] }> {
  const planned = Planned.safeParse(ctx.state.steps.find((s) => s.kind === 'plan')?.output).data;
  try {
    const asked = planned && (await ctx.call(vcsDescribe, { repo: planned.repo, sha: planned.head })).policy;
    return { policy: RepairPolicy.parse(asked?.repair ?? {}), freeze: asked?.freeze ?? [] };
  } catch (error) {
    // A repository that was moved must not keep its services from being repaired, nor a repair from being taken back.
    if (!(error instanceof TerminalError) || error.code === 'stale-fence') throw error;
    return { policy: RepairPolicy.parse({}), freeze: [] };
  }
}
