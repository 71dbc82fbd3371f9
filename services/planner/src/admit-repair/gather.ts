// Reads what a repair has to pass: the policy, the record of its kind, how many there were lately, whose turn it is, what people said.
import { createHash } from 'node:crypto';
import { repairPolicyOf, type StepContext } from '@awo/agent';
import {
  type AutonomyRecord,
  COOLDOWN_SECONDS,
  type FreezeWindow,
  type GoalState,
  REPAIR_INPUTS,
  REPAIR_KINDS,
  type Repair,
  type RepairKind,
  type RepairPolicy,
} from '@awo/contracts';
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
  /** Of this kind here, and when it was last let through on this service by another goal; absent in what was recorded before there were pauses. */
  cooldown?: { ms: number; lastAt: string | null };
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
    const { policy, freeze } = await repairPolicyOf(ctx);
    const record = await recordOf(bus, environment, repair.kind);
    return {
      environment,
      repair,
      sure,
      digest,
      policy,
      freeze,
      cooldown: { ms: cooldownMsOf(policy, environment, repair.kind), lastAt: lastOn(record, repair.service, ctx.goal) },
      record,
      recent: records.flatMap((r) => r.recent).filter((r) => r.goal !== ctx.goal),
      answer: ctx.state.answers?.find((a) => a.of === digest) ?? null,
      busy: [...new Set([...held, ...waiting].map((h) => h.goal))],
      nowMs: ctx.now().getTime(),
      askedSinceMs: typeof ctx.memo?.['askedSinceMs'] === 'number' ? ctx.memo['askedSinceMs'] : ctx.now().getTime(),
    };
  };

/** The narrower one counts, as with autonomy. */
export function cooldownMsOf({ environments, cooldownMs }: RepairPolicy, environment: string, kind: RepairKind): number {
  const here = environments[environment];
  return here?.cooldownsMs?.[kind] ?? here?.cooldownMs ?? cooldownMs ?? COOLDOWN_SECONDS[kind] * 1000;
}

/** Without this goal's own: a step that is asked twice must not wait for itself, and no goal does the same twice. */
export const lastOn = ({ recent }: AutonomyRecord, service: string, goal: string): string | null =>
  recent
    .filter((r) => r.service === service && r.goal !== goal)
    .map((r) => r.at)
    .toSorted()
    .at(-1) ?? null;
