// The monitor agent: is the environment healthy, is the new one no worse than the old one, do the gates agree.
import { defineAgent } from '@awo/agent';
import { reportGate } from './check-gate/act.ts';
import { decideGate } from './check-gate/decide.ts';
import { askGate } from './check-gate/gather.ts';
import { reportHealth } from './judge-health/act.ts';
import { decideHealth } from './judge-health/decide.ts';
import { gatherHealth } from './judge-health/gather.ts';
import { reportIncident } from './observe-incident/act.ts';
import { decideIncident } from './observe-incident/decide.ts';
import { gatherIncident } from './observe-incident/gather.ts';
import { reportVerification } from './verify-repair/act.ts';
import { decideVerification } from './verify-repair/decide.ts';
import { gatherVerification } from './verify-repair/gather.ts';
import { reportWatch } from './watch-rollout/act.ts';
import { decideWatch } from './watch-rollout/decide.ts';
import { gatherWatch } from './watch-rollout/gather.ts';

export const monitor = defineAgent('monitor', {
  'judge-health': { gather: gatherHealth, decide: decideHealth, act: reportHealth },
  'watch-rollout': { gather: gatherWatch, decide: decideWatch, act: reportWatch },
  'check-gate': { gather: askGate, decide: decideGate, act: reportGate },
  'observe-incident': { gather: gatherIncident, decide: decideIncident, act: reportIncident },
  'verify-repair': { gather: gatherVerification, decide: decideVerification, act: reportVerification },
});
