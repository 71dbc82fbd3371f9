// The impact agent: what a change touches, how risky it is, which tests and services it calls for.
import { defineAgent } from '@awo/agent';
import { reportImpact } from './assess-impact/act.ts';
import { decideImpact } from './assess-impact/decide.ts';
import { gatherChange } from './assess-impact/gather.ts';
import { decideRelay, gatherNothing, passOn } from './relay/relay.ts';

export const impact = defineAgent('impact', {
  'assess-impact': { gather: gatherChange, decide: decideImpact, act: reportImpact },
  relay: { gather: gatherNothing, decide: decideRelay, act: passOn },
});
