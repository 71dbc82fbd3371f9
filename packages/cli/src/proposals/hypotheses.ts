// Asks the configured model which of the ranked causes the logs of a folder of evidence speak for.
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RootCauses } from '@awo/contracts';
import type { ModelReading } from '@awo/model/hypotheses';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import { modelOf } from './ask-model.ts';

/** More than any prompt has room for. */
const KEPT = 1000;
const Row = z.object({ entity: z.string(), message: z.string() });

/** Undefined where no model is configured. */
export async function readByModel(context: CliContext, folder: string, result: RootCauses): Promise<ModelReading | undefined> {
  const means = await modelOf(context);
  if (!means) return undefined;
  const { model } = means;
  const { askAboutHypotheses, tellProposal } = await import('@awo/model/hypotheses');
  const question = askAboutHypotheses(result, await lastRows(join(folder, 'logs.jsonl')));
  if (!question) return { model, used: false, because: 'there is nothing for it to read' };
  return tellProposal(question, model, await means.ask(question.request));
}

/** The last rows that can be read; a folder without logs has none. */
async function lastRows(file: string): Promise<z.infer<typeof Row>[]> {
  if (!existsSync(file)) return [];
  const kept: z.infer<typeof Row>[] = [];
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    const row = Row.safeParse(parsed(line)).data;
    if (!row) continue;
    kept.push(row);
    if (kept.length > KEPT) kept.shift();
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
