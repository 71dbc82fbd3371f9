// Asks the configured model which of the ranked causes the logs speak for. It may point at lines; the ranking is of the evidence alone.
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RootCauses } from '@awo/contracts';
import type { Check } from '@awo/model';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import { modelOf } from './ask-model.ts';

const Proposed = z.object({
  hypotheses: z
    .array(
      z.object({
        entity: z.string().max(200),
        cause: z.string().max(80),
        cites: z
          .array(z.object({ line: z.number().int(), quote: z.string().min(8).max(300) }))
          .min(1)
          .max(5),
      }),
    )
    .max(5),
});
type Proposed = z.infer<typeof Proposed>;

export type ModelReading =
  | { model: string; used: true; hypotheses: { entity: string; cause: string; rank: number; cites: { line: number; quote: string }[] }[] }
  | { model: string; used: false; because: string };

const INSTRUCTIONS = [
  'An incident has been analysed. You get the hypotheses, ranked by measurements, and lines of the logs.',
  'Name those hypotheses that the lines speak for, likeliest first. Use entity and cause exactly as they are listed; nothing else can be meant.',
  'For each give in "cites" the numbers of the lines that speak for it, with words of the line as "quote", copied exactly.',
].join('\n');

/** As many lines as a prompt has room for: the last ones, as the incident is there. */
const LINES = 60;
const LINE = 200;

/** Undefined where no model is configured. */
export async function readByModel(context: CliContext, folder: string, result: RootCauses): Promise<ModelReading | undefined> {
  const means = await modelOf(context);
  if (!means) return undefined;
  const { model } = means;
  const lines = await lastLines(join(folder, 'logs.jsonl'));
  if (lines.length === 0 || result.hypotheses.length === 0) return { model, used: false, because: 'there is nothing for it to read' };
  const proposal = await means.ask({
    purpose: 'hypotheses',
    instructions: INSTRUCTIONS,
    evidence: [
      { name: 'The hypotheses', text: result.hypotheses.map((h) => `${h.cause} on ${h.entity}`).join('\n') },
      { name: 'The logs', text: lines.join('\n') },
    ],
    schema: Proposed,
    check: (proposed) => checkHypotheses(proposed, result, lines),
  });
  if (proposal.kind === 'none') return { model, used: false, because: `${proposal.code}: ${proposal.because}` };
  const ranked = proposal.value.hypotheses.map((h) => ({ ...h, rank: rankOf(result, h) }));
  return { model, used: true, hypotheses: ranked.toSorted((a, b) => a.rank - b.rank) };
}

const rankOf = (result: RootCauses, { entity, cause }: { entity: string; cause: string }): number =>
  result.hypotheses.findIndex((h) => h.entity === entity && h.cause === cause) + 1;

/** Whatever it names is ranked already, and every line that it cites exists, says that, and is of the entity or names it. */
function checkHypotheses({ hypotheses }: Proposed, result: RootCauses, lines: readonly string[]): Check[] {
  const once = new Set(hypotheses.map((h) => `${h.cause} ${h.entity}`)).size === hypotheses.length;
  return [
    { name: 'each once', passed: once, detail: once ? 'yes' : 'the same hypothesis stands there twice' },
    ...hypotheses.flatMap((h): Check[] => [
      { name: `${h.cause} on ${h.entity}`, passed: rankOf(result, h) > 0, detail: rankOf(result, h) > 0 ? 'is ranked' : 'is none of the hypotheses' },
      ...h.cites.map(({ line, quote }): Check => {
        const text = lines[line - 1];
        const says = text?.includes(quote) ?? false;
        const about = text?.includes(h.entity) ?? false;
        return {
          name: `line ${line}`,
          passed: says && about,
          detail: text === undefined ? 'does not exist' : !says ? 'does not say that' : about ? 'says that' : `is not of ${h.entity} and does not name it`,
        };
      }),
    ]),
  ];
}

/** `[entity] message` of the last rows that can be read; a folder without logs has none. */
async function lastLines(file: string): Promise<string[]> {
  if (!existsSync(file)) return [];
  const Row = z.object({ entity: z.string(), message: z.string() });
  const kept: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    const row = Row.safeParse(parsed(line)).data;
    if (!row) continue;
    kept.push(`[${row.entity}] ${row.message.replaceAll(/\s+/g, ' ')}`.slice(0, LINE));
    if (kept.length > LINES) kept.shift();
  }
  return kept;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
