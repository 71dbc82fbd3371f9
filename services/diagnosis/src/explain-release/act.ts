// Hands in the diagnosis with its report. A diagnosis that finds nothing has still been made.
import type { StepContext, StepResult } from '@awo/agent';
import type { DiagnosisDecision } from './decide.ts';
import type { DiagnosisFacts } from './facts.ts';
import { reportOf } from './report.ts';

export async function reportDiagnosis(ctx: StepContext, decision: DiagnosisDecision, facts: DiagnosisFacts): Promise<StepResult> {
  const evidence = await Promise.all([ctx.putEvidence(reportOf(facts, decision)), ctx.putEvidence(facts.bundle), ctx.putEvidence(decision.answer)]);
  return { kind: 'passed', output: decision.diagnosis, evidence };
}
