// Gives the new revision all traffic, then lets the old one finish and stop. Each call is safe to repeat.
import type { StepContext, StepResult } from '@awo/agent';
import { rolloutStop, TerminalError, trafficSet } from '@awo/contracts';
import type { PromotionDecision } from './decide.ts';
import type { PromotionFacts } from './gather.ts';
import { soakOf } from './soak.ts';

const DRAIN_MS = 5_000;

export async function finishRollout(ctx: StepContext, decision: PromotionDecision, facts: PromotionFacts): Promise<StepResult> {
  const { environment, change } = facts;
  const { service, base, head } = change;
  if (decision.refused !== null) return { kind: 'failed', code: 'unhealthy', message: decision.choice };
  if (facts.headWeight < 100) await ctx.call(trafficSet, { environment, service, weights: [{ revision: head, weight: 100 }] }, `weights-${service}`);
  let stopped: string | null = null;
  if (facts.baseAlive && base !== null) {
    await ctx.call(rolloutStop, { environment, service, revision: base, drainMs: DRAIN_MS }, `stop-old-${service}`);
    stopped = base;
  }
  const left = await stopLeft(ctx, facts);
  const plan = soakOf(ctx.state, ctx.step, environment);
  return { kind: 'passed', output: { service, revision: head, stopped, ...(left.length === 0 ? {} : { left }) }, ...(plan === undefined ? {} : { plan }) };
}

/** What could not be stopped costs memory and harms nobody: it must not take a promoted release back. */
async function stopLeft(ctx: StepContext, { environment, change: { service }, leftRunning = [] }: PromotionFacts) {
  const left: { revision: string; because: string }[] = [];
  for (const revision of leftRunning) {
    try {
      await ctx.call(rolloutStop, { environment, service, revision, drainMs: DRAIN_MS }, `stop-left-${service}-${revision.slice(0, 12)}`);
    } catch (error) {
      if (!(error instanceof TerminalError) || error.code === 'stale-fence') throw error;
      left.push({ revision, because: error.message });
    }
  }
  return left;
}
