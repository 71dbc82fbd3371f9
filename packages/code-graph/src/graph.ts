// The import graph of one commit: for each file, who imports it and on which line.
import type { RepoModel } from '@awo/contracts';
import type { Repository, TreeEntry } from '@awo/repository';
import type { ReachCache } from './cache.ts';
import { basename, classify, extension } from './classify.ts';
import { updatedGraph } from './graph-update.ts';
import { type Manifests, readManifests } from './manifests.ts';
import { parseTree } from './parse.ts';
import type { ImportRef, Parsed } from './parsed.ts';
import { type PatternReader, patternReader } from './pattern-readers.ts';
import { resolveGo } from './resolve-go.ts';
import { extendedBy, resolveJs } from './resolve-js.ts';
import { resolveFolder, resolveMention } from './resolve-path.ts';
import { resolveNames, resolveRequire, type Spaces, spacesOf } from './resolve-names.ts';
import { resolvePython } from './resolve-python.ts';
import { resolveRust } from './resolve-rust.ts';
import { folderTarget, type Target } from './targets.ts';
import { dirname, indexTree, joinPath, type TreeIndex } from './tree-index.ts';

/** `from` needs what `to` names. */
export type Edge = { from: string; to: Target; line: number; text: string; how: ImportRef['how'] | 'unparsable' };

export type CodeGraph = {
  index: TreeIndex;
  /** What the graph was made from, so that the next commit's can be made from it. */
  made: Made;
  importers: Map<Target, Edge[]>;
  /** Who finds files by a pattern. */
  patterns: PatternReader[];
  /** Files whose imports could not be read in full. */
  unparsable: Set<string>;
  parsed: number;
  edges: number;
};

/** The commit and units that a graph is of. */
export type MadeFrom = { root: string; sha: string; units: string };
export type Made = MadeFrom & { links: Map<string, string>; manifests: Manifests; spaces: Spaces };

/** Builds the graph from git objects; nothing is checked out. The same commit and units give the remembered graph. */
export async function buildGraph(repository: Repository, sha: string, units: RepoModel['units'], cache: ReachCache): Promise<CodeGraph> {
  const unitsKey = JSON.stringify(units.map((unit) => [unit.id, unit.dependsOn.map((d) => d.unit)]));
  const key = JSON.stringify([repository.root, sha, unitsKey]);
  const known = cache.graphs.get(key);
  if (known) return known;
  const made = { root: repository.root, sha, units: unitsKey };
  const graph = (await updatedGraph(repository, made, units, cache)) ?? (await wholeGraph(repository, made, units, cache));
  cache.graphs.set(key, graph);
  return graph;
}

async function wholeGraph(repository: Repository, made: MadeFrom, units: RepoModel['units'], cache: ReachCache): Promise<CodeGraph> {
  const entries = await repository.tree(made.sha);
  const readText = async (entry: TreeEntry): Promise<string | null> => (await repository.read(entry.blob, 1024 * 1024))?.toString('utf8') ?? null;
  const [links, manifests, { parsed, fresh }] = await Promise.all([
    readLinks(entries, readText),
    readManifests(entries, readText),
    parseTree(repository, entries, cache),
  ]);
  const index = indexTree(entries, units, links);
  const graph: CodeGraph = {
    index,
    made: { ...made, links, manifests, spaces: spacesOf(parsed) },
    importers: new Map(),
    patterns: [],
    unparsable: new Set(),
    parsed: fresh,
    edges: 0,
  };
  connect(graph, units, parsed);
  connectLinks(graph, manifests);
  cache.saved?.save(graph);
  return graph;
}

async function readLinks(entries: readonly TreeEntry[], read: (entry: TreeEntry) => Promise<string | null>): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  await Promise.all(
    entries.map(async (entry) => {
      const text = entry.mode === '120000' ? await read(entry) : null;
      const target = text === null ? null : joinPath(dirname(entry.path), text);
      if (target !== null) links.set(entry.path, target);
    }),
  );
  return links;
}

function adder(graph: CodeGraph): (edge: Edge) => void {
  return (edge) => {
    if (edge.to === edge.from) return;
    graph.edges++;
    const list = graph.importers.get(edge.to);
    if (list) list.push(edge);
    else graph.importers.set(edge.to, [edge]);
  };
}

/** Adds the edges of these files. */
export function connect(graph: CodeGraph, units: RepoModel['units'], parsed: ReadonlyMap<string, Parsed>): void {
  const { index } = graph;
  const { manifests, spaces } = graph.made;
  const unitIds = units.map((unit) => unit.id);
  const dependencies = new Map(units.map((unit) => [unit.id, unit.dependsOn.map((d) => d.unit)]));
  const add = adder(graph);
  const everything = (from: string): Target[] => {
    const owner = index.ownerOf(from);
    return owner === null ? [] : [owner, ...(dependencies.get(owner) ?? [])].map(folderTarget);
  };
  for (const [from, one] of parsed) {
    const { ok, imports } = one;
    for (const { path, line, name } of resolveNames(spaces, index.ownerOf, from, one)) add({ from, to: path, line, text: name, how: 'import' });
    for (const ref of imports.filter(({ how }) => how === 'pattern'))
      graph.patterns.push(patternReader(index, ref, from, classify(from, index.ownerOf(from)) === 'test'));
    for (const ref of imports)
      for (const to of new Set(ref.how === 'computed' ? everything(from) : resolve(index, unitIds, manifests, ref, from)))
        add({ from, to, line: ref.line, text: ref.spec, how: ref.how });
    if (ok) continue;
    graph.unparsable.add(from);
    for (const to of everything(from)) add({ from, to, line: 1, text: 'cannot be parsed', how: 'unparsable' });
  }
}

function connectLinks(graph: CodeGraph, manifests: Manifests): void {
  const { index } = graph;
  const add = adder(graph);
  for (const config of [...manifests.tsconfigs.values()].flat())
    for (const to of extendedBy(index, manifests, config)) add({ from: config.file, to, line: 1, text: `extends ${basename(to)}`, how: 'import' });
  for (const [path, entry] of index.files) if (entry.mode === '120000') linkEdges(index, path).forEach(add);
}

/** A symbolic link is as its target is. */
function linkEdges(index: TreeIndex, path: string): Edge[] {
  const target = index.follow(path);
  const to = index.files.has(target) ? target : index.folders.has(target) ? folderTarget(target) : null;
  return to === null ? [] : [{ from: path, to, line: 1, text: 'symbolic link', how: 'import' }];
}

function resolve(index: TreeIndex, units: readonly string[], manifests: Manifests, ref: ImportRef, from: string): Target[] {
  if (ref.how === 'pattern') return [];
  if (ref.how === 'mention') return resolveMention(index, ref.spec, from);
  if (ref.how === 'folder') return resolveFolder(index, ref.spec, from);
  const ending = extension(from);
  if (ending === 'go') return resolveGo(index, manifests, ref.spec);
  if (ending === 'py' || ending === 'pyi' || ending === 'pyx') return resolvePython(index, units, ref, from);
  if (ending === 'rs') return resolveRust(index, manifests, ref.spec, from);
  if (ending === 'rb') return resolveRequire((path) => index.files.has(path), joinPath, units, ref, dirname(from), index.ownerOf(from));
  // Found by what other files declare.
  if (NAMED.test(from)) return [];
  return resolveJs(index, manifests, ref.spec, from);
}

const NAMED = /\.(java|kts?|cs|php)$/;

/** Everything that imports `path` by name, or a folder that it lies in. A folder counts for files of its own unit only. */
export function importersOf(graph: CodeGraph, path: string): Edge[] {
  const found = [...(graph.importers.get(path) ?? [])];
  const owner = graph.index.ownerOf(path);
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    const edges = graph.importers.get(folderTarget(dir));
    if (edges && graph.index.ownerOf(dir === '.' ? 'file' : `${dir}/file`) === owner) found.push(...edges);
    if (dir === '.') return found;
  }
}
