// Lets the rollout go on, stops it, or sets the timer for the next look.
import type { StepContext, StepResult } from '@awo/agent';
import type { WatchDecision } from './decide.ts';
import type { WatchFacts } from './facts.ts';
import { nextLookMs } from './levels.ts';

export async function reportWatch(_ctx: StepContext, decision: WatchDecision, facts: WatchFacts): Promise<StepResult> {
  const { memo, verdict } = decision;
  if (verdict === 'hold') {
    // Never past the deadline: the look that finds it passed ends the step.
    const left = Math.max(200, facts.policy.watchDeadlineMs - facts.elapsedMs);
    return { kind: 'wait', afterMs: Math.min(left, nextLookMs(memo.looks)), because: decision.because, memo };
  }
  const { change, weight, concurrent } = facts.input;
  const output = {
    service: change.service,
    revision: change.head,
    weight,
    concurrent,
    because: decision.because,
    comparison: decision.comparison,
    past: decision.past,
    looks: memo.looks,
    elapsedMs: facts.elapsedMs,
  };
  // Only the next step of this release reads it.
  if (verdict === 'passed') return { kind: 'passed', output: { ...output, carry: memo.evidence } };
  return { kind: 'failed', code: decision.because, message: decision.choice, output };
}
