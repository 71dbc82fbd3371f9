// Brings the peers' packages, pinned, into .tools/peers: on demand, so that nobody else's installation carries them.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PEERS = fileURLToPath(new URL('../../../.tools/peers/', import.meta.url));
const PROGRAMS = fileURLToPath(new URL('./programs/', import.meta.url));

export const PINS = {
  '@restatedev/restate-server': '1.7.12',
  '@restatedev/restate-sdk': '1.17.2',
  '@dbos-inc/dbos-sdk': '5.3.0',
  '@temporalio/client': '1.24.0',
  '@temporalio/worker': '1.24.0',
  '@temporalio/workflow': '1.24.0',
} as const;

/** Installs what is missing and copies the programs beside it. */
export function installPeers(say: (text: string) => void): void {
  mkdirSync(PEERS, { recursive: true });
  const missing = Object.entries(PINS).filter(([name, version]) => installedVersion(name) !== version);
  if (missing.length > 0) {
    say(`Installing ${missing.map(([name, version]) => `${name}@${version}`).join(', ')} into .tools/peers (once)`);
    if (!existsSync(join(PEERS, 'package.json'))) writeFileSync(join(PEERS, 'package.json'), '{ "private": true, "type": "module" }\n');
    const wanted = Object.entries(PINS).map(([name, version]) => `${name}@${version}`);
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...wanted], {
      cwd: PEERS,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  for (const name of readdirSync(PROGRAMS)) copyFileSync(join(PROGRAMS, name), join(PEERS, name));
}

function installedVersion(name: string): string | undefined {
  const file = join(PEERS, 'node_modules', name, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
}
