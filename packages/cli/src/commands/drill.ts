// awo drill: faults done to a small shop of its own in staging, by a program of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CHECKOUT } from '@awo/embedded';
import type { CliContext } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';

export type DrillOptions = { list?: boolean | undefined; all?: boolean | undefined; env?: string | undefined };

/** Exit code: 0 where every drill ended well, 1 where one did not, 2 for an unknown one, 3 where nothing runs. */
export async function drill(context: CliContext, names: readonly string[], { list, all, env }: DrillOptions): Promise<ExitCode> {
  if (env !== undefined && env !== 'staging')
    throw new UsageError(`Drills are done to staging, not to "${env}".`, 'Faults that are made on purpose have no business where customers are.');
  const flags = [...(list ? ['--list'] : []), ...(all ? ['--all'] : []), ...(context.format === 'json' ? ['--json'] : [])];
  const child = spawn(process.execPath, [join(CHECKOUT, 'deploy', 'drills', 'main.ts'), ...flags, ...names], {
    env: { ...context.env, AWO_HOME: findHome(context) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => context.terminal.out(chunk.trimEnd()));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => context.terminal.err(chunk.trimEnd()));
  const stop = (): void => void child.kill('SIGTERM');
  context.signal.addEventListener('abort', stop);
  const [code] = (await once(child, 'close')) as [number | null];
  context.signal.removeEventListener('abort', stop);
  return context.signal.aborted ? 130 : ([0, 1, 2, 3] as const).includes(code as 0) ? (code as ExitCode) : 3;
}
