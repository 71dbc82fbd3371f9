// The diagnosis agent: what caused the trouble, with the evidence for and against each candidate.
import { defineAgent } from '@awo/agent';
import { reportDiagnosis } from './act.ts';
import { decideDiagnosis } from './decide.ts';
import { gatherEvidence } from './gather.ts';

export const diagnosis = defineAgent('diagnosis', {
  diagnose: { gather: gatherEvidence, decide: decideDiagnosis, act: reportDiagnosis },
});
