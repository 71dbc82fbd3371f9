// Starts the new revision without traffic: an experiment whose result is the fact to judge. Safe to repeat, as a start of what runs changes nothing.
import type { StepContext } from '@awo/agent';
import { type ServiceChange, type ServiceModel, STEP_INPUTS, TerminalError, rolloutStart, vcsDescribe } from '@awo/contracts';
import { plannedOf } from '../planned.ts';

export type StartFacts = {
  environment: string;
  change: ServiceChange;
  /** False: the old one ends before the new one starts. */
  sideBySide: boolean;
  result:
    | {
        kind: 'started';
        state: string;
        port: number;
        address: string;
        startupMs: number;
        alreadyRunning: boolean;
        /** Whether the control runs that was asked for. */
        controlled?: boolean;
      }
    | { kind: 'failed'; code: string; message: string };
};

export async function startRevision(ctx: StepContext): Promise<StartFacts> {
  const { environment, change, control = false } = STEP_INPUTS['start-revision'].parse(ctx.step.input);
  const planned = plannedOf(ctx.state);
  const described = await ctx.call(vcsDescribe, { repo: planned.repo, sha: change.head }, 'describe-head');
  const model = described.services.find((s) => s.name === change.service);
  if (!model) {
    const known = described.services.map((s) => s.name).join(', ') || 'none';
    return {
      environment,
      change,
      sideBySide: true,
      result: { kind: 'failed', code: 'unknown-service', message: `Revision ${change.head.slice(0, 7)} has no service "${change.service}". It has: ${known}.` },
    };
  }
  return { environment, change, sideBySide: model.sideBySide, result: await start(ctx, { environment, change, control }, planned.repo, model) };
}

type Wanted = { environment: string; change: ServiceChange; control: boolean };

async function start(ctx: StepContext, { environment, change, control }: Wanted, repo: string, model: ServiceModel): Promise<StartFacts['result']> {
  try {
    const { state, port, address, startupMs, alreadyRunning, controlled } = await ctx.call(
      rolloutStart,
      { environment, service: change.service, repo, revision: change.head, model, ...(control && change.base !== null ? { control: change.base } : {}) },
      `start-${change.service}`,
    );
    return { kind: 'started', state, port, address, startupMs, alreadyRunning, ...(controlled === undefined ? {} : { controlled }) };
  } catch (error) {
    if (error instanceof TerminalError) return { kind: 'failed', code: error.code, message: error.message };
    throw error;
  }
}
