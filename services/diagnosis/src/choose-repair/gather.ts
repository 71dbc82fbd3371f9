// Collects what the choice rests on: causes, what runs and how it is configured, what was tried, what worked before, the policy.
import { Explained, PastRepair, Planned, REPAIR_INPUTS, RepairPolicy, rolloutStatus, TerminalError, vcsDescribe } from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import type { ChooseFacts } from './facts.ts';

export async function gatherChoice(ctx: StepContext): Promise<ChooseFacts> {
  const { environment, service, attempt } = REPAIR_INPUTS['choose-repair'].parse(ctx.step.input);
  const explained = Explained.parse(ctx.state.steps.findLast((s) => s.kind === 'explain-incident' && s.status === 'passed')?.output);
  const plan = ctx.state.steps.find((s) => s.kind === 'plan')?.output ?? {};
  const { services } = await ctx.call(rolloutStatus, { environment });
  const tried = ctx.state.steps
    .filter((s) => s.kind === 'apply-repair' && s.startedAt !== undefined)
    .map((s) => REPAIR_INPUTS['apply-repair'].parse(s.input).repair)
    .map(({ kind, service: on, entity }) => ({ kind, service: on, entity }));
  return {
    environment,
    service,
    attempt,
    since: explained.since,
    verdict: explained.verdict,
    causes: explained.hypotheses,
    services,
    tried,
    past: Array.isArray(plan['past']) ? plan['past'].flatMap((p) => PastRepair.safeParse(p).data ?? []) : [],
    policy: await policyOf(ctx, Planned.parse(plan)),
  };
}

async function policyOf(ctx: StepContext, { repo, head }: Planned): Promise<RepairPolicy> {
  try {
    return RepairPolicy.parse((await ctx.call(vcsDescribe, { repo, sha: head })).policy.repair ?? {});
  } catch (error) {
    // A repository that was moved must not keep its services from being repaired: the careful defaults hold then.
    if (!(error instanceof TerminalError) || error.code === 'stale-fence') throw error;
    return RepairPolicy.parse({});
  }
}
