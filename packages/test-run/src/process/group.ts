// Runs one command as the leader of its own process group, with bounded output and time. Nothing of it is left afterwards.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { boundedOutput, type BoundedOutput } from './bounded-output.ts';
import { endMarked, signalQuietly } from './strays.ts';

const GRACE_MS = 2000;
const KB = 1024;
const MB = 1024 * KB;

export type CommandEnd =
  | { kind: 'exited'; code: number }
  | { kind: 'signalled'; signal: string }
  | { kind: 'timed-out'; afterMs: number }
  | { kind: 'not-started'; why: string }
  | { kind: 'aborted' };

export type CommandResult = {
  end: CommandEnd;
  durationMs: number;
  /** Both streams as they came, for people: at most 200 KB. */
  output: string;
  /** For parsers: at most 16 MB each. */
  stdout: string;
  stderr: string;
  truncated: boolean;
};

export type CommandSpec = {
  command: readonly string[];
  cwd: string;
  env: Record<string, string>;
  timeoutMs: number;
  signal: AbortSignal;
  mark: string;
  /** At a lower priority. */ background?: boolean;
};

export async function runCommand(spec: CommandSpec): Promise<CommandResult> {
  const seen = { output: boundedOutput(100 * KB, 100 * KB), stdout: boundedOutput(8 * MB, 8 * MB), stderr: boundedOutput(8 * MB, 8 * MB) };
  const started = performance.now();
  const end = spec.signal.aborted ? ({ kind: 'aborted' } as const) : await run(spec, seen);
  return {
    end,
    durationMs: Math.round(performance.now() - started),
    output: seen.output.text(),
    stdout: seen.stdout.text(),
    stderr: seen.stderr.text(),
    truncated: seen.stdout.truncated() || seen.stderr.truncated(),
  };
}

async function run(spec: CommandSpec, seen: { output: BoundedOutput; stdout: BoundedOutput; stderr: BoundedOutput }): Promise<CommandEnd> {
  const [program = '', ...args] = spec.command;
  const child = spawn(program, args, { cwd: spec.cwd, env: spec.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (chunk: Buffer) => {
      seen.output.push(chunk);
      seen[stream].push(chunk);
    });
  const closed = once(child, 'close');
  closed.catch(() => undefined);
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', why: error.message }));
    child.once('exit', (code, signal) => resolve(code === null ? { kind: 'signalled', signal: signal ?? 'unknown' } : { kind: 'exited', code }));
  });
  const group = child.pid;
  if (group === undefined) return ended;
  if (spec.background) lower(group);

  const cut = cutOff(spec);
  const first = await Promise.race([ended, cut.promise]);
  cut.clear();
  if (first.kind === 'timed-out' || first.kind === 'aborted') {
    signalQuietly(-group, 'SIGTERM');
    await Promise.race([ended, delay(GRACE_MS)]);
  }
  // The leader is gone or had its time; whatever it started and left behind goes now.
  signalQuietly(-group, 'SIGKILL');
  await endMarked((mark) => mark === spec.mark);
  await Promise.race([closed, delay(GRACE_MS)]).catch(() => undefined);
  child.stdout.destroy();
  child.stderr.destroy();
  return first;
}

/** Settles when the time is over or the caller gives up. */
function cutOff(spec: CommandSpec): { promise: Promise<CommandEnd>; clear(): void } {
  let clear = (): void => undefined;
  const promise = new Promise<CommandEnd>((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'timed-out', afterMs: spec.timeoutMs }), spec.timeoutMs);
    const abort = (): void => resolve({ kind: 'aborted' });
    spec.signal.addEventListener('abort', abort, { once: true });
    clear = () => {
      clearTimeout(timer);
      spec.signal.removeEventListener('abort', abort);
    };
  });
  return { promise, clear };
}

/** What it starts inherits it. Gone already: nothing to lower. */
function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {}
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
