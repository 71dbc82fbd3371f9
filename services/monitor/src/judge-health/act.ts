// Reports the environment's health: the deploy agent reckons with its traffic.
import type { StepContext, StepResult } from '@awo/agent';
import type { HealthDecision } from './decide.ts';

export async function reportHealth(_ctx: StepContext, decision: HealthDecision): Promise<StepResult> {
  if (decision.lookAgain !== null) return { kind: 'wait', afterMs: decision.lookAgainMs, because: decision.choice.slice(0, 200), memo: decision.lookAgain };
  const output = { healthy: decision.healthy, services: decision.services };
  if (decision.passes) return { kind: 'passed', output };
  return { kind: 'failed', code: 'unhealthy', message: decision.choice, output };
}
