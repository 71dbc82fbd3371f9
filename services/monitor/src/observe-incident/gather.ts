// Reads what was measured over the last minutes, and what the looks before this one said.
import { evidenceCollect, REPAIR_INPUTS } from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import type { Collected } from '../vitals/trouble.ts';

export type ObserveFacts = { service: string; symptom: string; collected: Collected; looks: number };

export async function gatherIncident(ctx: StepContext): Promise<ObserveFacts> {
  const { environment, service, symptom } = REPAIR_INPUTS['observe-incident'].parse(ctx.step.input);
  const collected = await ctx.call(evidenceCollect, { environment, seconds: 600 });
  return { service, symptom, collected: { ...collected, logs: [] }, looks: ctx.looks };
}
