// Names that a package gave away and does not any more. JavaScript and TypeScript through re-exports, Go and Python by file.
import type { Repository } from '@awo/repository';
import { extension } from '../../classify.ts';
import type { CodeGraph } from '../../graph.ts';
import { resolveJs } from '../../resolve-js.ts';
import { resolvePackage } from '../../resolve-packages.ts';
import { dirname, isUnder } from '../../tree-index.ts';
import { type FileVersions, shapeOf } from '../file-change.ts';
import { shapeAt } from '../importer.ts';
import type { ModuleShape } from '../module-shape.ts';
import type { Broken } from './broken-apis.ts';

export type ExportsInput = { versions: readonly FileVersions[]; graph: CodeGraph; before: CodeGraph; repository: Repository };
type Shape = (path: string) => Promise<ModuleShape | null>;

const JS = /^[mc]?[jt]sx?$/;
/** Deeper chains of re-exports are circles. */
const MAX_DEPTH = 12;

/** By changed file. A private package that no other unit imports promises nothing to anybody. */
export async function brokenExports(input: ExportsInput): Promise<{ path: string; broken: Broken }[]> {
  const { versions, graph, before, repository } = input;
  const changed = new Map(versions.map((one) => [one.diff.path, one]));
  const old = new Map(versions.map((one) => [one.diff.oldPath ?? one.diff.path, one]));
  const now: Shape = (path) => shapeIn(graph, repository, path);
  const then: Shape = async (path) => {
    const version = old.get(path);
    if (version?.diff.status === 'added') return null;
    return version?.before != null ? shapeOf(version.before, extension(path)) : shapeIn(before, repository, path);
  };
  const found: { path: string; broken: Broken }[] = [];
  const touched = [...changed.values()].filter(({ diff, change }) => change.kind !== 'none' && JS.test(extension(diff.path)));
  for (const [dir, pkg] of before.made.manifests.packages) {
    const own = touched.filter(({ diff }) => isUnder(diff.oldPath ?? diff.path, dir));
    if (pkg.name === null || own.length === 0 || !(await isPublic(input, dir))) continue;
    for (const entry of entriesOf(before, dir, pkg.name)) {
      const [names, left] = [await surface(before, then, entry), await surface(graph, now, entry)];
      if (!names || !left) continue;
      for (const name of names)
        if (!left.has(name))
          found.push({
            path: own[0]?.diff.path ?? entry,
            broken: { kind: 'exports', element: `${pkg.name}: ${name}`, because: `${entry} does not export ${name} any more` },
          });
    }
  }
  for (const { diff, before: text, after } of versions)
    found.push(...goneFromGo(diff.path, text, after), ...(await goneFromPython(diff.path, text, after, input)));
  return found;
}

async function shapeIn(graph: CodeGraph, repository: Repository, path: string): Promise<ModuleShape | null> {
  const entry = graph.index.files.get(path);
  return entry ? shapeAt(repository, path, entry.blob) : null;
}

async function isPublic({ before, repository }: ExportsInput, dir: string): Promise<boolean> {
  if (importedFromOutside(before, dir)) return true;
  const entry = before.index.files.get(dir === '.' ? 'package.json' : `${dir}/package.json`);
  const text = entry ? await repository.read(entry.blob, 1024 * 1024) : null;
  return text !== null && !/"private"\s*:\s*true/.test(text.toString('utf8'));
}

function importedFromOutside({ importers, index }: CodeGraph, dir: string): boolean {
  for (const [to, edges] of importers)
    if (isUnder(to.replace(/^\0/, ''), dir) && edges.some(({ from, how }) => how === 'import' && index.ownerOf(from) !== index.ownerOf(`${dir}/x`)))
      return true;
  return false;
}

function entriesOf({ index, made: { manifests } }: CodeGraph, dir: string, name: string): string[] {
  const from = dir === '.' ? 'index.js' : `${dir}/index.js`;
  const map = manifests.packages.get(dir)?.exports;
  const keys =
    map !== null && typeof map === 'object' && !Array.isArray(map) ? Object.keys(map).filter((key) => key.startsWith('./') && !key.includes('*')) : [];
  const specs = [name, ...keys.map((key) => `${name}${key.slice(1)}`)];
  return [...new Set(specs.flatMap((spec) => resolvePackage(index, manifests, spec, from)))].filter(
    (path) => JS.test(extension(path)) && !path.startsWith('\0'),
  );
}

/** Every name that can be imported from a file; null where names are made at run time. */
async function surface(graph: CodeGraph, shape: Shape, path: string, depth = 0): Promise<Set<string> | null> {
  const own = await shape(path);
  if (!own || own.opaque || depth > MAX_DEPTH) return null;
  const names = new Set(own.exports.keys());
  for (const { spec, exported } of own.reexports) {
    if (exported !== '*') names.add(exported);
    else
      for (const target of resolveJs(graph.index, graph.made.manifests, spec, path)) {
        const more = await surface(graph, shape, target, depth + 1);
        if (!more) return null;
        for (const name of more) if (name !== 'default') names.add(name);
      }
  }
  return names;
}

const GO_PUBLIC = /^(?:func\s+(?:\([^)]*\*?([A-Z]\w*)(?:\[[^\]]*\])?\)\s*)?([A-Z]\w*)|type\s+([A-Z]\w*)|(?:var|const)\s+([A-Z]\w*)|\t([A-Z]\w*)\s*(?:=|\w))/gm;

/** Commands and `internal` promise nothing. A name that moved to another file of its package is still looked for there by the compiler. */
function goneFromGo(path: string, before: string | null, after: string | null): { path: string; broken: Broken }[] {
  if (!path.endsWith('.go') || path.endsWith('_test.go') || before === null || /(^|\/)internal\//.test(path) || /^package main\b/m.test(before)) return [];
  const names = (text: string): Set<string> =>
    new Set([...text.matchAll(GO_PUBLIC)].flatMap((m) => (m[5] ? [] : [[m[1], m[2] ?? m[3] ?? m[4]].filter(Boolean).join('.')])));
  const left = names(after ?? '');
  return [...names(before)]
    .filter((name) => !left.has(name))
    .map((name) => ({ path, broken: { kind: 'exports', element: `${dirname(path)}: ${name}`, because: `${path} does not declare ${name} any more` } }));
}

/** Of Python what another unit imports by name from the file. */
async function goneFromPython(
  path: string,
  before: string | null,
  after: string | null,
  { before: graph, repository }: ExportsInput,
): Promise<{ path: string; broken: Broken }[]> {
  if (!path.endsWith('.py') || before === null) return [];
  const outside = (graph.importers.get(path) ?? []).filter(({ from, how }) => how === 'import' && graph.index.ownerOf(from) !== graph.index.ownerOf(path));
  if (outside.length === 0) return [];
  const [then, now] = [await shapeOf(before, 'py'), after === null ? null : await shapeOf(after, 'py')];
  if (!then || (after !== null && !now)) return [];
  const gone = [...then.exports.keys()].filter((name) => !name.startsWith('_') && !now?.exports.has(name));
  const wanted = new Set<string>();
  for (const { from } of outside)
    for (const { imported } of (await shapeIn(graph, repository, from))?.imports ?? []) if (imported !== null) wanted.add(imported);
  return gone
    .filter((name) => wanted.has(name))
    .map((name) => ({
      path,
      broken: {
        kind: 'exports',
        element: `${path}: ${name}`,
        because: `${path} does not declare ${name} any more, which ${outside[0]?.from ?? 'another unit'} imports`,
      },
    }));
}
