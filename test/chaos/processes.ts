// The processes of an experiment: started, killed without warning, and started again at once, as a supervisor would.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export type Victim = {
  name: string;
  /** Of the process that runs now; null between two. */
  pid: () => number | null;
  /** kill -9; the next one starts as soon as this one is gone. False where none runs. */
  kill: () => boolean;
  stop: () => Promise<void>;
};

/** Keeps one process of node running until `stop`. Words on stderr of a process that ends by itself are kept: it should not. */
export function keepRunning(name: string, args: string[], env: Record<string, string>, onUnexpectedEnd: (what: string) => void): Victim {
  let child: ChildProcess;
  let killed = false;
  let stopping = false;
  const start = () => {
    killed = false;
    let words = '';
    child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.on('data', (chunk: Buffer) => (words = (words + String(chunk)).slice(-2000)));
    child.once('exit', (code, signal) => {
      if (stopping) return;
      if (!killed) onUnexpectedEnd(`${name} ended by itself (${signal ?? code}): ${words.trim().slice(-600)}`);
      start();
    });
  };
  start();
  const running = () => child.exitCode === null && child.signalCode === null && !killed;
  return {
    name,
    pid: () => (running() ? (child.pid ?? null) : null),
    kill: () => {
      if (!running()) return false;
      killed = true;
      return child.kill('SIGKILL');
    },
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
