// The token that callers show: made once, for its owner's eyes only.
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { TerminalError } from '@awo/contracts';

/** Reads the token, or makes one. Throws TerminalError `bad-config` where the file holds less than 20 characters. */
export function ensureToken(file: string): string {
  try {
    // `wx`: of two that start at the same time one writes, the other reads.
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  chmodSync(file, 0o600);
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < 20)
    throw new TerminalError('bad-config', `${file} holds no token of 20 characters or more.`, 'Remove the file: the next start makes one.');
  return token;
}
