// Reads what was measured since the repair, and what was wrong before it.
import { repairPolicyOf, type StepContext } from '@awo/agent';
import { evidenceCollect, REPAIR_INPUTS, type Repair, RepairPolicy } from '@awo/contracts';
import type { Collected } from '../vitals/trouble.ts';

export type VerifyFacts = {
  /** Where it was noticed. */
  service: string;
  repair: Repair;
  collected: Collected;
  /** When the incident began: what came before is normal. */
  since: number;
  repairedAt: number;
  /** Services that were in trouble before the repair. */
  troubledBefore: string[];
  policy: Pick<RepairPolicy, 'stableMs' | 'verifyMs'>;
  /** A repair is taken back here, and it has to go without. */
  takenBack?: boolean;
};

export async function gatherVerification(ctx: StepContext): Promise<VerifyFacts> {
  const { environment, repair } = REPAIR_INPUTS['verify-repair'].parse(ctx.step.input);
  const collected = await ctx.call(evidenceCollect, { environment, seconds: 600 });
  const observed = ctx.state.steps.find((s) => s.kind === 'observe-incident')?.output;
  const applied = ctx.state.steps.findLast((s) => s.kind === 'apply-repair' && s.status === 'passed');
  const repairedAt = Date.parse(applied?.settledAt ?? ctx.now().toISOString());
  const troubles = Array.isArray(observed?.troubles) ? (observed.troubles as { service: string }[]) : [];
  const admitted = ctx.state.steps.findLast((s) => s.kind === 'admit-repair' && s.status === 'passed')?.output?.policy;
  // Nobody had to admit what a person takes back: the repository says how long it is looked at.
  const { stableMs, verifyMs } = admitted === undefined ? (await repairPolicyOf(ctx)).policy : RepairPolicy.parse(admitted);
  return {
    service: ctx.state.spec.kind === 'remediate' ? ctx.state.spec.service : repair.service,
    repair,
    collected: { ...collected, logs: [] },
    since: typeof observed?.since === 'number' ? observed.since : repairedAt,
    repairedAt,
    troubledBefore: [...new Set(troubles.map((t) => t.service))],
    policy: { stableMs, verifyMs },
    ...(ctx.state.spec.kind === 'rollback' ? { takenBack: true } : {}),
  };
}
