// Reports the verdict; the whole reach, with every chain, is kept as evidence.
import type { StepContext, StepResult } from '@awo/agent';
import type { ImpactDecision } from './decide.ts';
import type { ImpactFacts } from './facts.ts';

export async function reportImpact(ctx: StepContext, decision: ImpactDecision, facts: ImpactFacts): Promise<StepResult> {
  return { kind: 'passed', output: decision.assessed, evidence: [await ctx.putEvidence(facts.reach)] };
}
