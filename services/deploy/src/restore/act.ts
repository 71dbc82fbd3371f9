// Starts what ran before, gives it all traffic, stops the present one. Each call is safe to repeat.
import type { StepContext, StepResult } from '@awo/agent';
import { rolloutStart, rolloutStop, trafficSet } from '@awo/contracts';
import type { RestoreDecision } from './decide.ts';
import type { RestoreFacts, RestoreTarget } from './gather.ts';

const DRAIN_MS = 5_000;

export async function bringBack(ctx: StepContext, decision: RestoreDecision, facts: RestoreFacts): Promise<StepResult> {
  if (decision.because === 'no-previous') return { kind: 'failed', code: 'no-previous', message: decision.choice };
  if (decision.because === 'roll-back-frozen')
    return {
      kind: 'failed',
      code: 'roll-back-frozen',
      message: `${decision.choice} Release a repair, or give --emergency REASON once somebody has made sure.`,
    };
  if (!facts.remembered)
    return { kind: 'wait', afterMs: 0, because: 'what to go back to is written down before anything moves', memo: { targets: facts.targets } };
  for (const target of facts.targets) await switchBack(ctx, facts.environment, target);
  const restored = facts.targets.map((t) => ({ service: t.service, from: t.current, to: t.previous }));
  return { kind: 'passed', output: { restored } };
}

async function switchBack(ctx: StepContext, environment: string, { service, repo, current, previous, sideBySide }: RestoreTarget): Promise<void> {
  if (previous === null) return;
  const stop = current !== null && current !== previous ? current : null;
  const stopCurrent = async (): Promise<void> => {
    if (stop !== null) await ctx.call(rolloutStop, { environment, service, revision: stop, drainMs: DRAIN_MS }, `stop-${service}`);
  };
  if (!sideBySide) await stopCurrent();
  await ctx.call(rolloutStart, { environment, service, repo, revision: previous, model: null }, `start-${service}`);
  await ctx.call(trafficSet, { environment, service, weights: [{ revision: previous, weight: 100 }] }, `weights-${service}`);
  if (sideBySide) await stopCurrent();
}
