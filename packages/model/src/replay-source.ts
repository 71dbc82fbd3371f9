// Answers from a record: the same request gets what it got then, and nobody is asked.
import type { ModelCall } from './call-records.ts';
import { NoAnswer } from './source.ts';
import type { ModelSource } from './source.ts';

/** The newest answer to each prompt counts. */
export function replaySource(model: string, calls: readonly ModelCall[]): ModelSource {
  const answers = new Map(calls.filter((call) => call.model === model && call.answer !== null).map((call) => [call.promptDigest, call]));
  return {
    model,
    ask: async ({ digest }) => {
      const call = answers.get(digest);
      if (!call || call.answer === null) throw new NoAnswer('not-recorded', `no answer of ${model} to this prompt is in the record`);
      return { text: call.answer, usage: call.usage ?? undefined };
    },
  };
}
