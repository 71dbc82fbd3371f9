// Lets the release on, or stops it.
import type { StepContext, StepResult } from '@awo/agent';
import type { GateDecision } from './decide.ts';
import type { GateFacts } from './facts.ts';

export async function reportGate(_ctx: StepContext, decision: GateDecision, facts: GateFacts): Promise<StepResult> {
  if (decision.askAgain) return { kind: 'wait', afterMs: 2000, because: 'the tool was not available', memo: {} };
  const output = { gate: facts.gate.name, tool: facts.gate.tool, passed: decision.because === 'gate-passed' };
  if (decision.because === 'gate-passed') return { kind: 'passed', output };
  return { kind: 'failed', code: decision.because, message: decision.choice, output };
}
