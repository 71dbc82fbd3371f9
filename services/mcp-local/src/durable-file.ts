// Writes a file so that a reader, and the next start after a power cut, sees the old text or the new one and nothing between.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { TerminalError } from '@awo/contracts';
import type { z } from 'zod';

/** Synchronous on purpose: nobody can come between two writes of one process. */
export function writeDurably(path: string, value: unknown, mode = 0o600): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w', mode);
  try {
    writeSync(file, `${JSON.stringify(value)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Null where the file does not exist. Throws TerminalError `bad-config` where it does not fit its schema. */
export function readDurable<S extends z.ZodType>(path: string, schema: S): z.infer<S> | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new TerminalError('bad-config', `${path} is not readable as state: ${why}.`, 'Move the file away to begin with an empty environment.');
  }
}

export const makeFolder = (path: string): void => void mkdirSync(path, { recursive: true, mode: 0o700 });
