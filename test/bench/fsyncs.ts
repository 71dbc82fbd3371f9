// Counts the flushes of a process to disk with strace, where it is there and allowed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Number of fsync and fdatasync calls of process `pid` while `work` runs; null where strace is not to be had. */
export async function countFsyncs(pid: number, work: () => Promise<void>): Promise<number | null> {
  if (spawnSync('strace', ['-V'], { stdio: 'ignore' }).status !== 0) return null;
  const folder = await mkdtemp(join(tmpdir(), 'fsyncs-'));
  const file = join(folder, 'trace');
  const strace = spawn('strace', ['-f', '-e', 'trace=fsync,fdatasync,openat', '-o', file, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const attached = await Promise.race([once(strace.stderr, 'data').then(() => true), once(strace, 'exit').then(() => false)]);
    if (!attached) return null;
    await work();
    strace.kill('SIGINT');
    await once(strace, 'exit');
    const lines = (await readFile(file, 'utf8')).split('\n');
    // A file opened for synchronous writing flushes at every write without a call of its own, so those writes are not seen here.
    return lines.filter((line) => /\b(fsync|fdatasync)\(/.test(line)).length;
  } finally {
    strace.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}
