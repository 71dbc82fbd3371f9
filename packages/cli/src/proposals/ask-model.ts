// The configured model as a person's command asks it: its budget and its record are the installation's.
import type { Proposal, ProposalRequest } from '@awo/model';
import type { CliContext } from '../context.ts';
import { findHome } from '../home.ts';

export type AskModel = { model: string; ask: <T>(request: ProposalRequest<T>) => Promise<Proposal<T>> };

/** Undefined where no model is configured: nothing is loaded then. Throws TerminalError `bad-config`. */
export async function modelOf(context: CliContext): Promise<AskModel | undefined> {
  const { env, signal } = context;
  if (!env['AWO_MODEL']) return undefined;
  const { configuredModel, propose } = await import('@awo/model');
  const means = await configuredModel(env, { home: findHome(context), signal, now: () => new Date() });
  return means && { model: means.source.model, ask: (request) => propose(request, means) };
}
