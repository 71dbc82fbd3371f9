// Reads from git what a change is made of, as far as choosing tests needs it.
import { classify } from '@awo/code-graph';
import type { FileDiff, Repository } from '@awo/repository';
import type { Change, ChangedSource, LineRange } from '@awo/test-order';
import { hunksBetween, type Hunks, type Side } from './hunks.ts';
import { functionsAt } from './js-functions.ts';

const JS = /\.([cm]?[jt]s|[jt]sx)$/;
/** Fields of package.json that no running code looks at. */
const COSMETIC = new Set(
  'version description keywords author authors contributors maintainers repository bugs homepage license licenses funding files readme'.split(' '),
);
/** Configuration of tools that look at code and never run it. */
const ASIDE =
  /(^|\/)(\.(eslint|prettier|jshint|jscs|stylelint|editorconfig|gitignore|gitattributes|npmignore|travis|codeclimate|codecov|coveralls)[\w.-]*|\.github\/.*|\.circleci\/.*|appveyor\.yml|bower\.json|component\.json)$/;

const NOTHING: Side = { lines: [], between: [] };

export async function readChange(repository: Repository, base: string, head: string): Promise<Change> {
  const [diff, hunks] = await Promise.all([repository.diff(base, head), hunksBetween(repository.root, base, head)]);
  const files: ChangedSource[] = [];
  const widened: { path: string; because: string }[] = [];
  for (const file of diff) {
    const kind = classify(file.path, null);
    if (kind === 'docs' || ASIDE.test(file.path)) continue;
    const read = async (blob: string | null) => (blob === null ? '' : ((await repository.read(blob, 4 * 1024 * 1024))?.toString('utf8') ?? null));
    const [before, after] = [await read(file.oldBlob), await read(file.newBlob)];
    if (kind === 'test' || ((kind === 'code' || kind === 'config') && JS.test(file.path)) || kind === 'code') {
      const source = sourceOf(file, kind === 'test', hunks.get(file.path) ?? { old: NOTHING, new: NOTHING }, before, after);
      if (source) files.push(source);
      continue;
    }
    if (file.path.endsWith('package.json') && isCosmetic(before, after)) continue;
    widened.push({ path: file.path, because: `${file.path} is a ${kind} file: coverage does not show which tests it reaches` });
  }
  return { files, widened };
}

/** Null where nothing that runs has changed: comments, blank lines, a name. */
function sourceOf(file: FileDiff, isTest: boolean, hunks: Hunks, before: string | null, after: string | null): ChangedSource | null {
  const plain = [...hunks.old.lines, ...hunks.new.lines];
  // Where the source is not read, what lies between two lines touches both.
  const beside = [...hunks.old.between, ...hunks.new.between].map((line): LineRange => [line - 1, line]);
  const source = { path: file.path, oldPath: file.oldPath, isTest, lines: plain, titles: isTest ? titlesIn(after, hunks.new.lines) : [] };
  const unread = { ...source, lines: [...plain, ...beside], anchors: [], blind: true, functions: null };
  if (!JS.test(file.path) || before === null || after === null) return { ...unread, outside: false };
  const sides = [functionsAt(before, file.path, hunks.old), functionsAt(after, file.path, hunks.new)].flatMap((side) => side ?? []);
  if (sides.length < 2) return { ...unread, outside: true };
  if (plain.length > 0 && sides.every((side) => side.quiet)) return null;
  return {
    ...source,
    anchors: sides.flatMap((side) => side.anchors),
    blind: sides.some((side) => side.blind),
    functions: sides.flatMap((side) => side.functions),
    outside: sides.some((side) => side.outside),
  };
}

/** Names of tests on changed lines, as mocha, jest, vitest and node:test give them. */
function titlesIn(text: string | null, changed: readonly LineRange[]): string[] {
  const lines = (text ?? '').split('\n');
  const touched = changed.flatMap(([from, to]) => lines.slice(from - 1, to));
  return touched.flatMap((line) => /^\s*(?:it|test|specify)(?:\.\w+)?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/.exec(line)?.[2]?.replace(/\\(.)/g, '$1') ?? []);
}

function isCosmetic(before: string | null, after: string | null): boolean {
  const fields = (text: string | null): Record<string, unknown> | null => {
    try {
      const value: unknown = JSON.parse(text ?? '');
      return typeof value === 'object' && value !== null ? { ...value } : null;
    } catch {
      return null;
    }
  };
  const [old, now] = [fields(before), fields(after)];
  if (!old || !now) return false;
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].every((key) => COSMETIC.has(key) || JSON.stringify(old[key]) === JSON.stringify(now[key]));
}
