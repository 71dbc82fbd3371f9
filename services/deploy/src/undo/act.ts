// Takes a rollout back, service by service. What fails for one service does not keep the others from being taken back.
import type { StepContext, StepResult } from '@awo/agent';
import { TerminalError, rolloutStart, rolloutStop, trafficSet } from '@awo/contracts';
import { type UndoAction, type UndoDecision, say } from './decide.ts';
import type { UndoFacts } from './gather.ts';

const DRAIN_MS = 5_000;

export async function takeBack(ctx: StepContext, decision: UndoDecision, facts: UndoFacts): Promise<StepResult> {
  const undone: string[] = [];
  const left: { service: string; action: string; because: string }[] = [];
  for (const action of decision.actions) {
    if (left.some((l) => l.service === action.service)) continue;
    try {
      await carryOut(ctx, action, facts);
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      left.push({ service: action.service, action: say(action), because: error.message });
      continue;
    }
    undone.push(`${action.service}: ${say(action)}`);
  }
  const { held } = decision;
  const output = { undone, left, ...(held.length === 0 ? {} : { held }) };
  if (left.length === 0 && held.length > 0) {
    const message = held.map((h) => `${h.service} is held: ${h.because} ${h.wayOut[0] ?? ''}`).join(' ');
    return { kind: 'failed', code: 'roll-back-frozen', message: message.slice(0, 2000), output };
  }
  if (left.length === 0) return { kind: 'passed', output };
  const message = left.map((l) => `${l.service}: could not ${l.action}: ${l.because}`).join(' ');
  return { kind: 'failed', code: 'tool-failed', message: message.slice(0, 2000), output };
}

async function carryOut(ctx: StepContext, { do: what, service, revision }: UndoAction, { environment, repo }: UndoFacts): Promise<void> {
  if (what === 'start') await ctx.call(rolloutStart, { environment, service, repo, revision, model: null }, `start-old-${service}`);
  else if (what === 'give-traffic') await ctx.call(trafficSet, { environment, service, weights: [{ revision, weight: 100 }] }, `weights-${service}`);
  else await ctx.call(rolloutStop, { environment, service, revision, drainMs: DRAIN_MS }, `stop-new-${service}`);
}
