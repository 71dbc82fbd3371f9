// strace: the machine's own, or Debian's package unpacked into .tools, which changes nothing outside of the checkout.
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from '@awo/embedded';

const run = promisify(execFile);
const PLACE = join(CHECKOUT, '.tools', 'strace');
const BRING_MS = 120_000;
const WAY_OUT = 'Install the package strace (apt-get install strace, dnf install strace), or run elsewhere.';

/** The words that start it. Throws an Error that says why there is none, and what to do. */
export async function findStrace(): Promise<string[]> {
  if (process.platform !== 'linux') throw new Error('strace is a program of Linux.');
  const onPath = ['strace'];
  if (await starts(onPath)) return tracing(onPath);
  if (!existsSync(PLACE)) {
    await bring().catch((error: unknown) => {
      throw new Error(`strace is not installed, and apt did not bring it: ${String(error).split('\n')[0]?.slice(0, 200)}. ${WAY_OUT}`);
    });
  }
  return tracing(unpacked());
}

const starts = (strace: readonly string[]): Promise<boolean> => {
  const [command = '', ...args] = strace;
  return run(command, [...args, '--version']).then(
    () => true,
    () => false,
  );
};

/** It needs a library that is not everywhere; what it traces does not. */
const unpacked = (): string[] => ['env', `LD_LIBRARY_PATH=${globSync(join(PLACE, 'usr/lib/*-linux-gnu*')).join(':')}`, join(PLACE, 'usr/bin/strace')];

/** Being there is not enough: a container may forbid it. */
async function tracing(strace: string[]): Promise<string[]> {
  const [command = '', ...args] = strace;
  const trial = [...args, '-f', '--seccomp-bpf', '-e', 'trace=fsync', '-o', '/dev/null', process.execPath, '--version'];
  await run(command, trial).catch((error: unknown) => {
    const { stderr = String(error) } = error as { stderr?: string };
    throw new Error(`strace may not trace here: ${stderr.trim().split('\n').at(-1) ?? ''} A container needs --cap-add SYS_PTRACE.`);
  });
  return strace;
}

/** With lists and cache of its own: those of the machine may be empty, and are root's. */
async function bring(): Promise<void> {
  const work = `${PLACE}.${process.pid}`;
  const [lists, debs, root] = ['lists', 'debs', 'root'].map((name) => join(work, name)) as [string, string, string];
  for (const folder of [join(lists, 'partial'), debs, root]) mkdirSync(folder, { recursive: true });
  const own = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${work}`, '-o', 'APT::Sandbox::User=root', '-o', 'Debug::NoLocking=true'];
  const apt = (...args: string[]) => run('apt-get', [...own, '-qq', ...args], { cwd: debs, timeout: BRING_MS });
  try {
    await apt('update');
    await apt('download', 'strace', 'libunwind8');
    for (const deb of globSync(join(debs, '*.deb'))) await run('dpkg-deb', ['-x', deb, root]);
    renameSync(root, PLACE);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
