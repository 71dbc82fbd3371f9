// Asks the gate's tool. That it does not answer is a fact of its own.
import { RetryableError, rolloutStatus, STEP_INPUTS, TerminalError, vcsDescribe } from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import { plannedOf } from '../from-plan.ts';
import type { GateFacts } from './facts.ts';
import { fillPlaceholders } from './placeholders.ts';

/** A tool that is unavailable is asked again so many times. */
const ATTEMPTS = 3;

export async function askGate(ctx: StepContext): Promise<GateFacts> {
  const { environment, change, gate: number } = STEP_INPUTS['check-gate'].parse(ctx.step.input);
  const { repo } = plannedOf(ctx.state);
  const { policy } = await ctx.call(vcsDescribe, { repo, sha: change.head });
  const gate = policy.gates[number];
  if (gate === undefined)
    throw new TerminalError('bad-config', `The plan asks gate number ${number}, awo.yaml at ${change.head.slice(0, 7)} has ${policy.gates.length}.`);
  const status = await ctx.call(rolloutStatus, { environment, service: change.service });
  const address = status.services.find((s) => s.name === change.service)?.address ?? null;
  const values = { head: change.head, base: change.base, service: change.service, environment, address };
  const filled = fillPlaceholders(gate.arguments, values) as Record<string, unknown>;
  const facts = { gate, environment, change: { ...change, address }, arguments: filled };
  const slash = gate.tool.indexOf('/');
  try {
    const result = await ctx.callExternal(gate.tool.slice(0, slash), gate.tool.slice(slash + 1), filled, `gate-${number}`);
    return { ...facts, answer: { kind: 'result', result } };
  } catch (error) {
    // Only what the tool's side said is a fact about the gate; everything else is a fault of ours and goes up.
    if (error instanceof RetryableError) return { ...facts, answer: { kind: 'error', message: error.message, again: ctx.looks + 1 < ATTEMPTS } };
    if (error instanceof TerminalError && error.code !== 'stale-fence') {
      const message = error.hint ? `${error.message} ${error.hint}` : error.message;
      return { ...facts, answer: { kind: 'error', message, again: false } };
    }
    throw error;
  }
}
