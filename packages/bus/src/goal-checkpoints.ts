// The file of signed checkpoints of the log: which goal had come how far. One line each, every line names the one before.
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { TerminalError } from '@awo/contracts';
import type { GoalHead } from '@awo/goal';
import { z } from 'zod';
import { parseJson } from './append.ts';
import { signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import type { SigningKey } from './checkpoint.ts';

export const GoalsCheckpoint = z.object({
  /** When the stream was made: another one cannot pass for it. */
  stream: z.string(),
  /** Every commit up to here was walked. */
  to: z.number().int(),
  at: z.string(),
  /** SHA-256 of the line before; 64 zeros for the first. */
  prev: z.string(),
  /** Goals that came further since the line before: id, sequence, commits, hash of the last commit. */
  heads: z.array(z.tuple([z.string(), z.number().int(), z.number().int(), z.string()])),
  /** Goals that were found sealed in the archive with exactly what was signed. */
  archived: z.array(z.string()),
});
export type GoalsCheckpoint = z.infer<typeof GoalsCheckpoint>;

const NO_LINE = '0'.repeat(64);
const digestOf = (line: string): string => createHash('sha256').update(line).digest('hex');

/**
 * Every checkpoint of the file in order. A last line without its end is one that was being written; it is left out.
 * Throws TerminalError `bad-message` that names the line, where one was changed, left out, or signed by another key.
 */
export async function readGoalCheckpoints(file: string, trusted: readonly string[]): Promise<GoalsCheckpoint[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const found: GoalsCheckpoint[] = [];
  let prev = NO_LINE;
  for (const [i, line] of text.split('\n').slice(0, -1).entries()) {
    const checked = verifyCheckpoint(parseJson(Buffer.from(line)), 'goals', trusted, GoalsCheckpoint);
    const because = checked.ok ? (checked.payload.prev === prev ? null : 'a line before it is missing') : checked.because;
    if (!checked.ok || because)
      throw new TerminalError('bad-message', `Line ${i + 1} of ${file} is not what was signed: ${because}.`, 'Put the file back from a backup.');
    found.push(checked.payload);
    prev = digestOf(line);
  }
  return found;
}

/** What is signed of one goal, or null. */
export function headIn(checkpoints: readonly GoalsCheckpoint[], goal: string): GoalHead | null {
  const found = checkpoints.findLast(({ heads }) => heads.some(([id]) => id === goal))?.heads.find(([id]) => id === goal);
  return found ? { seq: found[1], commits: found[2], hash: found[3] } : null;
}

export type CheckpointWriter = {
  /** On disk before the promise resolves. */
  add: (payload: Omit<GoalsCheckpoint, 'prev'>) => Promise<void>;
  close: () => Promise<void>;
};

/** Appends lines. One writer per file. */
export async function writeGoalCheckpoints(file: string, key: SigningKey): Promise<CheckpointWriter> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const handle = await open(file, 'a', 0o600);
  // Half a line is what a death while writing leaves; what follows must not be glued to it.
  if (whole.length < text.length) await handle.truncate(Buffer.byteLength(whole));
  let prev = whole ? digestOf(whole.trimEnd().split('\n').at(-1) ?? '') : NO_LINE;
  return {
    add: async (payload) => {
      const line = JSON.stringify(signCheckpoint('goals', { ...payload, prev }, key));
      await handle.appendFile(`${line}\n`);
      await handle.datasync();
      prev = digestOf(line);
    },
    close: () => handle.close(),
  };
}
