// Which of the ranked causes the logs speak for: what a model is asked, and what has to hold of its answer. It may point at lines;
// the ranking is of the evidence alone. Pure, and a way in of its own: whoever judges an answer again loads no client.
import { createHash } from 'node:crypto';
import type { RootCauses } from '@awo/contracts';
import { z } from 'zod';
import { judged } from './proposal.ts';
import type { Check, Proposal, ProposalRequest } from './proposal.ts';

const Proposed = z.object({
  hypotheses: z
    .array(
      z.object({
        entity: z.string().max(200),
        cause: z.string().max(80),
        cites: z
          .array(z.object({ evidence: z.string().max(80), line: z.number().int(), quote: z.string().min(8).max(300) }))
          .min(1)
          .max(5),
      }),
    )
    .max(5),
});
type Proposed = z.infer<typeof Proposed>;

/** `logs`: the text whose digest is cited, line by line as the model sees it. */
export type HypothesesQuestion = { request: ProposalRequest<Proposed>; logs: string; result: RootCauses };
type Read = { entity: string; cause: string; rank: number; cites: { evidence: string; line: number; quote: string }[] };
/** `evidence`: digest of the logs as they were asked about; `line` counts from 1. */
export type ModelReading = { model: string; used: true; hypotheses: Read[] } | { model: string; used: false; because: string };

const INSTRUCTIONS = [
  'An incident has been analysed. You get the hypotheses, ranked by measurements, and lines of the logs.',
  'Name those hypotheses that the lines speak for, likeliest first. Use entity and cause exactly as they are listed; nothing else can be meant.',
  'For each give in "cites" the numbers of the lines that speak for it, with words of the line as "quote" and the name of the logs as "evidence", all copied exactly.',
].join('\n');

/** As many lines as a prompt has room for: the last ones, as the incident is there. */
const LINES = 60;
const LINE = 200;
/** Enough of a digest to mean one text, and short enough to be copied. */
const NAMED_BY = 'sha256:'.length + 12;

/** Null where there is nothing to read, or nothing that it could speak for. `rows`: oldest first. */
export function askAboutHypotheses(result: RootCauses, rows: readonly { entity: string; message: string }[]): HypothesesQuestion | null {
  const lines = rows.slice(-LINES).map(({ entity, message }) => `[${entity}] ${message.replaceAll(/\s+/g, ' ')}`.slice(0, LINE));
  if (lines.length === 0 || result.hypotheses.length === 0) return null;
  const logs = lines.join('\n');
  const evidence = digestOf(logs).slice(0, NAMED_BY);
  const request: ProposalRequest<Proposed> = {
    purpose: 'hypotheses',
    instructions: INSTRUCTIONS,
    evidence: [
      { name: 'The hypotheses', text: result.hypotheses.map((h) => `${h.cause} on ${h.entity}`).join('\n') },
      { name: `The logs, named ${evidence}`, text: logs },
    ],
    schema: Proposed,
    check: (proposed) => checksOf(proposed, result, lines, evidence),
  };
  return { request, logs, result };
}

/** What may be told of an answer. `outcome`: what became of the call; an answer that was taken then is judged again, so that the record alone decides. */
export function readingOf(
  question: HypothesesQuestion | null,
  { model, outcome, answer }: { model: string; outcome: string; answer: string | null },
): ModelReading {
  if (!question) return { model, used: false, because: 'there is nothing for it to read' };
  if (outcome !== 'proposed' || answer === null) return unused(model, outcome);
  return tellProposal(question, model, judged(answer, question.request, model));
}

export function tellProposal({ logs, result }: HypothesesQuestion, model: string, proposal: Proposal<Proposed>): ModelReading {
  if (proposal.kind === 'none') return unused(model, outcomeOf(proposal));
  const evidence = digestOf(logs);
  const hypotheses = proposal.value.hypotheses.map(({ entity, cause, cites }) => ({
    entity,
    cause,
    rank: rankOf(result, { entity, cause }),
    cites: cites.map(({ line, quote }) => ({ evidence, line, quote })),
  }));
  return { model, used: true, hypotheses: hypotheses.toSorted((a, b) => a.rank - b.rank) };
}

export const outcomeOf = (proposal: Proposal<unknown>): string => (proposal.kind === 'proposed' ? 'proposed' : `${proposal.code}: ${proposal.because}`);

/** The reason may hold words of the model: nothing in it moves a cursor. */
const unused = (model: string, because: string): ModelReading => ({ model, used: false, because: because.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 400) });

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const rankOf = (result: RootCauses, { entity, cause }: { entity: string; cause: string }): number =>
  result.hypotheses.findIndex((h) => h.entity === entity && h.cause === cause) + 1;

/** Whatever it names is ranked already, and every line that it cites exists, says that, and is of the entity or names it. */
function checksOf({ hypotheses }: Proposed, result: RootCauses, lines: readonly string[], evidence: string): Check[] {
  const once = new Set(hypotheses.map((h) => `${h.cause} ${h.entity}`)).size === hypotheses.length;
  return [
    { name: 'each once', passed: once, detail: once ? 'yes' : 'the same hypothesis stands there twice' },
    ...hypotheses.flatMap((h): Check[] => [
      { name: `${h.cause} on ${h.entity}`, passed: rankOf(result, h) > 0, detail: rankOf(result, h) > 0 ? 'is ranked' : 'is none of the hypotheses' },
      ...h.cites.map((cite): Check => {
        const wrong = wrongIn(cite, h.entity, lines[cite.line - 1], evidence);
        return { name: `line ${cite.line}`, passed: wrong === null, detail: wrong ?? 'says that' };
      }),
    ]),
  ];
}

function wrongIn(cite: { evidence: string; quote: string }, entity: string, text: string | undefined, evidence: string): string | null {
  if (cite.evidence !== evidence) return `is of ${cite.evidence}, which was not given`;
  if (text === undefined) return 'does not exist';
  if (!text.includes(cite.quote)) return 'does not say that';
  // A data source is named as `owner/VARIABLE`; a line of its owner names the variable alone.
  return text.includes(entity) || entity.split('/').every((part) => text.includes(part)) ? null : `is not of ${entity} and does not name it`;
}
