// Versions of the files that a service reads from outside of its repository: kept by digest when they are seen, brought back when asked for.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerminalError } from '@awo/contracts';
import { makeFolder } from '../durable-file.ts';

const MAX_BYTES = 1024 * 1024;
const keptAt = (dir: string, digest: string): string => join(dir, 'files', digest.replace('sha256:', ''));

/** The digest of the file as it is now, kept; null where there is none, or it is larger than 1 MB. */
export function keepFile(dir: string, path: string): string | null {
  let bytes: Buffer;
  try {
    if (statSync(path).size > MAX_BYTES) return null;
    bytes = readFileSync(path);
  } catch {
    return null;
  }
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const kept = keptAt(dir, digest);
  if (!existsSync(kept)) {
    makeFolder(join(dir, 'files'));
    writeFileSync(kept, bytes, { mode: 0o600 });
  }
  return digest;
}

/** Throws TerminalError `unknown-revision` where that version was never seen. */
export function bringFileBack(dir: string, path: string, digest: string): void {
  if (keepFile(dir, path) === digest) return;
  const kept = keptAt(dir, digest);
  if (!existsSync(kept)) throw new TerminalError('unknown-revision', `${path} was never seen as ${digest.slice(0, 19)}.`, 'Put the file back by hand.');
  const mode = existsSync(path) ? statSync(path).mode & 0o777 : 0o600;
  writeFileSync(`${path}.awo`, readFileSync(kept), { mode });
  renameSync(`${path}.awo`, path);
}
