// Runs `awo` as a person does: the launcher, as a process, in an environment of its own.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const AWO = join(resolve(import.meta.dirname, '../..'), 'bin', 'awo');

export type Ran = { code: number | null; out: string; err: string };

export async function awo(args: string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const child = spawn(AWO, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (ran.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (ran.err += chunk));
  const { promise, resolve: done, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', done);
  ran.code = await promise;
  return ran;
}
