// What a change gives to look at: the touched functions of each file, the tests around it, the lines that changed.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileDiff } from '@awo/repository';
import type { Callable, Module } from './callable.ts';
import { touchedBy } from './compare/touched.ts';
import type { Touched } from './compare/touched.ts';
import type { Driver, Schemas } from './driver.ts';
import { go } from './go/driver.ts';
import { js } from './js/driver.ts';
import { isTestFile, isTestOf } from './keep/test-files.ts';
import type { TestFile } from './keep/suite.ts';
import { python } from './python/driver.ts';
import { git } from './run/checkout.ts';
import type { Value } from './value.ts';

const DRIVERS = [js, python, go];
const MAX_TEST_FILES = 400;

/** `unread`: its language is known, and it could not be read. */
export type Work = { driver: Driver; before: Module | null; after: Module; touched: Touched[]; gone: Callable[] };

/** Null where no language of ours is in it, or nothing is left of it. */
export async function workOf(diff: FileDiff, oldTree: string, newTree: string, schemas: Schemas): Promise<Work | { unread: string } | null> {
  const driver = DRIVERS.find((one) => one.handles(diff.path));
  if (!driver || diff.binary || diff.status === 'deleted' || isTestFile(diff.path) || !existsSync(join(newTree, diff.path))) return null;
  const after = await driver.read(newTree, diff.path, schemas);
  if (!after) return { unread: 'it cannot be parsed' };
  const oldPath = diff.oldPath ?? diff.path;
  const before = existsSync(join(oldTree, oldPath)) ? await driver.read(oldTree, oldPath, schemas) : null;
  return { driver, before, after, ...touchedBy(before, after) };
}

export async function texts(tree: string, paths: readonly string[]): Promise<TestFile[]> {
  const found = await Promise.all(
    paths.slice(0, MAX_TEST_FILES).map(async (path) => ({ path, text: await readFile(join(tree, path), 'utf8').catch(() => '') })),
  );
  return found.filter(({ text }) => text !== '' && text.length < 500_000);
}

export const testsOf = ({ language }: Driver, paths: readonly string[]): string[] => paths.filter((path) => isTestOf(language, path));

/** All calls of all tests, by the name of what is called. */
export async function seenIn(driver: Driver, tests: readonly TestFile[]): Promise<Map<string, Value[][]>> {
  const found = new Map<string, Value[][]>();
  for (const { path, text } of tests)
    for (const [name, calls] of await driver.seen(text, path)) found.set(name, [...(found.get(name) ?? []), ...calls].slice(0, 60));
  return found;
}

/** Lines of the new side; where something was only removed, the lines on both sides of the gap. */
export async function changedLines(root: string, base: string, head: string, diff: FileDiff): Promise<[number, number][]> {
  const patch = await git(root, [
    'diff',
    '-U0',
    '-M',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    base,
    head,
    '--',
    ...new Set([diff.oldPath ?? diff.path, diff.path]),
  ]);
  return [...patch.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].map(([, from, count]) => {
    const [start, lines] = [Number(from), Number(count ?? 1)];
    return lines === 0 ? [start, start + 1] : [start, start + lines - 1];
  });
}
