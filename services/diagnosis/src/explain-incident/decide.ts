// The verdict on an incident's cause, with its rivals and what speaks against each. Pure.
import { type RootCauses, TerminalError, type Verdict } from '@awo/contracts';
import { diagnose, evidenceOf, LEAD } from '@awo/root-cause';
import { alternativesOf, BECAUSE, figuresOf } from '../told.ts';
import type { ExplainFacts } from './gather.ts';

export type ExplainDecision = Verdict<'explain-incident'> & { lookAgain: boolean; answer: RootCauses };

/** So often it is looked at again where too little is to be seen yet, and where two causes cannot be told apart. */
const LOOKS = { insufficient: 5, tied: 2 };

export function decideCauses(facts: ExplainFacts): ExplainDecision {
  const { since, looks = LOOKS.insufficient } = facts;
  const answer = answerOf(facts);
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
    answer,
  };
}

function answerOf({ bundle, answer }: ExplainFacts): RootCauses {
  if (answer !== undefined) return answer;
  if (bundle === undefined) throw new TerminalError('bad-message', 'Facts of an incident hold neither evidence nor an answer.');
  return diagnose(evidenceOf(bundle));
}
