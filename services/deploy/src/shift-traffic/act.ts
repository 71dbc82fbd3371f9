// Sets the weights.
import type { StepContext, StepResult } from '@awo/agent';
import { trafficSet } from '@awo/contracts';
import type { ShiftDecision } from './decide.ts';
import type { ShiftFacts } from './gather.ts';

export async function setWeights(ctx: StepContext, decision: ShiftDecision, { environment, change }: ShiftFacts): Promise<StepResult> {
  if (decision.refused !== null) return { kind: 'failed', code: 'unhealthy', message: decision.refused };
  const { weights, copies } = decision;
  const wanted = { environment, service: change.service, weights, ...(copies ? { copies } : {}) };
  const { address } = await ctx.call(trafficSet, wanted, `weights-${change.service}`);
  return { kind: 'passed', output: { service: change.service, weights, address } };
}
