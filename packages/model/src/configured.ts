// The model that the environment names, with everything that a question to it needs: whoever asks, budget, record and limits are the installation's.
import { join } from 'node:path';
import { CallRecords } from './call-records.ts';
import { readModelConfig } from './config.ts';
import { openaiSource } from './openai-source.ts';
import type { Means } from './propose.ts';
import { replaySource } from './replay-source.ts';

export type AskedFrom = {
  /** AWO_HOME: its record of calls is what the budget is counted from. */
  home: string;
  signal: AbortSignal;
  now: () => Date;
  traceparent?: string | undefined;
  /** Whoever cannot wait as long as the settings allow. */
  msAtMost?: number;
};

/** Undefined where AWO_MODEL names none. Throws TerminalError `bad-config`. */
export async function configuredModel(
  env: Readonly<Record<string, string | undefined>>,
  { home, signal, now, traceparent, msAtMost }: AskedFrom,
): Promise<Means | undefined> {
  const config = readModelConfig(env);
  if (!config) return undefined;
  const limits = { ...config.limits, msPerCall: Math.min(config.limits.msPerCall, msAtMost ?? Number.POSITIVE_INFINITY) };
  const recorded = env['AWO_MODEL_REPLAY'];
  return {
    source: recorded ? replaySource(config.model, await new CallRecords(recorded).read()) : openaiSource({ ...config, limits }),
    limits,
    prices: config.prices,
    records: new CallRecords(join(home, 'models', 'calls.jsonl')),
    env,
    signal,
    now,
    traceparent,
  };
}
