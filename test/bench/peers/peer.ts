// What every peer of the benchmark is: something that starts, takes rounds of goals, and stops. Child processes and ports for it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PEERS } from './install.ts';

export type Round = { width: number; total: number };
export type Timed = Round & { wallMs: number; times: number[] };
export type RunningPeer = { versions: string; setting: string; drive: (rounds: readonly Round[]) => Promise<Timed[]>; stop: () => Promise<void> };
/** `start` throws, and says why, where something it needs is not to be had. */
export type Peer = { name: string; start: (folder: string, say: (text: string) => void) => Promise<RunningPeer> };

/** A program of `programs/`, run where the peers' packages are. */
export const program = (name: string): string => join(PEERS, name);

/** Starts a worker program and waits until it says that it is ready. */
export async function startWorker(name: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program(name), ...args], { cwd: PEERS, env: environment(), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (errors = (errors + chunk).slice(-4000)));
  const [said] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (said !== 'ready') throw new Error(`${name} ${args.join(' ')} ended with code ${String(said)} before it was ready: ${errors}`);
  return child;
}

/** A peer that is not through by then is stuck. */
const ROUNDS_WITHIN_MS = 240_000;

/** Runs a driver program; the first round warms up and is not counted. */
export async function runDriver(name: string, target: string, rounds: readonly Round[]): Promise<Timed[]> {
  const warmUp: Round = { width: 16, total: 100 };
  const output = await runProgram(process.execPath, [program(name), target, JSON.stringify([warmUp, ...rounds])], {}, ROUNDS_WITHIN_MS);
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Timed);
}

/** Runs a program to its end and gives what it printed. Throws when it fails or takes too long. */
export async function runProgram(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, withinMs = 120_000): Promise<string> {
  const child = spawn(command, args, { cwd: PEERS, env: { ...environment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors = (errors + chunk).slice(-4000)));
  const patience = setTimeout(() => child.kill('SIGKILL'), withinMs);
  const [code, killed] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(patience);
  if (code !== 0)
    throw new Error(
      `${command} ${args.slice(0, 3).join(' ')} ${killed ? `was not done within ${withinMs / 1000} s` : `failed with code ${code}`}: ${errors || output.slice(-2000)}`,
    );
  return output;
}

/** A server that runs until it is stopped; `ready` is asked until it holds. */
export async function startServer(command: string, args: readonly string[], env: NodeJS.ProcessEnv, ready: () => Promise<boolean>): Promise<ChildProcess> {
  const child = spawn(command, args, { cwd: PEERS, env: { ...environment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  for (const output of [child.stdout, child.stderr]) output.setEncoding('utf8').on('data', (chunk: string) => (errors = (errors + chunk).slice(-4000)));
  const deadline = Date.now() + 120_000;
  while (!(await ready().catch(() => false))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${command} did not come up: ${errors}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return child;
}

export async function stopAll(children: readonly ChildProcess[], signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      const patience = setTimeout(() => child.kill('SIGKILL'), 8000);
      await exited;
      clearTimeout(patience);
    }),
  );
}

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], HOME: process.env['HOME'], DO_NOT_TRACK: '1', NODE_NO_WARNINGS: '1' });
