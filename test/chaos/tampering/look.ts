// One look of the real verifier at everything in the log, as the process that ships.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '@awo/bus';
import { VerifierState } from '@awo/contracts';
import type { Violation } from '@awo/contracts';
import type { TestNats } from '@awo/testing';
import { waitFor } from '@awo/testing';

const VERIFIER = join(import.meta.dirname, '../../../services/verifier/src/main.ts');

/** An archive that holds nothing: what left the log is gone. */
export function serveEmptyArchive(archiver: Bus): void {
  archiver.nc.subscribe('awo.archive.read', {
    callback: (_error, message) => void message.respond(JSON.stringify({ ok: true, value: { found: null, commits: [], next: null } })),
  });
}

export async function lookAtAll(nats: TestNats): Promise<Violation[]> {
  const env = { PATH: process.env['PATH'], ...nats.env('verifier'), AWO_VERIFY_EVERY_S: '0', AWO_VERIFY_GOALS: '200', AWO_LOG_LEVEL: 'silent' };
  const child = spawn(process.execPath, [VERIFIER], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  const file = join(nats.home, 'verifier', 'state.json');
  const state = () => (existsSync(file) ? VerifierState.parse(JSON.parse(readFileSync(file, 'utf8'))) : null);
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  try {
    const { violations } = await waitFor(() => ((seen) => (seen && seen.looks > 0 ? seen : null))(state()), {
      what: 'the verifier to have looked at every goal',
      timeoutMs: 300_000,
    });
    return violations;
  } finally {
    end();
    await exited;
    process.removeListener('exit', end);
  }
}
