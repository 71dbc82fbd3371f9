// Reads whether every step of the rollout has passed and what still runs.
import type { StepContext } from '@awo/agent';
import { type ServiceChange, STEP_INPUTS, type StepState } from '@awo/contracts';
import { entryOf, isAlive, weightOf } from '../running.ts';
import { fetchStatus } from '../status.ts';

export type PromotionFacts = {
  environment: string;
  change: ServiceChange;
  headState: string | null;
  headWeight: number;
  baseAlive: boolean;
  /** Others that still run, none of them the way back: a release that was held has left them. Absent in what was recorded before they were looked for. */
  leftRunning?: string[];
  /** Steps of this service before promotion. */
  steps: { id: string; status: string }[];
};

export async function gatherPromotionFacts(ctx: StepContext): Promise<PromotionFacts> {
  const { environment, change } = STEP_INPUTS.promote.parse(ctx.step.input);
  const status = await fetchStatus(ctx, environment, change.service);
  return {
    environment,
    change,
    headState: entryOf(status, change.head)?.state ?? null,
    headWeight: weightOf(status, change.head),
    baseAlive: change.base !== null && change.base !== change.head && isAlive(status, change.base),
    // Whoever started one has ended: this goal has had the turn of the service since before it began.
    leftRunning: (status?.revisions ?? [])
      .map((r) => r.revision)
      .filter((r) => r !== change.head && r !== change.base && r !== status?.previous && isAlive(status, r)),
    steps: ctx.state.steps.filter((s) => belongsTo(s, change.service)).map((s) => ({ id: s.id, status: s.status })),
  };
}

function belongsTo(step: StepState, service: string): boolean {
  if (!['start-revision', 'shift-traffic', 'watch-rollout', 'check-gate'].includes(step.kind)) return false;
  const parsed = STEP_INPUTS.promote.safeParse(step.input);
  return parsed.success && parsed.data.change.service === service;
}
