// Reads whether the repair took place at all, and what is there now.
import type { StepContext } from '@awo/agent';
import { type Repair, REPAIR_INPUTS } from '@awo/contracts';

export type UndoRepairFacts = { environment: string; repair: Repair; applied: boolean; aborted: boolean; why: string };

export async function gatherUndoRepair(ctx: StepContext): Promise<UndoRepairFacts> {
  const { environment, repair } = REPAIR_INPUTS['undo-repair'].parse(ctx.step.input);
  const needs = ctx.state.steps.filter((s) => ctx.step.needs.includes(s.id));
  const apply = needs.find((s) => s.kind === 'apply-repair');
  const failed = needs.find((s) => s.status === 'failed');
  return {
    environment,
    repair,
    // Cancelled in the middle, or failed by the tool: it may have taken place.
    applied: apply !== undefined && apply.startedAt !== undefined && apply.output?.applied !== false,
    aborted: ctx.state.halted !== undefined,
    why: failed?.message ?? ctx.state.halted?.because ?? '',
  };
}
