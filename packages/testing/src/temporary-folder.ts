// Folders that end with the test, in the place that the whole run has for them where it has one: bin/scratch.mjs.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  path: string;
  remove(): void;
}

/** The path is real (no symbolic link in it), so that it equals what git and processes report. */
export function temporaryFolder(name = 'test'): TemporaryFolder {
  const path = realpathSync(mkdtempSync(join(process.env['AWO_TEST_SCRATCH'] ?? tmpdir(), `awo-${name}-`)));
  // Programs that were just ended may still write into it.
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }) };
}
