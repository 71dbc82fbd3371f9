// The verdict on an incident's cause, with its rivals and what speaks against each. Pure.
import type { Verdict } from '@awo/contracts';
import { LEAD } from '@awo/root-cause';
import { alternativesOf, BECAUSE, figuresOf } from '../told.ts';
import type { ExplainFacts } from './gather.ts';

export type ExplainDecision = Verdict<'explain-incident'> & { lookAgain: boolean };

/** So often it is looked at again where too little is to be seen yet, and where two causes cannot be told apart. */
const LOOKS = { insufficient: 5, tied: 2 };

export function decideCauses({ since, answer, looks = LOOKS.insufficient }: ExplainFacts): ExplainDecision {
  const { hypotheses, verdict, because } = answer;
  const [first, second] = hypotheses;
  const tied = verdict === 'ambiguous' && second !== undefined && (first?.confidence ?? 0) - second.confidence < LEAD;
  const lookAgain = (verdict === 'insufficient' && looks < LOOKS.insufficient) || (tied && looks < LOOKS.tied);
  return {
    kind: 'explain-incident',
    because: lookAgain ? 'too-early' : BECAUSE[verdict],
    choice: because.slice(0, 600),
    lookAgain,
    figures: { since: new Date(since).toISOString(), ...figuresOf(answer) },
    alternatives: alternativesOf(answer),
  };
}
