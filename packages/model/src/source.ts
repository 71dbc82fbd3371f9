// Where answers come from: an API, or a record of what it once said.
import type { Message, Prompt } from './prompt.ts';

export type Usage = { inputTokens: number; outputTokens: number };
export type Answer = { text: string; usage: Usage | undefined };

/** Why there is no answer. Nothing of it stops anybody: the system goes on as without a model. */
export type Silence = 'unreachable' | 'too-slow' | 'refused' | 'too-long' | 'empty' | 'not-recorded';

export class NoAnswer extends Error {
  override name = 'NoAnswer';
  readonly code: Silence;
  constructor(code: Silence, message: string) {
    super(message);
    this.code = code;
  }
}

export type ModelSource = {
  model: string;
  /** Throws NoAnswer. `maxTokens`: of the answer. */
  ask: (prompt: Prompt, maxTokens: number, signal: AbortSignal) => Promise<Answer>;
};

/** At most so many tokens: no tokenizer in use makes more than one of each three bytes of usual text, and of each byte of the rest. */
export const estimateTokens = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + Math.ceil(Buffer.byteLength(content) / 3), 0);
