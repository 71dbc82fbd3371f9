// Collects what is known of an environment in trouble, and lays it out as `awo diagnose` takes it.
import { evidenceCollect, REPAIR_INPUTS, type RootCauses } from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import type { EvidenceBundle } from '@awo/root-cause';
import type { AskedModel, AskModel } from './ask-model.ts';
import { bundleOf, frameOf } from './bundle.ts';
import { decideCauses } from './decide.ts';

/** `answer` in place of the bundle: as recorded while the causes were told before the decision. `asked`: what a model said, where one was asked. */
export type ExplainFacts = {
  service: string;
  symptom: string;
  since: number;
  bundle?: EvidenceBundle;
  answer?: RootCauses;
  looks?: number;
  asked?: AskedModel;
};

/** `ask`: the configured model, if there is one. */
export async function gatherCauses(ctx: StepContext, ask?: AskModel): Promise<ExplainFacts> {
  const { environment, service, symptom, since: repairedAt } = REPAIR_INPUTS['explain-incident'].parse(ctx.step.input);
  const observed = ctx.state.steps.find((s) => s.kind === 'observe-incident')?.output;
  const collected = await ctx.call(evidenceCollect, { environment, seconds: 600, logs: true, processes: true, traces: true });
  const seen = typeof observed?.says === 'string' ? observed.says : symptom;
  const { since, disturbed } = frameOf(observed, repairedAt, collected.at);
  const bundle = bundleOf(collected, { service, symptom: `${symptom}. ${seen}`, since, disturbed });
  const facts: ExplainFacts = { service, symptom, since, bundle, looks: ctx.looks };
  if (!ask) return facts;
  const { because, answer } = decideCauses(facts);
  // What the measurements find needs no help, and what is looked at again is not ready for any.
  if (because === 'cause-found' || because === 'too-early') return facts;
  return { ...facts, asked: await ask(ctx, answer, bundle) };
}
