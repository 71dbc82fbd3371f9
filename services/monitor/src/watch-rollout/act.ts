// Lets the rollout go on, stops it, or sets the timer for the next look.
import type { PlanEdit, StepContext, StepResult } from '@awo/agent';
import { type PlanStep, STEP_INPUTS, STEP_ROLES, type ServiceChange } from '@awo/contracts';
import { packSeries } from './carry.ts';
import { waitsForPerson, type WatchDecision } from './decide.ts';
import type { WatchFacts } from './facts.ts';
import { nextLookMs } from './levels.ts';
import { countersOf } from './series.ts';

export async function reportWatch(ctx: StepContext, decision: WatchDecision, facts: WatchFacts): Promise<StepResult> {
  const { memo, verdict } = decision;
  if (verdict === 'hold') {
    const isHeld = waitsForPerson(decision.because);
    // Never past the deadline: the look that finds it passed ends the step. While a person is waited for there is none, and the time left would be a look every moment.
    const left = isHeld ? Infinity : Math.max(200, facts.policy.watchDeadlineMs - facts.elapsedMs);
    const plan = decision.shiftTo === null ? {} : { plan: shiftPlan(ctx, decision, decision.shiftTo, facts) };
    return { kind: 'wait', afterMs: Math.min(left, nextLookMs(memo.looks, isHeld)), because: decision.because, memo, ...plan };
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
    firstErrorAt: countersOf(facts, change.head)?.firstErrorAt ?? null,
  };
  if (verdict === 'failed') return { kind: 'failed', code: decision.because, message: decision.choice, output };
  const soakMs = facts.input.soakMs === undefined ? memo.policy.soakMs : undefined;
  const handed = soakMs !== undefined || isWatchedAgain(ctx, change) ? { carry: packSeries(memo.series) } : {};
  return { kind: 'passed', output: { ...output, ...handed, ...(soakMs === undefined ? {} : { soakMs }) } };
}

/** A step of its own, which the deploy agent carries out at once: this agent changes nothing outside. */
function shiftPlan({ step }: StepContext, { choice, memo }: WatchDecision, weight: number, { input: { environment, change } }: WatchFacts): PlanEdit {
  const because = choice.slice(0, 300);
  const shift: PlanStep = {
    id: `${step.id.slice(0, 58)}-${memo.lowered === 'now' ? 'down' : 'up'}`,
    kind: 'shift-traffic',
    role: STEP_ROLES['shift-traffic'],
    needs: [],
    when: 'always',
    input: { environment, change, weight },
    because,
  };
  return { add: [shift], remove: [], changes: [{ change: 'added', step: shift.id, because }] };
}

/** Whether a later step of this release goes on with the evidence: outputs stay in every commit that follows. */
const isWatchedAgain = (ctx: StepContext, change: ServiceChange): boolean =>
  ctx.state.steps.some((s) => {
    if (s.kind !== 'watch-rollout' || s.id === ctx.step.id || s.status !== 'waiting') return false;
    const other = STEP_INPUTS['watch-rollout'].safeParse(s.input).data?.change;
    return other?.service === change.service && other.head === change.head;
  });
