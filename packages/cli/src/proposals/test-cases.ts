// Asks the configured model for calls that people would not think of. Only lists of JSON values are taken; the comparison and the checks of tests decide.
import type { GenerateOptions, Value } from '@awo/test-generation';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import { modelOf } from './ask-model.ts';

const ProposedCases = z.object({ calls: z.array(z.array(z.json())).max(20) });

const INSTRUCTIONS = [
  'You are shown one function. Propose up to 20 calls of it that are likely to show a mistake: bounds, empty things, repetition, order, unusual but valid values.',
  'A call is the list of its arguments, as JSON, in the order of the parameters.',
].join('\n');

/** Undefined where no model is configured. Throws TerminalError `bad-config`. */
export async function casesFromModel(context: CliContext): Promise<GenerateOptions['propose']> {
  const means = await modelOf(context);
  if (!means) return undefined;
  return async ({ function: name, file, source: text, parameters }) => {
    const proposal = await means.ask({
      purpose: 'test-cases',
      instructions: INSTRUCTIONS,
      evidence: [{ name: `${name} of ${file}, parameters: ${parameters.join(', ')}`, text }],
      schema: ProposedCases,
      check: ({ calls }) => [
        {
          name: 'arguments',
          passed: calls.every((args) => args.length <= Math.max(parameters.length, 1)),
          detail: `${name} takes at most ${parameters.length} arguments`,
        },
      ],
    });
    return proposal.kind === 'proposed' ? proposal.value.calls.map((args) => args.map(valueOf)) : [];
  };
}

type Json = z.infer<ReturnType<typeof z.json>>;

function valueOf(json: Json): Value {
  if (json === null) return { t: 'null' };
  if (typeof json === 'string') return { t: 'str', v: json };
  if (typeof json === 'number') return { t: 'num', v: json };
  if (typeof json === 'boolean') return { t: 'bool', v: json };
  if (Array.isArray(json)) return { t: 'list', v: json.map(valueOf) };
  return { t: 'obj', v: Object.entries(json).map(([name, one]): [string, Value] => [name, valueOf(one)]) };
}
