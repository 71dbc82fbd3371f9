// awo submit: a goal file, a sentence, or either of them on standard input.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { GoalSpec } from '@awo/contracts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { looksLikePath } from '../grammar/words.ts';
import { understand } from '../grammar/grammar.ts';
import { findRepository } from '../home.ts';
import { parseGoalFile } from '../goal-file.ts';
import { resolveRef } from '../resolve-ref.ts';
import { suggestionFor } from '../proposals/sentence.ts';
import { sendGoal } from './send-goal.ts';
import type { SendOptions } from './send-goal.ts';

const IS_GOAL_FILE = /\.(ya?ml|json)$/i;
/** A goal file begins with a field or a brace; a sentence does not. */
const LOOKS_LIKE_YAML = /^\s*(\{|#|---|[A-Za-z]+\s*:)/;

export async function submit(context: CliContext, words: readonly string[], options: SendOptions): Promise<ExitCode> {
  const [first = ''] = words;
  const single = words.length === 1 ? first : undefined;
  if (single === '-') return sendGoal(context, await readText(context, await context.stdin(), 'standard input'), options);
  if (single && (IS_GOAL_FILE.test(single) || (looksLikePath(single) && existsSync(resolve(context.cwd, single))))) {
    const file = resolve(context.cwd, single);
    const text = await readFile(file, 'utf8').catch(() => {
      throw new UsageError(`The goal file ${file} cannot be read.`);
    });
    return sendGoal(context, await pinned(parseGoalFile(text, single), dirname(file)), options);
  }
  return sendGoal(context, await sentence(context, words.join(' ')), options);
}

const readText = (context: CliContext, text: string, name: string): Promise<GoalSpec> =>
  LOOKS_LIKE_YAML.test(text) ? pinned(parseGoalFile(text, name), context.cwd) : sentence(context, text);

async function sentence(context: CliContext, text: string): Promise<GoalSpec> {
  const understood = understand(text);
  if (understood.ok) return pinned(understood.spec, context.cwd, findRepository(context.cwd));
  const forms = understood.forms.map((form) => `  ${form}`).join('\n');
  const lines = [understood.hint, `These forms are understood:\n${forms}`, await suggestionFor(context, text)];
  throw new UsageError(understood.problem, lines.filter((line) => line !== undefined).join('\n'));
}

/** Paths are meant from where they were written, refs as they stand now. */
async function pinned(spec: GoalSpec, folder: string, otherwise?: string): Promise<GoalSpec> {
  if (spec.kind === 'rollback' || spec.kind === 'remediate') return spec;
  const named = spec.repo === undefined ? undefined : resolve(folder, spec.repo.replace(/^~(?=\/|$)/, homedir()));
  const repo = named === undefined ? otherwise : (findRepository(named) ?? named);
  if (repo === undefined) return spec;
  const revision = await resolveRef(repo, spec.revision);
  if (spec.kind === 'release' || spec.base === undefined) return { ...spec, repo, revision };
  return { ...spec, repo, revision, base: await resolveRef(repo, spec.base) };
}
