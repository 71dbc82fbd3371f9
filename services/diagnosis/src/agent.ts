// The diagnosis agent: what caused the trouble, with the evidence for and against each candidate.
import { defineAgent } from '@awo/agent';
import type { AgentDefinition, StepContext } from '@awo/agent';
import { planRepair } from './choose-repair/act.ts';
import { decideRepair } from './choose-repair/decide.ts';
import { gatherChoice } from './choose-repair/gather.ts';
import { reportCauses } from './explain-incident/act.ts';
import { askModelOf } from './explain-incident/ask-model.ts';
import { decideCauses } from './explain-incident/decide.ts';
import { gatherCauses } from './explain-incident/gather.ts';
import { reportDiagnosis } from './explain-release/act.ts';
import { decideDiagnosis } from './explain-release/decide.ts';
import { gatherEvidence } from './explain-release/gather.ts';

/** `env`: where a model is configured, it may be asked about incidents. */
export function diagnosis(env: Readonly<Record<string, string | undefined>>): AgentDefinition {
  const ask = askModelOf(env);
  return defineAgent('diagnosis', {
    diagnose: { gather: gatherEvidence, decide: decideDiagnosis, act: reportDiagnosis },
    'explain-incident': { gather: (ctx: StepContext) => gatherCauses(ctx, ask), decide: decideCauses, act: reportCauses },
    'choose-repair': { gather: gatherChoice, decide: decideRepair, act: planRepair },
  });
}
