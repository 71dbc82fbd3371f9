// Plays any of our tool servers as a process of its own, for tests: notes each call in a folder and answers as a file there says.
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPABILITIES, RetryableError, TerminalError } from '@awo/contracts';
import type { ErrorCode } from '@awo/contracts';
import { serveTools } from '@awo/tools';

const folder = process.env.TEST_FOLDER ?? '';
const name = process.env.AWO_USER ?? '';

/**
 * What a capability answers: a result, an error, or nothing at all. `afterMs` is how long it takes; `afterCalls`: once it has been called so many times, at
 * whatever replica.
 */
export type Answer = {
  result?: Record<string, unknown>;
  terminal?: ErrorCode;
  retryable?: ErrorCode;
  hang?: boolean;
  afterMs?: number;
  afterCalls?: number;
};
const answerOf = (capability: string): Answer =>
  (JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as Record<string, Answer | undefined>)[capability] ?? {};
const callsOf = (capability: string): number => readFileSync(join(folder, 'calls.jsonl'), 'utf8').split(`"capability":"${capability}"`).length - 1;

await serveTools({
  name,
  version: '1.0.0',
  env: process.env,
  tools: CAPABILITIES.map((capability) => ({
    capability,
    handle: async (args, { key, fence }) => {
      const call = { by: process.env.AWO_INSTANCE, capability: capability.name, args, key, fence };
      appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify(call)}\n`);
      const { result = {}, terminal, retryable, hang, afterMs = 0, afterCalls = 0 } = answerOf(capability.name);
      if (hang) await new Promise(() => {});
      do await new Promise((resolve) => setTimeout(resolve, afterMs));
      while (callsOf(capability.name) < afterCalls);
      if (terminal) throw new TerminalError(terminal, 'It cannot be done.', 'Do something else.');
      if (retryable) throw new RetryableError(retryable, 'Not now.', 50);
      return capability.output.parse(result) as Record<string, unknown>;
    },
  })),
});
