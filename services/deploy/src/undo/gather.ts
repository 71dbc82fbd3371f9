// Reads what is left of a rollout that failed, and which services cannot go back any more.
import type { StepContext } from '@awo/agent';
import { type FrozenService, type GoalState, type ServiceChange, type ServiceStatus, STEP_INPUTS } from '@awo/contracts';
import { plannedOf } from '../planned.ts';
import { fetchStatus } from '../status.ts';

export type UndoFacts = {
  environment: string;
  repo: string;
  aborted: boolean;
  failed: { step: string; message: string } | null;
  /** In the order in which they are taken back: callers before those they call. */
  services: { change: ServiceChange; status: ServiceStatus | null }[];
  /** Services that have passed the point from which on the old one must not come back, with the step that passed it. */
  frozen: { service: string; passedBy: string; because: string }[];
};

export async function gatherUndoFacts(ctx: StepContext): Promise<UndoFacts> {
  const { environment, changes, frozen = [] } = STEP_INPUTS.undo.parse(ctx.step.input);
  const services: UndoFacts['services'] = [];
  for (const change of changes) services.push({ change, status: await fetchStatus(ctx, environment, change.service) });
  const failed = ctx.state.steps.find((s) => s.status === 'failed');
  return {
    environment,
    repo: plannedOf(ctx.state).repo,
    aborted: ctx.state.halted !== undefined,
    failed: failed ? { step: failed.id, message: (failed.message ?? '').slice(0, 400) } : null,
    services,
    frozen: frozen.flatMap((one) => passed(ctx.state, one)),
  };
}

/** A step that has begun may have done its work, whatever became of it. */
function passed(state: GoalState, { service, from, because }: FrozenService): UndoFacts['frozen'] {
  const kind = from === 'start' ? 'start-revision' : 'shift-traffic';
  const step = state.steps.find((s) => {
    if (s.kind !== kind || (s.status !== 'passed' && s.status !== 'failed' && s.startedAt === undefined)) return false;
    // Of copies nobody has seen an answer, and they change nothing.
    if (STEP_INPUTS['shift-traffic'].safeParse(s.input).data?.copies) return false;
    return STEP_INPUTS['start-revision'].safeParse(s.input).data?.change.service === service;
  });
  return step ? [{ service, passedBy: step.id, because }] : [];
}
