// The graph of a commit out of that of another one, where only contents of sources differ: no path, no manifest, no link.
import type { RepoModel } from '@awo/contracts';
import { TerminalError } from '@awo/contracts';
import type { FileDiff, Repository, TreeEntry } from '@awo/repository';
import type { ReachCache } from './cache.ts';
import { BUNDLER_CONFIG } from './bundler-aliases.ts';
import { classify } from './classify.ts';
import { type CodeGraph, connect, type MadeFrom } from './graph.ts';
import { parseTree } from './parse.ts';
import { declaresTheSame } from './resolve-names.ts';

/** More changes than this are as quick from the start. */
const MAX_CHANGES = 500;
const SHAPES_OTHERS = /(^|\/)(package\.json|[jt]sconfig[^/]*\.json|go\.mod|go\.work|Cargo\.toml)$/;

/** Null where there is no graph to start from, or more than contents changed. */
export async function updatedGraph(repository: Repository, made: MadeFrom, units: RepoModel['units'], cache: ReachCache): Promise<CodeGraph | null> {
  const inMemory = [...cache.graphs.values()].findLast((graph) => graph.made.root === made.root && graph.made.units === made.units);
  const start = inMemory ?? cache.saved?.load(made.root, made.units, units) ?? null;
  if (!start) return null;
  const diff = await difference(repository, start.made.sha, made.sha);
  if (diff === null || diff.length > MAX_CHANGES || !diff.every((file) => isContent(file, start))) return null;

  const changed = diff.flatMap(({ path, newBlob }): TreeEntry[] => {
    const entry = start.index.files.get(path);
    // The size is not known: a file that is too large is found to be so when it is read.
    return entry && newBlob !== null ? [{ ...entry, blob: newBlob, size: 0 }] : [];
  });
  const files = new Map(start.index.files);
  for (const entry of changed) files.set(entry.path, entry);
  const gone = new Set(changed.map(({ path }) => path));
  const graph: CodeGraph = {
    index: { ...start.index, files },
    made: { ...start.made, sha: made.sha },
    importers: new Map(),
    patterns: start.patterns.filter(({ from }) => !gone.has(from)),
    unparsable: new Set([...start.unparsable].filter((path) => !gone.has(path))),
    parsed: 0,
    edges: start.edges,
  };
  for (const [to, edges] of start.importers) {
    const kept = edges.some((edge) => gone.has(edge.from)) ? edges.filter((edge) => !gone.has(edge.from)) : edges;
    graph.edges -= edges.length - kept.length;
    // A copy only where something may be added: lists are shared between graphs otherwise.
    if (kept.length > 0) graph.importers.set(to, kept);
  }
  const { parsed, fresh } = await parseTree(repository, changed, cache);
  // Who says a name that is new or gone cannot be told from what changed alone.
  for (const [path, one] of parsed) if (!declaresTheSame(start.made.spaces, path, one)) return null;
  const added: CodeGraph = { ...graph, importers: new Map(), edges: 0 };
  connect(added, units, parsed);
  for (const [to, edges] of added.importers) graph.importers.set(to, [...(graph.importers.get(to) ?? []), ...edges]);
  return { ...graph, parsed: fresh, edges: graph.edges + added.edges };
}

function isContent({ path, status, oldBlob, newBlob }: FileDiff, start: CodeGraph): boolean {
  const mode = start.index.files.get(path)?.mode;
  return (
    status === 'modified' &&
    oldBlob !== newBlob &&
    (mode === '100644' || mode === '100755') &&
    !SHAPES_OTHERS.test(path) &&
    !BUNDLER_CONFIG.test(path) &&
    classify(path, null) !== 'lockfile'
  );
}

/** Null where the commit of the older graph is not there any more. */
async function difference(repository: Repository, from: string, to: string): Promise<FileDiff[] | null> {
  try {
    return await repository.diff(from, to);
  } catch (error) {
    if (error instanceof TerminalError) return null;
    throw error;
  }
}
