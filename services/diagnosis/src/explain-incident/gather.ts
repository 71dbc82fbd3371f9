// Collects what is known of an environment in trouble, and lays it out as `awo diagnose` takes it.
import { evidenceCollect, REPAIR_INPUTS, type RootCauses } from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import type { EvidenceBundle } from '@awo/root-cause';
import { bundleOf } from './bundle.ts';

/** `answer` in place of the bundle: as recorded while the causes were told before the decision. */
export type ExplainFacts = { service: string; symptom: string; since: number; bundle?: EvidenceBundle; answer?: RootCauses; looks?: number };

export async function gatherCauses(ctx: StepContext): Promise<ExplainFacts> {
  const { environment, service, symptom } = REPAIR_INPUTS['explain-incident'].parse(ctx.step.input);
  const observed = ctx.state.steps.find((s) => s.kind === 'observe-incident')?.output;
  const collected = await ctx.call(evidenceCollect, { environment, seconds: 600, logs: true });
  const since = typeof observed?.since === 'number' ? observed.since : collected.at - 10_000;
  const seen = typeof observed?.says === 'string' ? observed.says : symptom;
  const disturbed = Array.isArray(observed?.disturbed) ? (observed.disturbed as [number, number][]) : [];
  return { service, symptom, since, bundle: bundleOf(collected, { service, symptom: `${symptom}. ${seen}`, since, disturbed }), looks: ctx.looks };
}
