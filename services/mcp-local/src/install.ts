// Installs and builds what a revision needs, once per checkout, in its folder.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type ServiceModel, TerminalError } from '@awo/contracts';
import { redact } from '@awo/telemetry';
import { readDurable, writeDurably } from './durable-file.ts';
import { toolEnvironment } from './environment-variables.ts';
import { tailOf } from './log-file.ts';
import { endGroup, isAlive, markOf, signalGroup } from './process-identity.ts';
import { Checkout, installLogOf, markerOf } from './worktrees.ts';

type Task = { kind: 'install' | 'build'; dir: string; command: string[] };

/** Throws TerminalError `install-failed` with the end of the output. What succeeded is not done again. */
export async function prepare(worktree: string, model: ServiceModel, hostEnv: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const tasks: Task[] = [...model.install.map((t) => ({ kind: 'install' as const, ...t })), ...model.build.map((t) => ({ kind: 'build' as const, ...t }))];
  const marker = readDurable(markerOf(worktree), Checkout);
  if (marker === null) throw new TerminalError('internal', `${worktree} has no marker.`);
  if (marker.running !== null && isAlive(marker.running.pid, marker.running.mark)) await endGroup(marker.running.pid, 0);
  for (const task of tasks) {
    const key = createHash('sha256')
      .update(JSON.stringify([task.kind, task.dir, task.command]))
      .digest('hex')
      .slice(0, 16);
    if (marker.done.includes(key)) continue;
    await perform(task, worktree, marker, toolEnvironment(hostEnv, model), signal);
    marker.done.push(key);
    marker.running = null;
    writeDurably(markerOf(worktree), marker);
  }
}

function perform(task: Task, worktree: string, marker: Checkout, env: Record<string, string>, signal: AbortSignal): Promise<void> {
  const [command = '', ...args] = task.command;
  const said = `${task.kind} of ${task.dir}: ${task.command.join(' ')}`;
  const log = openSync(installLogOf(worktree), 'a', 0o600);
  writeSync(log, `\n$ ${task.command.join(' ')}    (in ${task.dir})\n`);
  return new Promise((resolve, reject) => {
    const failed = (why: string) =>
      reject(
        new TerminalError(
          'install-failed',
          `The ${said} ${why}.\n${redact(tailOf(installLogOf(worktree), 20), env).text}`,
          `The whole output: ${installLogOf(worktree)}`,
        ),
      );
    const child = spawn(command, args, { cwd: join(worktree, task.dir), env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    const stop = () => void (child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'));
    signal.addEventListener('abort', stop, { once: true });
    child.once('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === 'ENOENT' ? `needs "${command}", which is not on PATH (or ${task.dir} does not exist)` : error.message),
    );
    child.once('exit', (code, killedBy) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) failed('was cancelled');
      else if (code === 0) resolve();
      else failed(killedBy === null ? `ended with ${code}` : `was ended by ${killedBy}`);
    });
    if (child.pid !== undefined) {
      marker.running = { pid: child.pid, mark: markOf(child.pid) ?? '' };
      writeDurably(markerOf(worktree), marker);
    }
    if (signal.aborted) stop();
  });
}
