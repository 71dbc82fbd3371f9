// Foreign code in processes that reach no network, write only their own folder and are gone when they should be, where the system can be asked for that.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { gitEnvironment } from '@awo/repository';

/** What holds the code back on this machine; where namespaces cannot be had only time, memory, output and environment are bounded. */
export type Isolation = { network: 'none' | 'shared'; files: 'own-folder' | 'shared' };

export type Confined = {
  command: readonly string[];
  cwd: string;
  /** The only folder it can write. */
  folder: string;
  env?: Readonly<Record<string, string>>;
};

const MB = 1024 * 1024;
const MEMORY_BYTES = 2048 * MB;
const FILE_BYTES = 64 * MB;
/** One process may use all cores for as long as it is let; this ends what its parent forgot. */
const CPU_SECONDS = 300;

const NAMESPACES = ['--user', '--map-root-user', '--net', '--ipc', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** The root becomes read-only, the own folder stays; other places that everybody may write are hidden. `lo` is up: tests may talk to themselves. */
const CONFINE = `
mount --bind "$1" "$1" && mount -o remount,bind,ro / || exit 97
mount -t tmpfs none /dev/shm 2>/dev/null
ip link set lo up 2>/dev/null
cd "$2" || exit 97
shift 2
exec "$@"
`;

let found: { isolation: Isolation; limits: boolean } | undefined;

function probe(): { isolation: Isolation; limits: boolean } {
  if (found) return found;
  const works = (program: string, args: readonly string[]): boolean =>
    process.platform === 'linux' && spawnSync(program, args, { timeout: 5000, stdio: 'ignore' }).status === 0;
  const limits = works('prlimit', [`--data=${MEMORY_BYTES}`, 'true']);
  const all = works('unshare', [...NAMESPACES, 'sh', '-c', CONFINE, 'sh', '/tmp', '/', 'true']);
  const net = all || works('unshare', ['--user', '--map-root-user', '--net', 'true']);
  found = { isolation: { network: net ? 'none' : 'shared', files: all ? 'own-folder' : 'shared' }, limits };
  return found;
}

export const isolation = (): Isolation => probe().isolation;

/** Starts it as the leader of its own group. Whatever it prints and reports on descriptor 3 has to be read. */
export function startConfined({ command, cwd, folder, env = {} }: Confined): ChildProcess & { report: Readable } {
  const { isolation: held, limits } = probe();
  const limited = limits ? ['prlimit', `--data=${MEMORY_BYTES}`, `--fsize=${FILE_BYTES}`, `--cpu=${CPU_SECONDS}`, '--core=0', ...command] : [...command];
  const [program = '', ...args] =
    held.files === 'own-folder'
      ? ['unshare', ...NAMESPACES, 'sh', '-c', CONFINE, 'sh', folder, cwd, ...limited]
      : held.network === 'none'
        ? ['unshare', '--user', '--map-root-user', '--net', ...limited]
        : limited;
  const child = spawn(program, args, { cwd, env: { ...cleanEnvironment(folder), ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  return Object.assign(child, { report: child.stdio[3] as Readable });
}

/** Nothing of the caller's environment but the way to programs: code under test sees no secret, zone or language of this machine. */
function cleanEnvironment(folder: string): Record<string, string> {
  return { PATH: gitEnvironment()['PATH'] ?? '/usr/bin:/bin', HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1', CI: '1' };
}

export function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** How a whole command ended, with the last part of what it printed. */
export type Run = { code: number | null; timedOut: boolean; output: string; ms: number };

const KEPT = 64 * 1024;

export async function runConfined(spec: Confined, timeoutMs: number): Promise<Run> {
  const began = performance.now();
  const child = startConfined(spec);
  let output = '';
  const take = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-KEPT);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  child.report.resume();
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    endGroup(child);
  }, timeoutMs);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  clearTimeout(limit);
  endGroup(child);
  return { code, timedOut, output, ms: Math.round(performance.now() - began) };
}
