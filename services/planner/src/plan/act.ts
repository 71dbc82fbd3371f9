// Carries the plan decision out: refuses, waits for its turn, or takes it and lays plan v1 down.
import type { StepContext, StepResult } from '@awo/agent';
import type { Bus } from '@awo/bus';
import { planDiff } from '@awo/goal';
import { leaveQueues, queueUp } from '../turn-queues.ts';
import { takeTurn } from '../turns.ts';
import type { PlanDecision } from './decide.ts';
import type { PlanFacts } from './gather.ts';
import { firstPlan } from './steps.ts';

const LOOK_AGAIN_MS = 1000;
/** Who has many before it looks less often, but no less often than this. */
const LOOK_AGAIN_AT_LATEST_MS = 30_000;

export async function actPlan(bus: Bus, context: StepContext, decision: PlanDecision, facts: PlanFacts): Promise<StepResult> {
  if (decision.refused) return { kind: 'ended', outcome: 'refused', because: `${decision.refused.code}: ${decision.refused.message}` };
  const { planned } = decision;
  if (decision.because === 'supersedes-running') await supersede(bus, context, facts);
  const services = planned.targets.map((t) => t.service);
  const self = { goal: context.goal, acceptedAt: context.state.acceptedAt };
  // An incident takes its turn when it comes to a repair, and a dry run changes nothing: looking disturbs nobody.
  const dryRun = facts.spec.kind === 'release' && facts.spec.dryRun === true;
  const turn = dryRun || context.state.spec.kind === 'remediate' ? null : planned.environment;
  const mine = decision.because === 'goal-understood' && (!turn || (await takeTurn(bus, turn, services, context.goal)));
  if (!mine) {
    if (planned.environment) await queueUp(bus, planned.environment, services, self);
    const before = new Set(facts.ahead.map((one) => one.goal)).size;
    const because = decision.because === 'goal-understood' ? 'another goal was faster' : decision.choice;
    return { kind: 'wait', afterMs: Math.min(LOOK_AGAIN_AT_LATEST_MS, LOOK_AGAIN_MS * (before + 1)), because, memo: {} };
  }
  if (planned.environment && context.looks > 0) await leaveQueues(bus, planned.environment, services, self);
  const steps = firstPlan(
    context.state.spec,
    planned,
    (facts.model?.suites ?? []).map((s) => s.id),
    facts.running,
  );
  const output = facts.past ? { ...planned, past: facts.past } : planned;
  return { kind: 'passed', output, plan: { add: steps, remove: [], changes: planDiff([], steps) } };
}

/** Asks the goals in the way to clean up; they end as `superseded`. Asking twice changes nothing. */
async function supersede(bus: Bus, context: StepContext, facts: PlanFacts): Promise<void> {
  for (const goal of new Set([...facts.busy, ...facts.ahead].map((b) => b.goal))) {
    await bus.write({
      goal,
      by: { author: 'planner', instance: 'planner' },
      head: undefined,
      now: context.now,
      events: (state) =>
        !state || state.ended || state.halted
          ? null
          : [{ type: 'human.acted', action: 'supersede', who: `goal ${context.goal}`, because: 'a newer release takes its place' }],
    });
  }
}
