// The real archiver as a process, with a policy of the test's own. For tests.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArchivePolicy } from '@awo/archive';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const DIE = fileURLToPath(new URL('./die-at-write.ts', import.meta.url));

export type ArchiverProcess = { exited: Promise<number | null>; output: () => string; stop: () => Promise<void> };

export function startArchiver(env: Record<string, string>, policy: ArchivePolicy, dieAtWrite?: number): ArchiverProcess {
  const file = join(env['AWO_HOME'] ?? '', 'archive-policy.yaml');
  writeFileSync(file, JSON.stringify(policy));
  const hook = dieAtWrite === undefined ? [] : ['--import', DIE];
  const child: ChildProcess = spawn(process.execPath, [...hook, MAIN], {
    env: { PATH: process.env['PATH'], ...env, AWO_ARCHIVE_POLICY: file, ...(dieAtWrite === undefined ? {} : { DIE_AT_WRITE: String(dieAtWrite) }) },
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    exited,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
