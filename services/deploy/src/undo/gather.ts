// Reads what is left of a rollout that failed.
import type { StepContext } from '@awo/agent';
import { type ServiceChange, type ServiceStatus, STEP_INPUTS } from '@awo/contracts';
import { plannedOf } from '../planned.ts';
import { fetchStatus } from '../status.ts';

export type UndoFacts = {
  environment: string;
  repo: string;
  aborted: boolean;
  failed: { step: string; message: string } | null;
  /** In the order in which they are taken back. */
  services: { change: ServiceChange; status: ServiceStatus | null }[];
};

export async function gatherUndoFacts(ctx: StepContext): Promise<UndoFacts> {
  const { environment, changes } = STEP_INPUTS.undo.parse(ctx.step.input);
  const services: UndoFacts['services'] = [];
  for (const change of changes) services.push({ change, status: await fetchStatus(ctx, environment, change.service) });
  const failed = ctx.state.steps.find((s) => s.status === 'failed');
  return {
    environment,
    repo: plannedOf(ctx.state).repo,
    aborted: ctx.state.halted !== undefined,
    failed: failed ? { step: failed.id, message: (failed.message ?? '').slice(0, 400) } : null,
    services,
  };
}
