// Collects what the choice rests on: causes, what runs and how it is configured, what was tried, what worked before, the policy.
import { repairPolicyOf, type StepContext } from '@awo/agent';
import { Explained, PastRepair, REPAIR_INPUTS, rolloutStatus } from '@awo/contracts';
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
    policy: (await repairPolicyOf(ctx)).policy,
  };
}
