// Builds nats-server with the machine's Go, everything inside .tools/, and puts it in place in one rename.
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ticking } from './progress.ts';
import type { Report } from './progress.ts';
import { quietRun } from './quiet-run.ts';

export interface BuildOptions {
  go: string;
  version: string;
  target: string;
  tools: string;
  env: NodeJS.ProcessEnv;
  report: Report;
  signal?: AbortSignal;
}

/** Undefined where it worked, else why it did not. */
export async function buildNatsServer({ go, version, target, tools, env, report, signal }: BuildOptions): Promise<string | undefined> {
  mkdirSync(dirname(target), { recursive: true });
  // One for each build: two of the same process must not clear away each other's.
  const place = mkdtempSync(join(tools, 'go-'));
  const config = env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  const goEnv: NodeJS.ProcessEnv = {
    ...env,
    GOPATH: place,
    GOBIN: join(place, 'bin'),
    GOMODCACHE: join(place, 'mod'),
    GOCACHE: join(place, 'cache'),
    // Writable, so that the folder can be removed afterwards.
    GOFLAGS: '-trimpath -modcacherw',
    CGO_ENABLED: '0',
    // The compiler clears its memory away a quarter as often: an eighth of the time, for a gigabyte that nobody needs at that moment.
    GOGC: env['GOGC'] ?? '400',
    // Go keeps counters in the user's configuration folder; its own settings are still read from where they are.
    ...(process.platform === 'linux' ? { XDG_CONFIG_HOME: join(place, 'config'), GOENV: env['GOENV'] ?? join(config, 'go', 'env') } : {}),
  };
  try {
    const { code, output } = await ticking(
      report,
      'nats-server',
      `Building nats-server ${version} with Go (no server of 2.14 or newer on PATH; once, about a minute)`,
      () =>
        quietRun(go, ['install', '-ldflags=-s -w', `github.com/nats-io/nats-server/v2@v${version}`], { env: goEnv, cwd: place, timeoutMs: 600_000, signal }),
    );
    if (code !== 0) return `the build with ${go} failed: ${output.trim().split('\n').at(-1) ?? ''}`;
    renameSync(join(place, 'bin', 'nats-server'), target);
    return undefined;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
