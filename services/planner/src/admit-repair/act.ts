// Lets a repair through: it takes its turn and is counted; or waits; or stops here.
import type { StepContext, StepResult } from '@awo/agent';
import type { Bus } from '@awo/bus';
import { begun, changeRecord } from '../remediate/autonomy.ts';
import { takeTurn } from '../turns.ts';
import type { AdmitDecision } from './decide.ts';
import type { AdmitFacts } from './gather.ts';

export const admit =
  (bus: Bus) =>
  async (ctx: StepContext, { outcome, because, choice, afterMs }: AdmitDecision, facts: AdmitFacts): Promise<StepResult> => {
    const { environment, repair, digest, policy, askedSinceMs } = facts;
    const memo = { digest, askedSinceMs, asks: because === 'waits-for-approval' || because === 'frozen' || because === 'cooling-down' };
    if (outcome === 'stop') return { kind: 'failed', code: because, message: choice, output: { says: choice } };
    if (outcome === 'wait') return { kind: 'wait', afterMs, because: choice.slice(0, 200), memo };
    if (!(await takeTurn(bus, environment, [repair.service], ctx.goal))) return { kind: 'wait', afterMs: 1000, because: 'another goal was faster', memo };
    const at = ctx.now().toISOString();
    await changeRecord(bus, environment, repair.kind, begun({ at, goal: ctx.goal, service: repair.service, cause: repair.cause }));
    return { kind: 'passed', output: { admitted: because, policy, says: choice } };
  };
