// A tool server as a process of its own, for tests: it greets, takes its time, and fails as it is told.
import { RetryableError, TerminalError } from '@awo/contracts';
import type { Capability } from '@awo/contracts';
import { z } from 'zod';
import { serveTools } from '../serve-tools.ts';
import { tool } from '../tool.ts';

const instance = process.env.AWO_INSTANCE ?? '';
const capability = <I extends z.ZodType, O extends z.ZodType>(name: string, input: I, output: O): Capability<I, O> => ({
  name,
  description: `For tests: ${name}.`,
  input,
  output,
  effect: 'none',
  timeoutMs: 60_000,
});

const greet = capability(
  'test.greet',
  z.object({ who: z.string() }),
  z.object({ said: z.string(), by: z.string(), key: z.string().nullable(), fence: z.number() }),
);
const work = capability('test.work', z.object({ ms: z.number() }), z.object({ by: z.string(), stopped: z.boolean() }));
const count = capability('test.count', z.object({ ms: z.number() }), z.object({ begun: z.number() }));
let begun = 0;
const fail = capability('test.fail', z.object({ how: z.enum(['terminal', 'retryable', 'bug', 'output']) }), z.object({ fine: z.boolean() }));

const errors = {
  terminal: () => new TerminalError('unknown-service', 'No service "crat".', 'Known: cart.'),
  retryable: () => new RetryableError('busy', 'Three are at work already.', 700),
  bug: () => new TypeError('x is undefined'),
};

await serveTools({
  name: 'mcp-git',
  version: '1.0.0',
  env: process.env,
  tools: [
    tool(greet, async ({ who }, { key, fence }) => ({ said: `Hello, ${who}`, by: instance, key, fence })),
    tool(work, async ({ ms }, { signal }) => {
      const stopped = await new Promise<boolean>((resolve) => {
        setTimeout(() => resolve(false), ms);
        signal.addEventListener('abort', () => resolve(true));
      });
      return { by: instance, stopped };
    }),
    tool(count, async ({ ms }) => {
      begun++;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return { begun };
    }),
    tool(fail, async ({ how }) => {
      if (how === 'output') return { fine: 'no' } as never;
      throw errors[how]();
    }),
  ],
});
