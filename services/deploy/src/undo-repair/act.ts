// Takes the repair back by the act that was written down with it.
import type { StepContext, StepResult } from '@awo/agent';
import { TerminalError } from '@awo/contracts';
import { carryOutAct } from '../carry-out-act.ts';
import type { UndoRepairDecision } from './decide.ts';
import type { UndoRepairFacts } from './gather.ts';

export async function undoRepair(ctx: StepContext, decision: UndoRepairDecision, { environment, repair }: UndoRepairFacts): Promise<StepResult> {
  if (!decision.undo || repair.undo === null) return { kind: 'passed', output: { undone: false } };
  try {
    const revision = repair.act.do === 'run' ? repair.act.revision : repair.revision;
    await carryOutAct(ctx, { environment, service: repair.service, revision }, repair.undo);
  } catch (error) {
    if (!(error instanceof TerminalError) || error.code === 'stale-fence') throw error;
    return { kind: 'failed', code: error.code, message: error.message };
  }
  return { kind: 'passed', output: { undone: true } };
}
