// The git part on real repositories: hostile names, renames, binary files, submodules, bare repositories, speed.
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openRepository } from './git.ts';
import { type MadeRepository, makeRepository } from './testing-repository.ts';

const made: MadeRepository[] = [];
const make = async () => {
  const one = await makeRepository();
  made.push(one);
  return one;
};
afterEach(async () => {
  for (const one of made.splice(0)) await one.remove();
});

test('a ref resolves to its commit, because every later call wants full ids', async () => {
  const { repo, commit, git, dir } = await make();
  const first = await commit({ a: '1' }, 'first é');
  const second = await commit({ a: '2' }, '');
  await git('tag', '-a', 'v1', '-m', 'annotated', first);
  expect(await repo.resolve('v1')).toMatchObject({ sha: first, subject: 'first é', author: 'Ada', parent: null, root: dir });
  expect(await repo.resolve(second.slice(0, 10))).toMatchObject({ sha: second, subject: '', parent: first });
  expect((await repo.resolve('main')).at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
});

test('an unknown ref, and what names more than one commit, names the nearest branches, because the usual cause is a slip', async () => {
  const { repo, commit, git } = await make();
  await commit({ a: '1' });
  await git('branch', 'feature/search');
  for (const ref of ['featur/search', '--help', '', 'main:a', 'a\nb', '--output=x', 'main..feature/search', '..main', '^main', 'main^@', 'main^!', 'main^-']) {
    await expect(repo.resolve(ref)).rejects.toMatchObject({ code: 'unknown-revision', message: expect.stringContaining('feature/search') });
  }
});

test('an empty repository and a path without one say what to do', async () => {
  const { repo } = await make();
  await expect(repo.resolve('HEAD')).rejects.toMatchObject({ code: 'unknown-revision', message: expect.stringContaining('commit something first') });
  await expect(openRepository('/')).rejects.toMatchObject({ code: 'unknown-repository', hint: expect.stringContaining('git init') });
  await expect(openRepository('/no/such/folder')).rejects.toMatchObject({ code: 'unknown-repository' });
});

test('names with quotes, newlines, tabs, UTF-8 and leading colons survive, because -z is used everywhere', async () => {
  const { repo, commit } = await make();
  const names = ['we"ird\nna\tme.txt', 'é/ü ñ.txt', ':colon', '-dash', "it's", '*glob?'];
  const base = await commit({ keep: 'x' });
  const files = Object.fromEntries(names.map((name) => [name.endsWith('*') ? `${name}x` : name, `${name}\n`]));
  const head = await commit(files);
  const tree = await repo.tree(head);
  expect(tree.map(({ path }) => path).sort()).toEqual([...names, 'keep'].sort());
  for (const { path, blob, size } of tree.filter(({ path }) => path !== 'keep')) {
    const bytes = await repo.read(blob);
    expect(bytes?.toString()).toBe(`${path}\n`);
    expect(bytes?.length).toBe(size);
  }
  expect((await repo.diff(base, head)).map(({ path }) => path).sort()).toEqual([...names].sort());
  expect((await repo.commits(base, head, 5))[0]?.files.sort()).toEqual([...names].sort());
});

test('a difference tells renames, binary files and line counts; base null adds everything', async () => {
  const { repo, commit, git } = await make();
  const text = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join('');
  const base = await commit({ 'old name.txt': text, gone: 'x\n', changed: 'a\nb\n' });
  await git('mv', 'old name.txt', 'new name.txt');
  await git('rm', '-q', 'gone');
  const head = await commit({ 'new name.txt': `${text}more\n`, changed: 'a\nc\nd\n', bin: 'a\0b' });
  const diff = Object.fromEntries((await repo.diff(base, head)).map((file) => [file.path, file]));
  expect(diff['new name.txt']).toMatchObject({ status: 'renamed', oldPath: 'old name.txt', addedLines: 1, deletedLines: 0 });
  expect(diff['gone']).toMatchObject({ status: 'deleted', deletedLines: 1, newBlob: null });
  expect(diff['changed']).toMatchObject({ status: 'modified', addedLines: 2, deletedLines: 1, binary: false });
  expect(diff['bin']).toMatchObject({ status: 'added', binary: true, addedLines: 0, oldBlob: null });
  const all = await repo.diff(null, base);
  expect(all.map(({ path, status }) => [path, status])).toEqual([
    ['changed', 'added'],
    ['gone', 'added'],
    ['old name.txt', 'added'],
  ]);
});

test('a history is newest first, counts a merge against its first parent, and stops at the base', async () => {
  const { repo, commit, git } = await make();
  const base = await commit({ a: '1' }, 'base');
  await git('checkout', '-q', '-b', 'side');
  await commit({ side: '1' }, 'on the side');
  await git('checkout', '-q', 'main');
  await commit({ b: '1' }, 'on main');
  await git('merge', '-q', '--no-ff', '-m', 'merged', 'side');
  const head = await git('rev-parse', 'HEAD');
  const commits = await repo.commits(base, head, 50);
  expect(commits[0]).toMatchObject({ sha: head, subject: 'merged', files: ['side'] });
  expect(commits.map(({ subject }) => subject).sort()).toEqual(['merged', 'on main', 'on the side']);
  expect(await repo.commits(null, head, 2)).toHaveLength(2);
  expect(await repo.commits(head, head, 5)).toEqual([]);
});

test('symbolic links and submodules keep their mode and are never followed', async () => {
  const { repo, commit, git, dir } = await make();
  const first = await commit({ a: '1' });
  await symlink('/etc/passwd', join(dir, 'link'));
  await git('update-index', '--add', '--cacheinfo', `160000,${first},sub`);
  await git('add', 'link');
  await git('commit', '-q', '-m', 'links');
  const head = await git('rev-parse', 'HEAD');
  const tree = await repo.tree(head);
  expect(tree.find(({ path }) => path === 'sub')).toMatchObject({ mode: '160000', size: 0 });
  const link = tree.find(({ path }) => path === 'link');
  expect(link?.mode).toBe('120000');
  expect((await repo.read(link?.blob ?? ''))?.toString()).toBe('/etc/passwd');
  expect((await repo.diff(first, head)).find(({ path }) => path === 'sub')).toMatchObject({ newBlob: null });
});

test('a blob over the limit is null and the reads behind it still get their own bytes', async () => {
  const { repo, commit } = await make();
  const head = await commit({ big: 'x'.repeat(500_000), empty: '', small: 'small' });
  const blobs = new Map((await repo.tree(head)).map(({ path, blob }) => [path, blob]));
  const read = (path: string) => repo.read(blobs.get(path) ?? '', 1000);
  const missing = repo.read('0'.repeat(39) + '1').catch((error: unknown) => error);
  const [big, small, empty] = await Promise.all([read('big'), read('small'), read('empty')]);
  expect(big).toBeNull();
  expect([small?.toString(), empty?.toString()]).toEqual(['small', '']);
  expect(await missing).toMatchObject({ code: 'git-failed' });
});

test('ten thousand reads take a few seconds at most, because one process answers them', async () => {
  const { repo, commit } = await make();
  const head = await commit(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`d${i % 20}/f${i}`, `text ${i}`])));
  const blobs = (await repo.tree(head)).map(({ blob }) => blob);
  const from = performance.now();
  await Promise.all(Array.from({ length: 10_000 }, (_, i) => repo.read(blobs[i % blobs.length] ?? '')));
  expect(performance.now() - from).toBeLessThan(6000);
});

test('bare repositories, folders below the root and the .git folder itself open', async () => {
  const { commit, git, dir } = await make();
  const head = await commit({ 'a/b/c': '1' });
  await git('clone', '-q', '--bare', dir, `${dir}.git`);
  const bare = await openRepository(`${dir}.git`);
  expect(bare.root).toBe(`${dir}.git`);
  expect((await bare.resolve('main')).sha).toBe(head);
  expect((await bare.tree(head)).map(({ path }) => path)).toEqual(['a/b/c']);
  await symlink(`${dir}/a/b`, `${dir}.git/link`);
  for (const path of [`${dir}/a/b`, `${dir}/.git`, `${dir}.git/link`]) {
    const opened = await openRepository(path);
    expect(opened.root).toBe(dir);
    await opened.close();
  }
  await bare.close();
});

test('nothing that a repository configures is run: no hook, no file-system monitor, no text conversion', async () => {
  const { repo, commit, git, dir } = await make();
  const base = await commit({ '.gitattributes': '* diff=evil\n', a: '1\n' });
  const head = await commit({ a: '2\n' });
  const trap = join(dir, 'trap');
  await writeFile(join(dir, 'evil.sh'), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
  for (const key of ['core.fsmonitor', 'diff.external', 'diff.evil.textconv', 'diff.evil.command', 'core.pager'])
    await git('config', key, join(dir, 'evil.sh'));
  await repo.resolve('main');
  await repo.diff(base, head);
  await repo.commits(null, head, 5);
  await repo.tree(head);
  const { existsSync } = await import('node:fs');
  expect(existsSync(trap)).toBe(false);
});
