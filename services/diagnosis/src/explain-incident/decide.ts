// The verdict on an incident's cause, with its rivals and what speaks against each. Pure.
import type { Verdict } from '@awo/contracts';
import { LEAD } from '@awo/root-cause';
import type { ExplainFacts } from './gather.ts';

export type ExplainDecision = Verdict<'explain-incident'> & { lookAgain: boolean };

/** So often it is looked at again where too little is to be seen yet, and where two causes cannot be told apart. */
const LOOKS = { insufficient: 5, tied: 2 };
const BECAUSE = { found: 'cause-found', ambiguous: 'ambiguous', insufficient: 'insufficient-evidence' } as const;

export function decideCauses({ since, answer, looks = LOOKS.insufficient }: ExplainFacts): ExplainDecision {
  const { hypotheses, verdict, because, notes } = answer;
  const [first, second] = hypotheses;
  const tied = verdict === 'ambiguous' && second !== undefined && (first?.confidence ?? 0) - second.confidence < LEAD;
  const lookAgain = (verdict === 'insufficient' && looks < LOOKS.insufficient) || (tied && looks < LOOKS.tied);
  return {
    kind: 'explain-incident',
    because: lookAgain ? 'too-early' : BECAUSE[verdict],
    choice: because.slice(0, 600),
    lookAgain,
    figures: {
      since: new Date(since).toISOString(),
      hypotheses: hypotheses.slice(0, 10).map((h) => `${h.cause} on ${h.entity}: ${Math.round(h.confidence * 100)} %`),
      notes: notes.slice(0, 20).map((n) => n.slice(0, 400)),
    },
    alternatives: hypotheses.slice(1, 8).map((h) => ({
      kind: `${h.cause} on ${h.entity}`.slice(0, 80),
      rejectedBecause: (h.against.map((a) => a.says).join(' ') || `Less speaks for it (${Math.round(h.confidence * 100)} %).`).slice(0, 600),
    })),
  };
}
