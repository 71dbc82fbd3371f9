// Reads what a repair has to pass: the policy, the record of its kind, how many there were lately, whose turn it is, what people said.
import { createHash } from 'node:crypto';
import { repairPolicyOf, type StepContext } from '@awo/agent';
import { type AutonomyRecord, type FreezeWindow, type GoalState, REPAIR_INPUTS, REPAIR_KINDS, type Repair, type RepairPolicy } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { recordOf } from '../remediate/autonomy.ts';
import { waitingBefore } from '../turn-queues.ts';
import { holders } from '../turns.ts';

export type AdmitFacts = {
  environment: string;
  repair: Repair;
  sure: boolean;
  /** Of exactly this repair: what an approval names. */
  digest: string;
  policy: RepairPolicy;
  /** Windows in which nothing is changed without a person; absent in what was recorded before repairs knew of them. */
  freeze?: FreezeWindow[];
  record: AutonomyRecord;
  /** Repairs of all kinds in the environment that were let through, without this goal's. */
  recent: AutonomyRecord['recent'];
  answer: NonNullable<GoalState['answers']>[number] | null;
  /** Goals that have the service in their hands. */
  busy: string[];
  nowMs: number;
  askedSinceMs: number;
};

export const gatherAdmission =
  (bus: Bus) =>
  async (ctx: StepContext): Promise<AdmitFacts> => {
    const { environment, repair, sure } = REPAIR_INPUTS['admit-repair'].parse(ctx.step.input);
    const records = await Promise.all(REPAIR_KINDS.map((kind) => recordOf(bus, environment, kind)));
    const digest = `sha256:${createHash('sha256').update(JSON.stringify(repair)).digest('hex')}`;
    const [held, waiting] = await Promise.all([
      holders(bus, environment, [repair.service], ctx.goal),
      waitingBefore(bus, environment, [repair.service], { goal: ctx.goal, acceptedAt: ctx.state.acceptedAt }),
    ]);
    return {
      environment,
      repair,
      sure,
      digest,
      ...(await repairPolicyOf(ctx)),
      record: await recordOf(bus, environment, repair.kind),
      recent: records.flatMap((r) => r.recent).filter((r) => r.goal !== ctx.goal),
      answer: ctx.state.answers?.find((a) => a.of === digest) ?? null,
      busy: [...new Set([...held, ...waiting].map((h) => h.goal))],
      nowMs: ctx.now().getTime(),
      askedSinceMs: typeof ctx.memo?.['askedSinceMs'] === 'number' ? ctx.memo['askedSinceMs'] : ctx.now().getTime(),
    };
  };
