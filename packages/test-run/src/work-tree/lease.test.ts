// Tests of lease.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryLock } from '../file-lock.ts';
import { suiteEnvironment } from '../process/environment.ts';
import { makeScratch, removeOrphanScratch, removeScratch } from '../process/scratch.ts';
import { endOrphans, runMark } from '../process/strays.ts';
import { shortHash } from '../settings.ts';
import { project, type Project } from '../testing/project.ts';
import { leaseTree, pruneTrees } from './lease.ts';

let of: Project;
beforeEach(() => {
  of = project();
});
afterEach(() => of.remove());

const lease = (sha: string, command?: string[]) => {
  const run = { env: suiteEnvironment(of.settings, of.root, 'lease.test.1'), signal: new AbortController().signal, mark: 'lease.test.1' };
  return leaseTree(of.settings, of.repo, sha, command === undefined ? [] : [{ dir: '.', command, lockfile: null }], run);
};
const append = (file: string): string[] => ['sh', '-c', `mkdir -p deps && echo x >> deps/${file} && sleep 0.1`];

test('a work tree holds exactly its commit, and nothing is written to the repository', async () => {
  const sha = of.commit({ 'a.txt': 'one', 'sub/b.txt': 'two' });
  of.commit({ 'a.txt': 'later' });
  const before = of.git('count-objects', '-v') + of.git('worktree', 'list') + readdirSync(join(of.repo, '.git')).join();
  const { tree, failure, release } = await lease(sha);
  expect(failure).toBeNull();
  expect(readFileSync(join(tree, 'a.txt'), 'utf8')).toBe('one');
  expect(readdirSync(tree).sort()).toEqual(['.git', 'a.txt', 'sub']);
  expect(of.git('-C', tree, 'log', '--format=%H')).toBe(sha);
  expect(of.git('count-objects', '-v') + of.git('worktree', 'list') + readdirSync(join(of.repo, '.git')).join()).toBe(before);
  release();
});

test('a commit that no branch names any more can still be tested', async () => {
  const sha = of.commit({ 'a.txt': 'one' });
  of.git('commit', '--quiet', '--amend', '--message', 'again', '--allow-empty', '--date', '2020-01-01T00:00:00Z');
  const { tree, release } = await lease(sha);
  expect(existsSync(join(tree, 'a.txt'))).toBe(true);
  release();
});

test('suites of a commit that start together share one work tree, and its install runs once', async () => {
  const sha = of.commit({ 'a.txt': 'one' });
  const leases = await Promise.all([1, 2, 3].map(() => lease(sha, append('log'))));
  expect(new Set(leases.map((each) => each.tree)).size).toBe(1);
  expect(readFileSync(join(leases[0]?.tree ?? '', 'deps/log'), 'utf8')).toBe('x\n');
  for (const each of leases) each.release();
});

test('an install that failed is tried again by the next suite: its marker is written after success only', async () => {
  const sha = of.commit({ 'a.txt': 'one' });
  const once = ['sh', '-c', 'test -e "$HOME/../tried" || { touch "$HOME/../tried"; exit 1; }'];
  mkdirSync(join(of.settings.root, 'home'), { recursive: true });
  const first = await lease(sha, once);
  first.release();
  const second = await lease(sha, once);
  second.release();
  expect([first.failure?.because, second.failure]).toEqual([expect.stringContaining('exit code 1'), null]);
});

test('what a run changed or left is gone in the next one, what was installed stays', async () => {
  const sha = of.commit({ 'a.txt': 'one' });
  const first = await lease(sha, append('log'));
  writeFileSync(join(first.tree, 'a.txt'), 'changed by a test');
  writeFileSync(join(first.tree, 'left.txt'), 'left by a test');
  first.release();
  const second = await lease(sha, append('log'));
  expect(readFileSync(join(second.tree, 'a.txt'), 'utf8')).toBe('one');
  expect(readdirSync(second.tree).sort()).toEqual(['.git', 'a.txt', 'deps']);
  expect(readFileSync(join(second.tree, 'deps/log'), 'utf8')).toBe('x\n');
  second.release();
});

test('a run leaves the files of a suite that is still running beside it alone', async () => {
  const sha = of.commit({ 'a.txt': 'one' });
  const first = await lease(sha);
  writeFileSync(join(first.tree, 'needed.txt'), 'by the first suite');
  const second = await lease(sha);
  expect(existsSync(join(second.tree, 'needed.txt'))).toBe(true);
  first.release();
  second.release();
});

test('old work trees go, the newest and those in use stay', async () => {
  const shas = [0, 1, 2, 3, 4].map((n) => of.commit({ 'a.txt': `${n}` }));
  const leases = [];
  for (const [age, sha] of shas.entries()) {
    const held = await lease(sha);
    const at = new Date(Date.now() - (shas.length - age) * 60_000);
    utimesSync(join(held.tree, '.git', 'awo', 'ready'), at, at);
    leases.push(held);
  }
  for (const each of leases.slice(1)) each.release();
  const removed = await pruneTrees({ ...of.settings, keepTrees: 2 }, of.repo);
  const id = (n: number): string => shas[n]?.slice(0, 12) ?? '';
  expect(removed.sort()).toEqual([id(1), id(2)].sort());
  expect([0, 3, 4].every((n) => statSync(join(of.settings.root, shortHash(of.repo), id(n))).isDirectory())).toBe(true);
  leases[0]?.release();
});

test('a commit that is not in the repository ends the call with the reason', async () => {
  of.commit({ 'a.txt': 'one' });
  await expect(lease('0'.repeat(39) + '1')).rejects.toMatchObject({ name: 'TerminalError', code: 'unknown-revision' });
});

test('a lock of a process that was killed is free, or its work tree could never be used again', async () => {
  const path = join(of.root, 'lock');
  const script = `const { tryLock } = await import(${JSON.stringify(join(import.meta.dirname, '..', 'file-lock.ts'))}); await tryLock(${JSON.stringify(path)}, 'exclusive'); console.log('held'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  expect(await tryLock(path, 'shared')).toBeNull();
  holder.kill('SIGKILL');
  await new Promise((resolve) => holder.once('exit', resolve));
  const held = await tryLock(path, 'exclusive');
  expect(held).not.toBeNull();
  held?.release();
});

test('readers share a lock, and a writer waits for all of them', async () => {
  const path = join(of.root, 'lock');
  const readers = [await tryLock(path, 'shared'), await tryLock(path, 'shared')];
  expect(readers.every((each) => each !== null)).toBe(true);
  expect(await tryLock(path, 'exclusive')).toBeNull();
  for (const each of readers) each?.release();
  const writer = await tryLock(path, 'exclusive');
  expect(await tryLock(path, 'shared')).toBeNull();
  writer?.release();
});

test('folders that a killed server left in the temporary directory are removed by the next one', async () => {
  const dead = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => dead.once('exit', resolve));
  const whose = shortHash(of.root);
  const own = await makeScratch(whose);
  const left = own.replace(`-${process.pid}-`, `-${dead.pid}-`);
  mkdirSync(left);
  await removeOrphanScratch(whose);
  expect([existsSync(left), existsSync(own)]).toEqual([false, true]);
  await removeScratch(own);
});

test('processes that a killed server left running are ended by the next one, those of a living one are not', async () => {
  const dead = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => dead.once('exit', resolve));
  const whose = shortHash(of.root);
  const orphan = spawn('sleep', ['300'], { env: { AWO_TEST_RUN: `${whose}.${dead.pid}.1`, PATH: process.env.PATH } });
  const living = spawn('sleep', ['300'], { env: { AWO_TEST_RUN: runMark(whose, '1'), PATH: process.env.PATH } });
  const foreign = spawn('sleep', ['300'], { env: { AWO_TEST_RUN: `${shortHash('other')}.${dead.pid}.1`, PATH: process.env.PATH } });
  const started = [orphan, living, foreign].map((child) => new Promise((resolve) => child.once('spawn', resolve)));
  await Promise.all(started);
  expect(await endOrphans(whose)).toEqual([orphan.pid]);
  living.kill('SIGKILL');
  foreign.kill('SIGKILL');
});
