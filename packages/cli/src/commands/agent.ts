// awo agent: one more replica of an agent in this terminal. It shares the work of the others without any configuration.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { installationInfo, readServiceList, serviceEnvironment } from '@awo/embedded';
import type { CliContext } from '../context.ts';
import { EXIT, UnreachableError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';

/** Ends with Ctrl-C: the replica finishes or hands back what it has. */
export async function agent(context: CliContext, role: string): Promise<ExitCode> {
  const { terminal, signal, env } = context;
  const home = findHome(context);
  const info = installationInfo(home);
  const natsUrl = env['NATS_URL'] || info?.natsUrl;
  if (!natsUrl) throw new UnreachableError(`Nothing is running in ${home}.`);
  const service = readServiceList().services.find((s) => s.name === role);
  if (!service) throw new UnreachableError(`deploy/services.yaml names no service "${role}".`, 'Add it there, then start it again.');
  const instance = `${role}-${randomBytes(3).toString('hex')}`;
  terminal.err(`${instance} joins the others; Ctrl-C ends it.`);
  const child = spawn(process.execPath, [service.main], {
    env: serviceEnvironment({ home, natsUrl, monitorUrl: info?.monitorUrl ?? null, user: role, instance, env: service.env, caller: { ...env } }),
    stdio: ['ignore', 'inherit', 'inherit'],
    // In a process group of its own: Ctrl-C must reach it once, as SIGTERM, so that it hands back what it has.
    detached: true,
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    return await new Promise<ExitCode>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        if (signal.aborted) return resolve(EXIT.interrupted);
        if (code !== 0) terminal.err(`${instance} ended with exit code ${code ?? 'none'}.`);
        resolve(code === 0 ? EXIT.reached : EXIT.endedOtherwise);
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
