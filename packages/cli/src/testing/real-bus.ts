// A real nats-server with the product's own users and streams, a recorded log in it, and the real awo command. For tests.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { connectBus, provision, readBusSpec } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { BUS_FILE, findNatsServer, keyFile, readBusUsers, startNatsServer } from '@awo/embedded';
import { headers } from '@nats-io/transport-node';
import { runCli } from '../run-cli.ts';
import type { Recorded } from './recorder.ts';

/** As bin/awo starts it. */
const AS_AWO = ['--min-semi-space-size=16', join(import.meta.dirname, '../main.ts')];

/** As the runtime sends it with every commit. */
function tracing() {
  const sent = headers();
  sent.set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
  return sent;
}

export type Ran = { code: number | null; out: string; err: string };
export type RunOptions = { env?: Record<string, string>; cwd?: string; stdin?: string; interruptWhen?: RegExp };

// Times are printed in the zone of the process.
process.env['TZ'] = 'UTC';

/** Runs a whole command line within this process: a start of Node for each would be most of the time of these tests. `interruptWhen`: Ctrl-C once that stands in its output. */
export async function runAwo(args: readonly string[], { env = {}, cwd = process.cwd(), stdin = '', interruptWhen }: RunOptions = {}): Promise<Ran> {
  const { PATH, HOME } = process.env;
  const said = { out: '', err: '' };
  const interrupt = new AbortController();
  const into = (name: keyof typeof said) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[name] += chunk.toString();
        if (interruptWhen?.test(said.out)) interrupt.abort();
        done();
      },
    });
  const code = await runCli({
    argv: args,
    env: { PATH, HOME, ...env },
    cwd,
    stdout: into('out'),
    stderr: into('err'),
    stdin: () => Promise.resolve(stdin),
    signal: interrupt.signal,
  });
  return { code, ...said };
}

/**
 * What the command costs, in bare starts of Node (25 ms on an idle machine): the wall clock of a busy one says nothing about the command.
 * Each turn holds it against bare starts right before and after it, which meet the same other work; the median of the turns counts.
 */
export async function costInBareStarts(args: readonly string[], below: number, env: Record<string, string> = {}): Promise<number> {
  const bare = () => cpuSeconds(['-e', '0'], env);
  const ratios: number[] = [];
  const median = () => ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? Infinity;
  for (let before = await bare(); ratios.length < 15 && (ratios.length < 3 || median() >= below);) {
    const command = await cpuSeconds([...AS_AWO, ...args], env);
    const after = await bare();
    ratios.push((2 * command) / (before + after));
    before = after;
  }
  return median();
}

/** Not `spawnSync`: whoever answers the command may be in this process. */
async function cpuSeconds(args: readonly string[], env: Record<string, string>): Promise<number> {
  const { PATH, HOME } = process.env;
  const script = 'TIMEFORMAT="cpu %U %S"; time "$0" "$@" >/dev/null';
  const child = spawn('bash', ['-c', script, process.execPath, ...args], { env: { PATH, HOME, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(err) ?? [];
  return Number(user) + Number(system);
}

export async function realBus() {
  const home = await mkdtemp(join(tmpdir(), 'awo-cli-'));
  const binary = await findNatsServer({ env: process.env, report: () => {}, signal: undefined });
  const server = await startNatsServer({ home, binary: binary.path, users: readBusUsers(), report: () => {}, ports: 'any' });
  const open: Bus[] = [];
  const as = async (user: string): Promise<Bus> => {
    const bus = await connectBus({ url: server.url, user, nkeyFile: keyFile(home, user), name: `${user}-test` });
    open.push(bus);
    return bus;
  };
  await provision(await as('provisioner'), await readBusSpec(BUS_FILE), 1);
  const env = { AWO_HOME: home, NATS_URL: server.url };
  return {
    home,
    as,
    env,
    awo: (args: readonly string[], options: RunOptions = {}) => runAwo(args, { ...options, env: { ...env, ...options.env } }),
    /** Each commit as its own author, as the broker wants it. */
    record: async (log: readonly Recorded[]) => {
      const authors = new Map<string, Bus>();
      for (const { subject, bytes, commit } of log) {
        const { author } = commit.by;
        const bus = authors.get(author) ?? (await as(author));
        authors.set(author, bus);
        await bus.js.publish(subject, bytes, { headers: tracing() });
      }
    },
    stop: async () => {
      await Promise.all(open.map((bus) => bus.close()));
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
