// Applies the repair: what was is written down first, and it is tried until it took place or cannot.
import type { StepContext, StepResult } from '@awo/agent';
import { TerminalError } from '@awo/contracts';
import { carryOutAct } from '../carry-out-act.ts';
import type { ApplyDecision } from './decide.ts';
import type { ApplyFacts } from './gather.ts';

export async function applyRepair(ctx: StepContext, decision: ApplyDecision, { environment, repair, status, begun }: ApplyFacts): Promise<StepResult> {
  if (!decision.apply) return { kind: 'failed', code: decision.because, message: decision.choice, output: { applied: false } };
  // After a kill the service no longer looks as it did when the repair was chosen.
  if (!begun) return { kind: 'wait', afterMs: 0, because: 'what is there is written down before anything is changed', memo: { before: beforeOf(status) } };
  try {
    await carryOutAct(ctx, { environment, service: repair.service, revision: repair.revision }, repair.act);
  } catch (error) {
    if (!(error instanceof TerminalError) || error.code === 'stale-fence') throw error;
    return { kind: 'failed', code: error.code, message: error.message, output: { applied: 'perhaps' } };
  }
  return { kind: 'passed', output: { applied: true, kind: repair.kind, service: repair.service } };
}

const beforeOf = (status: ApplyFacts['status']): object => ({
  revisions: status?.revisions.filter((r) => r.weight > 0 || r.state === 'ready') ?? [],
  configuration: status?.configuration ?? null,
  replicas: status?.replicas?.value ?? 1,
  shed: status?.shed ?? 0,
});
