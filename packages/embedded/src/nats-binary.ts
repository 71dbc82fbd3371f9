// Finds nats-server: PATH, the cached build, a build by Go, the release download; else one error that names every way out.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TerminalError } from '@awo/contracts';
import { CHECKOUT } from './home.ts';
import { buildNatsServer } from './nats-build.ts';
import { downloadNatsServer } from './nats-download.ts';
import type { Report } from './progress.ts';
import { quietRun } from './quiet-run.ts';

export const NATS_VERSION = '2.14.6';
/** Message schedules and wildcard guards came with this one. */
const NATS_FLOOR = [2, 14] as const;

export interface NatsBinary {
  path: string;
  version: string;
  from: 'path' | 'cache' | 'go' | 'download';
}

/** The version that a binary says it is; undefined where it does not run. */
async function versionOf(path: string): Promise<string | undefined> {
  const { code, output } = await quietRun(path, ['--version'], { timeoutMs: 10_000 });
  return code === 0 ? /v(\d+\.\d+\.\d+\S*)/.exec(output)?.[1] : undefined;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NATS_FLOOR[0] || (major === NATS_FLOOR[0] && minor >= NATS_FLOOR[1]);
}

/** The first executable of that name on PATH. */
export function onPath(name: string, path: string): string | undefined {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (folder !== '') return file;
    } catch {
      // Not here: look on.
    }
  }
  return undefined;
}

export interface FindOptions {
  env: NodeJS.ProcessEnv;
  report: Report;
  signal?: AbortSignal;
  /** Folder of the cached builds; default: `.tools` of the checkout. */
  tools?: string;
  /** Where releases are downloaded from; a test puts its own server here. */
  releases?: string;
}

/** @throws TerminalError `bus-unavailable` where no way leads to a nats-server. */
export async function findNatsServer({ env, report, signal, tools = join(CHECKOUT, '.tools'), releases }: FindOptions): Promise<NatsBinary> {
  const path = env['PATH'] ?? '';
  const tried: string[] = [];

  const installed = onPath('nats-server', path);
  const installedVersion = installed ? await versionOf(installed) : undefined;
  if (installed && installedVersion && isNewEnough(installedVersion)) return { path: installed, version: installedVersion, from: 'path' };
  tried.push(installed ? `nats-server ${installedVersion ?? 'of unknown version'} on PATH is older than ${NATS_FLOOR.join('.')}` : 'no nats-server on PATH');

  const cached = join(tools, 'bin', `nats-server-${NATS_VERSION}`);
  if (existsSync(cached) && (await versionOf(cached)) === NATS_VERSION) return { path: cached, version: NATS_VERSION, from: 'cache' };

  const go = onPath('go', path);
  const ways = [
    go ? { from: 'go' as const, bring: () => buildNatsServer({ go, version: NATS_VERSION, target: cached, tools, env, report, signal }) } : undefined,
    { from: 'download' as const, bring: () => downloadNatsServer({ version: NATS_VERSION, target: cached, report, signal, releases }) },
  ];
  if (!go) tried.push('no Go on PATH to build it');
  for (const way of ways) {
    if (!way) continue;
    const failure = await way.bring();
    signal?.throwIfAborted();
    if (failure === undefined) return { path: cached, version: NATS_VERSION, from: way.from };
    tried.push(failure);
  }
  throw new TerminalError(
    'bus-unavailable',
    `No nats-server ${NATS_FLOOR.join('.')} or newer: ${tried.join('; ')}.`,
    `One of these helps: install nats-server >= ${NATS_FLOOR.join('.')} on PATH; or install Go, which builds it here in a minute; or set NATS_URL to a server that runs.`,
  );
}
