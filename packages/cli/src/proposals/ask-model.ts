// The configured model as a person's command asks it: its budget and its record are the installation's.
import { join } from 'node:path';
import type { Proposal, ProposalRequest } from '@awo/model';
import type { CliContext } from '../context.ts';
import { findHome } from '../home.ts';

export type AskModel = { model: string; ask: <T>(request: ProposalRequest<T>) => Promise<Proposal<T>> };

/** Undefined where no model is configured: nothing is loaded then. Throws TerminalError `bad-config`. */
export async function modelOf(context: CliContext): Promise<AskModel | undefined> {
  const { env, signal } = context;
  if (!env['AWO_MODEL']) return undefined;
  const { CallRecords, openaiSource, propose, readModelConfig, replaySource } = await import('@awo/model');
  const config = readModelConfig(env);
  if (!config) return undefined;
  const recorded = env['AWO_MODEL_REPLAY'];
  const means = {
    source: recorded ? replaySource(config.model, await new CallRecords(recorded).read()) : openaiSource(config),
    limits: config.limits,
    prices: config.prices,
    records: new CallRecords(join(findHome(context), 'models', 'calls.jsonl')),
    env,
    signal,
    now: () => new Date(),
  };
  return { model: config.model, ask: (request) => propose(request, means) };
}
