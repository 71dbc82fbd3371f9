// The verdict on an incident's cause, with its rivals and what speaks against each. Pure.
import { type RootCauses, TerminalError, type Verdict } from '@awo/contracts';
import { readingOf, type ModelReading } from '@awo/model/hypotheses';
import { diagnose, evidenceOf, LEAD } from '@awo/root-cause';
import { alternativesOf, BECAUSE, figuresOf } from '../told.ts';
import { questionOf } from './bundle.ts';
import type { ExplainFacts } from './gather.ts';

export type ExplainDecision = Verdict<'explain-incident'> & { lookAgain: boolean; answer: RootCauses; reading?: ModelReading };

/** So often it is looked at again where too little is to be seen yet, and where two causes cannot be told apart. */
const LOOKS = { insufficient: 5, tied: 2 };

export function decideCauses(facts: ExplainFacts): ExplainDecision {
  const { since, looks = LOOKS.insufficient } = facts;
  const answer = answerOf(facts);
  const { hypotheses, verdict, because } = answer;
  const [first, second] = hypotheses;
  const tied = verdict === 'ambiguous' && second !== undefined && (first?.confidence ?? 0) - second.confidence < LEAD;
  const reading = readingIn(facts, answer);
  const lookAgain = (verdict === 'insufficient' && looks < LOOKS.insufficient) || (tied && looks < LOOKS.tied);
  return {
    kind: 'explain-incident',
    because: lookAgain ? 'too-early' : BECAUSE[verdict],
    choice: because.slice(0, 600),
    lookAgain,
    figures: { since: new Date(since).toISOString(), ...figuresOf(answer), ...(reading ? { model: readingWords(reading) } : {}) },
    alternatives: alternativesOf(answer),
    answer,
    ...(reading ? { reading } : {}),
  };
}

function answerOf({ bundle, answer }: ExplainFacts): RootCauses {
  if (answer !== undefined) return answer;
  if (bundle === undefined) throw new TerminalError('bad-message', 'Facts of an incident hold neither evidence nor an answer.');
  return diagnose(evidenceOf(bundle));
}

/** What a model said is held against the evidence again: the record of the call and the bundle are all that counts. It stands beside the ranking and moves nothing in it. */
function readingIn({ asked, bundle }: ExplainFacts, answer: RootCauses): ModelReading | undefined {
  if (!asked || !bundle) return undefined;
  return readingOf(questionOf(answer, bundle), { model: asked.model, outcome: asked.outcome, answer: asked.call?.answer ?? null });
}

function readingWords(reading: ModelReading): string[] {
  if (!reading.used) return [`${reading.model} was of no help (${reading.because})`.slice(0, 400)];
  if (reading.hypotheses.length === 0) return [`${reading.model} finds nothing in the logs that speaks for one of them`];
  return reading.hypotheses.map(({ entity, cause, rank, cites }) => {
    const lines = cites.map(({ evidence, line, quote }) => `"${quote}" (line ${line} of ${evidence})`);
    return `${reading.model} reads for ${cause} on ${entity}, ranked ${rank}: ${lines.join(', ')}`.slice(0, 400);
  });
}
