// Recorded decisions, decided again: facts in, decisions out, by the functions that the agents themselves use. No bus, no clock, no tool.
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Bus } from '@awo/bus';
import { StepKind, TerminalError } from '@awo/contracts';
import { z } from 'zod';
import { decisionOf } from './decision-of.ts';
import type { AgentDefinition } from './define-agent.ts';

/** One line of input. `facts` as the decision's evidence holds them. */
const Question = z.object({ step: StepKind, facts: z.unknown() });

/**
 * For each line `{"step": KIND, "facts": …}` one line `{"decision": …}` or `{"error": text}`, in order, until the input ends.
 * `define` is what runs the agent; whatever it would do on the bus is refused, as a decision has no part in that.
 */
export async function decideAgain(define: (bus: Bus, instance: string) => AgentDefinition, input: Readable, output: Writable): Promise<void> {
  const agent = define(noBus(), 'again');
  for await (const line of createInterface({ input })) output.write(`${JSON.stringify(answer(agent, line))}\n`);
}

function answer(agent: AgentDefinition, line: string): object {
  try {
    const { step, facts } = Question.parse(JSON.parse(line));
    const handler = agent.steps[step];
    if (!handler)
      throw new TerminalError('bad-message', `The ${agent.role} agent decides no step "${step}". It decides: ${Object.keys(agent.steps).join(', ')}.`);
    return { decision: decisionOf(handler.decide(facts)) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** May be handed around and taken apart, but not used. */
function noBus(): Bus {
  const part: object = new Proxy(() => {}, {
    get: () => part,
    apply: () => {
      throw new TerminalError('internal', 'A decision asked the bus: what it needs belongs in its facts.');
    },
  });
  return part as Bus;
}
