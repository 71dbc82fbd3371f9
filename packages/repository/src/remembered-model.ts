// The model of the last described commit, in a file: the next process takes it over where the commits between cannot have changed it.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RepoModel } from '@awo/contracts';
import { z } from 'zod';
import { describeRepository } from './describe.ts';
import type { Repository } from './git.ts';
import { isRead } from './snapshot.ts';

const Remembered = z.object({ v: z.literal(1), sha: z.string(), model: RepoModel });

/** More changed files than this are described anew. */
const MAX_CHANGED = 200;
const MAX_BYTES = 1024 * 1024;
/** Every sign that the readers look for stands on a line with one of these. */
const SIGN =
  /listen|serv|run|start|import|from|require|use |mod |env|port|main|http|test|app|path|route|health|ready|live|status|flag|django|\w::|["'`]\/|^\s*["'`(]|@|#\[|\{\s*[A-Z_]+/i;
/** Holds the word port, and stands on most lines of JavaScript that change. No reader asks for it. */
const EXPORT = /\bexport\b/g;

/**
 * As `describeRepository`, but reads only what changed since the last call with this folder, where that suffices: no file came or went, no manifest
 * changed, and in the changed sources every line that may be a sign of a service, a test or an import is as before. Deleting the folder loses nothing.
 */
export async function describeRemembered(repository: Repository, sha: string, dir: string): Promise<RepoModel> {
  const file = join(dir, `model-${createHash('sha256').update(repository.root).digest('hex').slice(0, 32)}.json`);
  const known = await load(file);
  if (known && (known.sha === sha || (await sameModel(repository, known.sha, sha)))) return known.model;
  const model = await describeRepository(repository, sha);
  await save(dir, file, { v: 1, sha, model });
  return model;
}

async function load(file: string): Promise<z.infer<typeof Remembered> | null> {
  try {
    return Remembered.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Absent, or written by another version: described anew, which costs time only.
    return null;
  }
}

async function save(dir: string, file: string, remembered: z.infer<typeof Remembered>): Promise<void> {
  const part = `${file}.${randomUUID()}`;
  await mkdir(dir, { recursive: true });
  // Several processes may do so at once: each file is whole, the last one stays.
  await writeFile(part, JSON.stringify(remembered));
  await rename(part, file);
}

async function sameModel(repository: Repository, from: string, to: string): Promise<boolean> {
  // The commit may be gone: a clone that was made anew, a history that was rewritten.
  const diff = await repository.diff(from, to).catch(() => null);
  if (diff === null || diff.length > MAX_CHANGED) return false;
  for (const { path, status, oldBlob, newBlob } of diff) {
    if (status !== 'modified' || oldBlob === null || newBlob === null) return false;
    const read = isRead(path);
    if (read === 'manifest') return false;
    if (read === 'source' && (await signs(repository, oldBlob)) !== (await signs(repository, newBlob))) return false;
  }
  return true;
}

async function signs(repository: Repository, blob: string): Promise<string | null> {
  const text = (await repository.read(blob, MAX_BYTES))?.toString('utf8');
  return text === undefined
    ? null
    : text
        .replaceAll(EXPORT, '')
        .split('\n')
        .filter((line) => SIGN.test(line))
        .join('\n');
}
