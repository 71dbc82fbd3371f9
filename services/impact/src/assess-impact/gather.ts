// Reads what changed, whom it reaches, and what the repository is made of at the new revision.
import type { StepContext } from '@awo/agent';
import { Planned, TerminalError, vcsDescribe, vcsReach } from '@awo/contracts';
import { factsOf, type ImpactFacts } from './facts.ts';
import { basesOf, mergeReaches } from './running-reach.ts';

export async function gatherChange(ctx: StepContext): Promise<ImpactFacts> {
  const planned = Planned.safeParse(ctx.state.steps.findLast((step) => step.kind === 'plan' && step.status === 'passed')?.output);
  if (!planned.success)
    throw new TerminalError('bad-message', `Goal ${ctx.state.id} has no readable output of its plan step: ${planned.error.issues[0]?.message ?? 'missing'}.`);
  const { repo, base, head } = planned.data;
  const [model, ...parts] = await Promise.all([
    ctx.call(vcsDescribe, { repo, sha: head }),
    ...basesOf(planned.data).map(async (part) => ({
      ...part,
      reach: await ctx.call(vcsReach, { repo, base: part.base, head }, `reach-from-${part.base?.slice(0, 12) ?? 'nothing'}`),
    })),
  ]);
  return factsOf(repo, mergeReaches(parts, base, model.services), model);
}
