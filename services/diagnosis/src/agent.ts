// The diagnosis agent: what caused the trouble, with the evidence for and against each candidate.
import { defineAgent } from '@awo/agent';
import { planRepair } from './choose-repair/act.ts';
import { decideRepair } from './choose-repair/decide.ts';
import { gatherChoice } from './choose-repair/gather.ts';
import { reportCauses } from './explain-incident/act.ts';
import { decideCauses } from './explain-incident/decide.ts';
import { gatherCauses } from './explain-incident/gather.ts';
import { reportDiagnosis } from './explain-release/act.ts';
import { decideDiagnosis } from './explain-release/decide.ts';
import { gatherEvidence } from './explain-release/gather.ts';

export const diagnosis = defineAgent('diagnosis', {
  diagnose: { gather: gatherEvidence, decide: decideDiagnosis, act: reportDiagnosis },
  'explain-incident': { gather: gatherCauses, decide: decideCauses, act: reportCauses },
  'choose-repair': { gather: gatherChoice, decide: decideRepair, act: planRepair },
});
