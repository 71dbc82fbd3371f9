// Jaeger's all-in-one program, built once with the machine's Go from the newest version whose modules can be had, kept in .tools/bin where `awo up --jaeger` looks.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const VERSION = 'v1.62.0';
const PROGRAM = 'github.com/jaegertracing/jaeger/cmd/all-in-one';
const TOOLS = join(resolve(import.meta.dirname, '../..'), '.tools');

/** Gives the program's path. Takes minutes where it is not built yet. Throws with Go's words where it cannot be built. */
export async function buildJaeger(): Promise<string> {
  const target = join(TOOLS, 'bin', 'jaeger-all-in-one');
  if (existsSync(target)) return target;
  const place = join(TOOLS, `jaeger-${process.pid}`);
  mkdirSync(place, { recursive: true });
  mkdirSync(join(TOOLS, 'bin'), { recursive: true });
  const env = {
    ...process.env,
    GOPATH: join(place, 'go'),
    GOMODCACHE: join(place, 'mod'),
    GOCACHE: join(place, 'cache'),
    // Writable, so that the folder can be removed afterwards.
    GOFLAGS: '-mod=mod -modcacherw',
    CGO_ENABLED: '0',
  };
  const go = (...args: string[]) => promisify(execFile)('go', args, { cwd: place, env, maxBuffer: 64 * 1024 * 1024 });
  try {
    // A module around it: `go install` refuses modules that replace others.
    await go('mod', 'init', 'build/jaeger');
    await go('get', `${PROGRAM}@${VERSION}`);
    await go('build', '-ldflags', '-s -w', '-o', 'built', PROGRAM);
    renameSync(join(place, 'built'), target);
    return target;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
