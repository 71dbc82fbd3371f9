// What a supervisor that died without a word has left running: found by pid and start time, ended.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { homePaths } from './home.ts';
import { readJson } from './json-file.ts';
import { ProcessIdentity, endProcess, identify, isRunning } from './process-identity.ts';

/** nats-server comes last: the services still need it to hand their work back. */
export const NATS_INSTANCE = 'nats-server';

function leftBehind(home: string): { instance: string; identity: ProcessIdentity; file: string }[] {
  const { run } = homePaths(home);
  let names: string[];
  try {
    names = readdirSync(run).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const file = join(run, name);
    const identity = readJson(file, ProcessIdentity);
    if (identity && isRunning(identity)) return [{ instance: name.slice(0, -'.json'.length), identity, file }];
    rmSync(file, { force: true });
    return [];
  });
}

/** Ends them and tells their names. */
export async function endLeftovers(home: string, graceMs = 5_000): Promise<string[]> {
  const found = leftBehind(home);
  const services = found.filter((one) => one.instance !== NATS_INSTANCE);
  const servers = found.filter((one) => one.instance === NATS_INSTANCE);
  for (const wave of [services, servers]) {
    await Promise.all(wave.map((one) => endProcess(one.identity, graceMs)));
    for (const one of wave) rmSync(one.file, { force: true });
  }
  return [...found.map((one) => one.instance), ...(await endUnnamedServer(home, graceMs))];
}

/** A server whose supervisor died between its start and the note of it: the server's own pid file tells. */
async function endUnnamedServer(home: string, graceMs: number): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  try {
    const pid = Number(readFileSync(join(homePaths(home).nats, 'server.pid'), 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (!command.includes(join(homePaths(home).nats, 'server.conf'))) return [];
    const identity = identify(pid);
    if (!identity) return [];
    await endProcess(identity, graceMs);
    return [NATS_INSTANCE];
  } catch {
    return [];
  }
}
