// The installation that is broken: a real nats-server with the product's users, real services and workers, each behind a proxy of its own.
import { join } from 'node:path';
import type { Bus, Patience } from '@awo/bus';
import { findFreePort } from '@awo/free-port';
import { startTestNats, temporaryFolder, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { toolAdmin } from '@awo/tools';
import { keepRunning } from './processes.ts';
import type { Victim } from './processes.ts';
import { buildPrograms } from './programs.ts';
import type { Programs } from './programs.ts';
import { startProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';

export type Member = Victim & { user: string; proxy: Proxy };

export type World = {
  nats: TestNats;
  /** Not behind a proxy: what the experiment itself asks and reads with. */
  operator: Bus;
  ledger: string;
  programs: Programs;
  members: Member[];
  /** kill -9 of nats-server; it is started again at once. False while it is being started. */
  crashNats: () => boolean;
  /** Processes that ended without being killed. */
  unexpected: string[];
  stop: () => Promise<void>;
};

export type WorldOptions = {
  leaseS: number;
  /** Instances by user; left out: one of each. */
  replicas?: Record<string, number>;
  /** Milliseconds by instance: SIGUSR2 makes its clock wrong by so much, and right again. */
  clocks?: Record<string, number>;
  /** How often the workers try again, and how soon; the product's own takes a quarter of an hour. */
  patience?: Patience;
  /** Starts the bus; left out: one with this lease in a temporary folder. */
  startBus?: () => Promise<TestNats>;
};

/** A third of the product's tries, with shorter rests: kills come closer than in anybody's life. */
export const SOON: Patience = { deliveries: 30, backOffMs: [200, 500, 1000, 2000] };

const PROGRAMS = { planner: 'planner', toolgate: 'toolgate', 'mcp-local': 'tools' } as const;
const programOf = (user: string) => PROGRAMS[user as keyof typeof PROGRAMS] ?? 'worker';
const USERS = ['planner', 'toolgate', 'mcp-local', 'impact', 'test', 'deploy', 'monitor'];

function signal(pid: number | null): void {
  try {
    if (pid !== null) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

export async function startWorld({ leaseS, replicas = {}, clocks = {}, patience, startBus = () => startTestNats({ leaseS }) }: WorldOptions): Promise<World> {
  const folder = temporaryFolder('chaos');
  const [nats, programs] = await Promise.all([startBus(), buildPrograms(folder.path)]);
  const foreignPort = await findFreePort();
  // Before the processes start and leave no time to anybody.
  const operator = await nats.as('operator', 'chaos');
  const unexpected: string[] = [];
  const ledger = join(folder.path, 'ledger.jsonl');
  const address = { host: '127.0.0.1', port: Number(new URL(nats.url).port) };
  let up: Promise<void> | null = null;
  const crashNats = () => {
    if (up) return false;
    up = nats
      .crash()
      .catch((error: unknown) => void unexpected.push(`nats-server did not start again: ${String(error)}`))
      .finally(() => (up = null));
    return true;
  };
  const launch = async (user: string, instance: string): Promise<Member> => {
    const proxy = await startProxy(() => (up ? null : address));
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder.path,
      AWO_LOG_LEVEL: 'silent',
      // Whoever waits for a dead tool gate does so for ten seconds: enough others are at work meanwhile.
      AWO_CONCURRENCY: '100',
      ...(patience ? { CHAOS_PATIENCE: JSON.stringify(patience) } : {}),
      ...programs.env,
      CHAOS_LEDGER: ledger,
      CHAOS_FOREIGN_PORT: String(foreignPort),
      CHAOS_CLOCK_SHIFT_MS: String(clocks[instance] ?? 0),
      ...nats.env(user, instance),
      NATS_URL: proxy.url,
    };
    const member = keepRunning(instance, programs.args(programOf(user)), env, (what) => unexpected.push(what));
    return { ...member, user, proxy };
  };
  const members = await Promise.all(USERS.flatMap((user) => Array.from({ length: replicas[user] ?? 1 }, async (_, n) => launch(user, `${user}-${n + 1}`))));
  // Also where the experiment itself is ended: nothing of it stays behind.
  const endAll = () => {
    for (const { pid } of members) signal(pid());
    signal(nats.serverPid());
    folder.remove();
  };
  process.once('exit', endAll);
  const stop = async () => {
    process.removeListener('exit', endAll);
    await up;
    await Promise.all(members.map((m) => m.stop()));
    await Promise.all(members.map((m) => m.proxy.close()));
    await nats.stop();
    folder.remove();
  };
  try {
    const missing = () => members.filter((m) => !m.proxy.connected()).map((m) => m.name);
    await waitFor(
      () => {
        if (missing().length === 0) return true;
        throw new Error(`still missing: ${missing().join(', ')}. ${unexpected.slice(-3).join('\n')}`);
      },
      { what: 'every process to connect', timeoutMs: 60_000 },
    );
    await waitFor(async () => toolAdmin(operator, 'add', { name: 'far', url: `http://127.0.0.1:${foreignPort}/mcp` }), {
      what: 'the foreign tool to be attached',
      timeoutMs: 30_000,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { nats, operator, ledger, programs, members, crashNats, unexpected, stop };
}
