// Starts the process of a revision and waits until it is healthy. Used by the first start and by every restart.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalService, revisionLog, TerminalError } from '@awo/contracts';
import { findFreePort, isFree } from '@awo/free-port';
import { redact } from '@awo/telemetry';
import { makeFolder } from './durable-file.ts';
import { configured, serviceEnvironment, withPort } from './environment-variables.ts';
import { waitHealthy } from './health.ts';
import { type Local, type Place, short } from './local.ts';
import { tailOf } from './log-file.ts';
import { endGroup, findLaunched, isAlive, markOf } from './process-identity.ts';

export const lives = ({ revision }: Place): boolean => isAlive(revision.pid, revision.mark);

/** Takes over a process that was started just before its owner was killed, and so was never written down. */
export function adopt(place: Place): boolean {
  if (lives(place)) return true;
  const pid = place.revision.pid === null ? findLaunched(place.revision.launch) : null;
  if (pid === null) return false;
  place.revision.pid = pid;
  place.revision.mark = markOf(pid);
  place.environment.save();
  return lives(place);
}

/** Throws TerminalError `start-failed` where the process ends, `unhealthy` where it does not answer. The process is gone then. */
export async function bringUp(local: Local, place: Place, signal: AbortSignal): Promise<void> {
  const { environment, service, revision } = place;
  const failedToStart = adopt(place) ? null : await launch(local, place);
  if (failedToStart !== null) throw new TerminalError('start-failed', failedToStart);
  const health = await waitHealthy(revision.port ?? 0, revision.model.healthPath, () => lives(place), signal);
  if (health.kind === 'healthy') return;
  const pid = revision.pid;
  if (pid !== null) await endGroup(pid, health.kind === 'ended' ? 0 : 2000);
  revision.pid = null;
  revision.mark = null;
  environment.save();
  const what = `${service.name} ${short(revision.revision)} (${revision.model.start.join(' ')})`;
  const log = revisionLog(local.home, environment.name, service.name, revision.revision);
  // It becomes part of the goal's log: what a service prints of its own secrets must not.
  const tail = `\n${redact(tailOf(log, 20), local.hostEnv).text || '(it wrote nothing)'}`;
  if (health.kind === 'ended') throw new TerminalError('start-failed', `${what} ended before it was healthy.${tail}`, `The whole output: ${log}`);
  if (health.kind === 'cancelled') throw new TerminalError('start-failed', `The start of ${what} was cancelled.`);
  const hint = `It has to listen on PORT (${revision.port}) of 127.0.0.1 and answer GET ${revision.model.healthPath}. The whole output: ${log}`;
  throw new TerminalError('unhealthy', `${what} was not healthy within 60 s: ${health.last}.${tail}`, hint);
}

const portsOf = ({ port, revisions }: LocalService): number[] =>
  [port, ...revisions.flatMap((r) => [r.port, r.control?.port ?? null, ...(r.replicas ?? []).map((one) => one.port)])].filter((one) => one !== null);

/** Why it could not be started, or null. */
async function launch(local: Local, place: Place): Promise<string | null> {
  const { environment, service, revision } = place;
  if (revision.port === null || !(await isFree(revision.port))) {
    const taken = new Set(local.environments().flatMap((e) => e.state.services.flatMap(portsOf)));
    revision.port = await findFreePort(undefined, taken);
  }
  revision.launch = randomUUID();
  place.beforeSpawn?.(revision);
  revision.pid = null;
  environment.save();
  await environment.route();
  const home = join(environment.dir, 'home', service.name);
  makeFolder(home);
  makeFolder(join(environment.dir, 'logs'));
  const addresses = Object.fromEntries(environment.state.services.filter((s) => s.repo === service.repo).map((s) => [s.name, `http://127.0.0.1:${s.port}`]));
  const env = serviceEnvironment({
    model: configured(service, revision.model, local.hostEnv),
    hostEnv: local.hostEnv,
    home,
    port: revision.port,
    launch: revision.launch,
    otlpUrl: local.otlpUrl,
    addresses,
  });
  const [command = '', ...args] = withPort(revision.model.start, revision.port);
  const log = openSync(revisionLog(local.home, environment.name, service.name, revision.revision), 'a', 0o600);
  const cwd = join(revision.worktree ?? '.', revision.model.dir);
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const failed = new Promise<string>((resolve) =>
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === 'ENOENT' ? `"${command}" is not on PATH, or there is no folder ${revision.model.dir} in ${short(revision.revision)}.` : error.message,
      ),
    ),
  );
  child.once('exit', () => local.wake());
  child.unref();
  if (child.pid === undefined) return failed;
  revision.pid = child.pid;
  // A child that has ended already leaves no mark: any other value says "not alive".
  revision.mark = markOf(child.pid) ?? 'ended';
  environment.save();
  return null;
}
