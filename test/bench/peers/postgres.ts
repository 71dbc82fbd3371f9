// A PostgreSQL of its own for a peer: fresh cluster, everything flushed as PostgreSQL does by default, loopback only.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@awo/free-port';
import { runProgram, startServer, stopAll } from './peer.ts';

export type Postgres = { url: string; port: number; version: string; stop: () => Promise<void> };

/** Throws where PostgreSQL's programs are not installed. It refuses to run as root, so there it runs as `nobody`. */
export async function startPostgres(folder: string): Promise<Postgres> {
  const bin = findPrograms();
  if (!bin) throw new Error('PostgreSQL is not installed (on Debian: apt-get install postgresql)');
  const data = join(folder, 'postgres');
  mkdirSync(data);
  const root = process.getuid?.() === 0;
  if (root) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })));
    chmodSync(folder, 0o755);
    chownSync(data, uid ?? 65_534, gid ?? 65_534);
  }
  const as = (name: string, args: readonly string[]): [string, string[]] =>
    root ? ['setpriv', ['--reuid', 'nobody', '--clear-groups', join(bin, name), ...args]] : [join(bin, name), [...args]];
  await runProgram(...as('initdb', ['-D', data, '-U', 'bench', '--auth', 'trust', '--no-instructions']));
  const port = await findFreePort();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${data}`,
    'max_connections=300',
    'fsync=on',
    'synchronous_commit=on',
  ];
  const server = await startServer(...as('postgres', ['-D', data, ...settings.flatMap((s) => ['-c', s])]), {}, async () => {
    await runProgram(join(bin, 'psql'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'bench', '-d', 'postgres', '-c', 'select 1']);
    return true;
  });
  const version = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  return {
    port,
    url: `postgresql://bench@127.0.0.1:${port}/bench`,
    version: `PostgreSQL ${/(\d+[\d.]*)/.exec(version)?.[1] ?? '?'}`,
    // SIGINT is PostgreSQL's fast shutdown; SIGTERM waits for every client.
    stop: () => stopAll([server], 'SIGINT'),
  };
}

function findPrograms(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [...versions.map((v) => join(debian, v, 'bin')), ...(process.env['PATH'] ?? '').split(':')];
  return places.find((place) => ['initdb', 'postgres', 'psql'].every((name) => existsSync(join(place, name)))) ?? null;
}
