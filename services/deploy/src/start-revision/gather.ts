// Starts the new revision without traffic: an experiment whose result is the fact to judge. Safe to repeat, as a start of what runs changes nothing.
import type { StepContext } from '@awo/agent';
import { type ServiceChange, type ServiceModel, STEP_INPUTS, TerminalError, rolloutStart, rolloutStop, vcsDescribe } from '@awo/contracts';
import { plannedOf } from '../planned.ts';
import { isAlive, isReady } from '../running.ts';
import { fetchStatus } from '../status.ts';

export type StartFacts = {
  environment: string;
  change: ServiceChange;
  /** The old one had to stop first. */
  stoppedOld: boolean;
  result:
    | { kind: 'started'; state: string; port: number; address: string; startupMs: number; alreadyRunning: boolean }
    | { kind: 'failed'; code: string; message: string };
};

export async function startRevision(ctx: StepContext): Promise<StartFacts> {
  const { environment, change } = STEP_INPUTS['start-revision'].parse(ctx.step.input);
  const planned = plannedOf(ctx.state);
  const described = await ctx.call(vcsDescribe, { repo: planned.repo, sha: change.head }, 'describe-head');
  const model = described.services.find((s) => s.name === change.service);
  if (!model) {
    const known = described.services.map((s) => s.name).join(', ') || 'none';
    return {
      environment,
      change,
      stoppedOld: false,
      result: { kind: 'failed', code: 'unknown-service', message: `Revision ${change.head.slice(0, 7)} has no service "${change.service}". It has: ${known}.` },
    };
  }
  const stoppedOld = await makeRoom(ctx, environment, change, model);
  return { environment, change, stoppedOld, result: await start(ctx, environment, planned.repo, change, model) };
}

async function start(ctx: StepContext, environment: string, repo: string, change: ServiceChange, model: ServiceModel): Promise<StartFacts['result']> {
  try {
    const { state, port, address, startupMs, alreadyRunning } = await ctx.call(
      rolloutStart,
      { environment, service: change.service, repo, revision: change.head, model },
      `start-${change.service}`,
    );
    return { kind: 'started', state, port, address, startupMs, alreadyRunning };
  } catch (error) {
    if (error instanceof TerminalError) return { kind: 'failed', code: error.code, message: error.message };
    throw error;
  }
}

/** Where the two must not run together the old one goes first; `undo` starts it again. */
async function makeRoom(ctx: StepContext, environment: string, change: ServiceChange, model: ServiceModel): Promise<boolean> {
  if (model.sideBySide || change.base === null) return false;
  const status = await fetchStatus(ctx, environment, change.service);
  if (isReady(status, change.head) || !isAlive(status, change.base)) return false;
  await ctx.call(rolloutStop, { environment, service: change.service, revision: change.base, drainMs: 5_000 }, `stop-old-${change.service}`);
  return true;
}
