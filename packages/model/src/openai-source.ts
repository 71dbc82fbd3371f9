// Asks a server that speaks the OpenAI API: the company's own, or a local one (llama.cpp, vLLM, Ollama).
import OpenAI, { APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import type { ModelConfig } from './config.ts';
import { NoAnswer } from './source.ts';
import type { ModelSource } from './source.ts';

/** An answer that is longer is read no further: a server that talks without end must not fill the memory. */
const MAX_BYTES = 1 << 20;

export function openaiSource({ model, url, key, limits }: ModelConfig): ModelSource {
  const client = new OpenAI({
    baseURL: url,
    // Local servers want none; the client wants one.
    apiKey: key || 'none',
    timeout: limits.msPerCall,
    // A second try would cost as much again; whoever asks goes on without.
    maxRetries: 0,
    logLevel: 'off',
    fetch: bounded,
  });
  return {
    model,
    ask: async ({ messages }, maxTokens, signal) => {
      // The client's own limit ends with the headers; a body that drips must end as well.
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(limits.msPerCall)]);
      try {
        const answer = await client.chat.completions.create({ model, messages, max_completion_tokens: maxTokens }, { signal: inTime });
        const [choice] = answer.choices ?? [];
        const text = choice?.message?.content;
        if (choice?.finish_reason === 'length') throw new NoAnswer('too-long', `the answer was cut off at ${maxTokens} tokens`);
        if (typeof text !== 'string' || text.trim() === '')
          throw new NoAnswer('empty', choice?.message?.refusal ? 'the model refused' : 'there is nothing in the answer');
        const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = answer.usage ?? {};
        return { text, usage: isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : undefined };
      } catch (error) {
        throw silenceOf(error, inTime.aborted && !signal.aborted, limits.msPerCall);
      }
    },
  };
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;

function silenceOf(error: unknown, late: boolean, ms: number): NoAnswer {
  if (error instanceof NoAnswer) return error;
  const cause = error instanceof Error && error.cause instanceof NoAnswer ? error.cause : undefined;
  if (cause) return cause;
  if (late || error instanceof APIConnectionTimeoutError) return new NoAnswer('too-slow', `no answer within ${ms} ms`);
  if (error instanceof APIUserAbortError) return new NoAnswer('too-slow', 'interrupted');
  if (error instanceof APIError && error.status) return new NoAnswer('refused', `the server answered ${error.status}`);
  return new NoAnswer('unreachable', 'the server cannot be reached, or speaks another language');
}

/** Never follows to another place: the key is meant for one. */
async function bounded(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: 'error' });
  let bytes = 0;
  const counted = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.byteLength;
        if (bytes > MAX_BYTES) controller.error(new NoAnswer('too-long', `the answer has more than ${MAX_BYTES} bytes`));
        else controller.enqueue(chunk);
      },
    }),
  );
  return new Response(counted ?? null, { status: response.status, statusText: response.statusText, headers: response.headers });
}
