// What a run adds up, and how it hands seeds to its processes.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export type Failure = { seed: number; invariant: string; message: string; events: number };
export type Report = {
  seeds: number;
  events: number;
  commits: number;
  effects: number;
  kills: number;
  pauses: number;
  simulatedMs: number;
  cpuMs: number;
  outcomes: Record<string, number>;
  failures: Failure[];
};
export type RunOptions = {
  from: number;
  seeds: number;
  jobs: number;
  without?: string;
  /** Ends the run at the first failure. */
  first?: boolean;
  progress?: (total: Report) => void;
};

const WORKER = new URL('./worker-main.ts', import.meta.url);
const none = (): Report => ({ seeds: 0, events: 0, commits: 0, effects: 0, kills: 0, pauses: 0, simulatedMs: 0, cpuMs: 0, outcomes: {}, failures: [] });

/** Runs the seeds from `from` on in `jobs` processes. Stops early after a failure, or after a handful. */
export async function runSeeds({ from, seeds, jobs, without, first, progress }: RunOptions): Promise<Report> {
  const total = none();
  const chunk = Math.max(1, Math.min(250, Math.ceil(seeds / jobs / (first ? 8 : 2))));
  let next = from;
  const enough = () => total.failures.length >= (first ? 1 : 5);
  const work = async (child: ChildProcess) => {
    const died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`a worker ended with ${code}`)));
    // Told to, at the end.
    died.catch(() => undefined);
    while (next < from + seeds && !enough()) {
      const count = Math.min(chunk, from + seeds - next);
      child.send({ from: next, count });
      next += count;
      const report = await Promise.race([once(child, 'message').then(([said]) => said as Report), died]);
      add(total, report);
      progress?.(total);
    }
  };
  const env = { ...process.env, ...(without ? { AWO_WITHOUT: without } : {}) };
  const children = Array.from({ length: jobs }, () =>
    fork(WORKER, [], { env, execArgv: ['--max-semi-space-size=32'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  try {
    await Promise.all(children.map(work));
  } finally {
    for (const child of children) child.kill();
  }
  total.failures.sort((a, b) => a.seed - b.seed);
  return total;
}

function add(total: Report, report: Report): void {
  for (const key of ['seeds', 'events', 'commits', 'effects', 'kills', 'pauses', 'simulatedMs', 'cpuMs'] as const) total[key] += report[key];
  for (const [outcome, n] of Object.entries(report.outcomes)) total.outcomes[outcome] = (total.outcomes[outcome] ?? 0) + n;
  total.failures.push(...report.failures);
}

/** What was broken, and the command that shows it step by step. */
export const howToRepeat = ({ seed, invariant, message }: Failure, without?: string): string =>
  `seed ${seed}: ${invariant}: ${message}\n  npm run simulate -- --seed ${seed}${without ? ` --without ${without}` : ''}`;

/** One line for people. */
export function inWords(total: Report, wallMs: number): string {
  const outcomes = Object.entries(total.outcomes)
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, n]) => `${n} ${outcome}`);
  const hours = (total.simulatedMs / 3_600_000).toFixed(0);
  return [
    `${total.seeds} seeds, ${total.failures.length} failures; ${total.commits} commits, ${total.effects} effects, ${total.kills} kills, ${total.pauses} pauses, ${hours} h simulated`,
    `${outcomes.join(', ')}`,
    `${((total.seeds / wallMs) * 1000).toFixed(0)} seeds/s, ${(total.cpuMs / total.seeds).toFixed(2)} ms of CPU per seed`,
  ].join('; ');
}
