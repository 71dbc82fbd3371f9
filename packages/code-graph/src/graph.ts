// The import graph of one commit: for each file, who imports it and on which line.
import type { RepoModel } from '@awo/contracts';
import type { Repository, TreeEntry } from '@awo/repository';
import type { ReachCache } from './cache.ts';
import { basename, extension } from './classify.ts';
import { type Manifests, readManifests } from './manifests.ts';
import { parseTree } from './parse.ts';
import type { ImportRef, Parsed } from './parsed.ts';
import { resolveGo } from './resolve-go.ts';
import { extendedBy, resolveJs } from './resolve-js.ts';
import { resolveFolder, resolveMention } from './resolve-path.ts';
import { resolvePython } from './resolve-python.ts';
import { folderTarget, type Target } from './targets.ts';
import { dirname, indexTree, joinPath, type TreeIndex } from './tree-index.ts';

/** `from` needs what `to` names. */
export type Edge = { from: string; to: Target; line: number; text: string; how: ImportRef['how'] | 'unparsable' };

export type CodeGraph = {
  index: TreeIndex;
  importers: Map<Target, Edge[]>;
  /** Files whose imports could not be read in full. */
  unparsable: Set<string>;
  parsed: number;
  edges: number;
};

/** Builds the graph from git objects; nothing is checked out. The same commit and units give the remembered graph. */
export async function buildGraph(repository: Repository, sha: string, units: RepoModel['units'], cache: ReachCache): Promise<CodeGraph> {
  const key = JSON.stringify([repository.root, sha, units.map((unit) => [unit.id, unit.dependsOn.map((d) => d.unit)])]);
  const known = cache.graphs.get(key);
  if (known) return known;
  const entries = await repository.tree(sha);
  const readText = async (entry: TreeEntry): Promise<string | null> => (await repository.read(entry.blob, 1024 * 1024))?.toString('utf8') ?? null;
  const [links, manifests, { parsed, fresh }] = await Promise.all([
    readLinks(entries, readText),
    readManifests(entries, readText),
    parseTree(repository, entries, cache),
  ]);
  const graph = connect(indexTree(entries, units, links), units, manifests, parsed, fresh);
  cache.graphs.set(key, graph);
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

function connect(index: TreeIndex, units: RepoModel['units'], manifests: Manifests, parsed: Map<string, Parsed>, fresh: number): CodeGraph {
  const graph: CodeGraph = { index, importers: new Map(), unparsable: new Set(), parsed: fresh, edges: 0 };
  const unitIds = units.map((unit) => unit.id);
  const dependencies = new Map(units.map((unit) => [unit.id, unit.dependsOn.map((d) => d.unit)]));
  const add = (edge: Edge): void => {
    if (edge.to === edge.from) return;
    graph.edges++;
    const list = graph.importers.get(edge.to);
    if (list) list.push(edge);
    else graph.importers.set(edge.to, [edge]);
  };
  const everything = (from: string): Target[] => {
    const owner = index.ownerOf(from);
    return owner === null ? [] : [owner, ...(dependencies.get(owner) ?? [])].map(folderTarget);
  };
  for (const [from, { ok, imports }] of parsed) {
    for (const ref of imports)
      for (const to of new Set(ref.how === 'computed' ? everything(from) : resolve(index, unitIds, manifests, ref, from)))
        add({ from, to, line: ref.line, text: ref.spec, how: ref.how });
    if (ok) continue;
    graph.unparsable.add(from);
    for (const to of everything(from)) add({ from, to, line: 1, text: 'cannot be parsed', how: 'unparsable' });
  }
  for (const config of [...manifests.tsconfigs.values()].flat())
    for (const to of extendedBy(index, manifests, config)) add({ from: config.file, to, line: 1, text: `extends ${basename(to)}`, how: 'import' });
  for (const [path, entry] of index.files) if (entry.mode === '120000') linkEdges(index, path).forEach(add);
  return graph;
}

/** A symbolic link is as its target is. */
function linkEdges(index: TreeIndex, path: string): Edge[] {
  const target = index.follow(path);
  const to = index.files.has(target) ? target : index.folders.has(target) ? folderTarget(target) : null;
  return to === null ? [] : [{ from: path, to, line: 1, text: 'symbolic link', how: 'import' }];
}

function resolve(index: TreeIndex, units: readonly string[], manifests: Manifests, ref: ImportRef, from: string): Target[] {
  if (ref.how === 'mention') return resolveMention(index, ref.spec, from);
  if (ref.how === 'folder') return resolveFolder(index, ref.spec, from);
  const ending = extension(from);
  if (ending === 'go') return resolveGo(index, manifests, ref.spec);
  if (ending === 'py' || ending === 'pyi' || ending === 'pyx') return resolvePython(index, units, ref.spec, ref.names ?? [], from);
  return resolveJs(index, manifests, ref.spec, from);
}

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
