// Starts and stops a whole installation for the CLI, the demo and the tests.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES, RetryableError, TerminalError } from '@awo/contracts';
import type { ErrorCode } from '@awo/contracts';
import { connectSupervisor } from './control-client.ts';
import type { SupervisorControl } from './control-client.ts';
import { prepareHome } from './home.ts';
import { installationInfo } from './installation-info.ts';
import type { InstallationInfo } from './installation-info.ts';
import { endLeftovers } from './leftovers.ts';
import { findNatsServer } from './nats-binary.ts';
import type { Report } from './progress.ts';
import { quietRun } from './quiet-run.ts';
import { serviceEnvironment } from './service-environment.ts';
import { readServiceList } from './service-list.ts';
import { SupervisorMessage } from './supervisor-options.ts';
import type { SupervisorOptions } from './supervisor-options.ts';
import { until } from './until.ts';

const SUPERVISOR = fileURLToPath(new URL('supervisor-main.ts', import.meta.url));

export interface StartOptions {
  /** Environment that the services inherit, and where PATH and NATS_URL are read. */
  env: NodeJS.ProcessEnv;
  report?: Report;
  /** Abort to give the start up: what was started by then is ended. */
  signal?: AbortSignal;
  servicesFile?: string;
  /** `any` takes free ports without asking for the usual ones first. */
  ports?: 'usual' | 'any';
}

export interface Installation extends InstallationInfo {
  /** It was running before this start. */
  already: boolean;
  control: SupervisorControl;
}

async function running(home: string, already: boolean): Promise<Installation | undefined> {
  const info = installationInfo(home);
  const control = info && (await connectSupervisor(home));
  if (!info || !control) return undefined;
  const ready = await until(async () => (await control.status()).phase === 'ready', 60_000, 100);
  return ready ? { ...info, already, control } : undefined;
}

/**
 * Starts the installation in `home`, or joins the one that runs there.
 * @throws TerminalError `bus-unavailable` where no nats-server can be had; its hint names the ways out.
 */
export async function startInstallation(home: string, { env, report = () => {}, signal, servicesFile, ports = 'usual' }: StartOptions): Promise<Installation> {
  const found = await running(home, true);
  if (found) return found;
  const natsUrl = env['NATS_URL'] || null;
  const binary = natsUrl === null ? await findNatsServer({ env, report, signal }) : null;
  signal?.throwIfAborted();
  report({ phase: 'nats-server', text: binary ? `Using nats-server ${binary.version} (${binary.path})` : `Using the server at ${natsUrl} (NATS_URL)` });
  const occupied = await launch(
    { home, natsUrl, binary: binary && { path: binary.path, version: binary.version }, servicesFile: servicesFile ?? null, ports },
    env,
    report,
    signal,
  );
  const started = await until(() => running(home, occupied), 60_000, 100);
  if (!started)
    throw new RetryableError('bus-unavailable', `The installation in ${home} was started but does not answer; see ${join(home, 'logs', 'supervisor.log')}`);
  return started;
}

/** True where another start was faster. */
async function launch(options: SupervisorOptions, env: NodeJS.ProcessEnv, report: Report, signal?: AbortSignal): Promise<boolean> {
  const paths = prepareHome(options.home);
  const log = openSync(join(paths.logs, 'supervisor.log'), 'a', 0o600);
  const argument = JSON.stringify({ ...options, home: paths.home });
  const child = spawn(process.execPath, [SUPERVISOR, argument], { env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  const abort = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', abort);
  try {
    return await new Promise<boolean>((resolve, reject) => {
      child.on('message', (raw) => {
        const message = SupervisorMessage.parse(raw);
        if (message.kind === 'progress') report({ phase: message.phase, text: message.text });
        else if (message.kind === 'failed') reject(new TerminalError(codeOf(message.code), message.message, message.hint ?? undefined));
        else resolve(message.kind === 'occupied');
      });
      child.once('error', reject);
      child.once('exit', (code, name) => {
        if (signal?.aborted) reject(signal.reason);
        else reject(new TerminalError('internal', `The supervisor ended at start (${name ?? code}); see ${join(paths.logs, 'supervisor.log')}`));
      });
    });
  } finally {
    signal?.removeEventListener('abort', abort);
    if (child.connected) child.disconnect();
    child.unref();
  }
}

const codeOf = (code: string): ErrorCode => ERROR_CODES.find((known) => known === code) ?? 'internal';

/** Ends everything of the installation in `home`, also what a killed supervisor has left. True where something ran. */
export async function stopInstallation(home: string, { env, keepTraffic = false }: { env: NodeJS.ProcessEnv; keepTraffic?: boolean }): Promise<boolean> {
  const control = await connectSupervisor(home);
  if (control) {
    await control.stop({ keepTraffic });
    return true;
  }
  const left = await endLeftovers(home);
  if (!keepTraffic) {
    for (const service of readServiceList().services) {
      if (!service.down) continue;
      const downEnv = serviceEnvironment({ home, natsUrl: '', user: service.name, instance: `${service.name}-down`, env: service.env, caller: env });
      await quietRun(process.execPath, [service.down], { env: downEnv, timeoutMs: 30_000 });
    }
  }
  return left.length > 0;
}
