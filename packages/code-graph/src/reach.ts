// Which files differ between two commits and which units they reach, from git objects alone.
import type { ChangedFile, ChangedUnit, Reach, Reason, RepoModel } from '@awo/contracts';
import type { FileDiff, Repository } from '@awo/repository';
import { openReachCache, type ReachCache } from './cache.ts';
import { classify, type FileKind } from './classify.ts';
import { unitEcosystems } from './ecosystem.ts';
import { buildGraph, type CodeGraph, importersOf } from './graph.ts';
import { type Seed, spread, type Touched, type Widened } from './spread.ts';
import { ownerFinder } from './tree-index.ts';
import { widen } from './widen.ts';

type Fallback = NonNullable<Reach['fallback']>;

/** Files listed in a Reach; more are analysed, counted in `filesTotal`, and not listed. */
const MAX_FILES = 2000;
const FALLBACK_FILES = 50;
const shared = openReachCache();

/**
 * The reach of a change. `model` describes `head`. Never narrower than the truth: what is not understood counts as reaching
 * all that it could, and `fallback` says so.
 */
export async function computeReach(repository: Repository, model: RepoModel, base: string | null, head: string, cache: ReachCache = shared): Promise<Reach> {
  const started = performance.now();
  const owner = ownerFinder(model.units);
  const diff = await repository.diff(base, head);
  const files = diff.map((file) => changedFile(file, owner));
  const done = (units: ChangedUnit[], fallback: Fallback | null, graph: Pick<CodeGraph, 'parsed' | 'edges'>, total: number): Reach => ({
    base,
    head,
    files: files.slice(0, MAX_FILES),
    filesTotal: files.length,
    units: units.sort((a, b) => (a.id < b.id ? -1 : 1)),
    fallback: fallback ?? (files.length > MAX_FILES ? tooLarge(files.length) : null),
    graph: { files: total, edges: graph.edges, parsed: graph.parsed, ms: Math.round(performance.now() - started) },
  });
  if (base === null) return done(firstUnits(model, files), noBase(), { parsed: 0, edges: 0 }, files.length);

  const graph = await buildGraph(repository, head, model.units, cache);
  const gone = diff.some((file) => file.status === 'deleted' || file.status === 'renamed');
  const before = gone ? await buildGraph(repository, base, model.units, cache) : graph;

  const context = {
    units: model.units,
    ecosystems: unitEcosystems(model.units, graph.index.files.keys(), owner),
    isReferenced: (path: string) => importersOf(graph, path).length > 0 || importersOf(before, path).length > 0,
  };
  const widenings = files.map((file) => ({ file, ...widen(file, context) }));
  const kindOf = kindFinder(owner);
  const widened = widenings.flatMap((one) => one.widened);
  const result = spread(seeds(diff, files, graph, before), widened, model, kindOf);

  for (const file of files) if (result.promoted.has(file.path)) file.kind = file.kind === 'docs' ? 'asset' : file.kind === 'test' ? 'code' : file.kind;
  const lost = files.filter((file) => graph.unparsable.has(file.path) && (file.kind === 'code' || file.kind === 'config')).map((file) => file.path);
  const fallback = fallbackOf('unknown-file', widenings) ?? unparsable([...new Set([...lost, ...result.unparsable])]) ?? fallbackOf('root-config', widenings);
  return done(changedUnits(model, files, graph, result.units), fallback, graph, graph.index.files.size);
}

function changedFile(file: FileDiff, owner: (path: string) => string | null): ChangedFile {
  const unit = owner(file.path);
  return { path: file.path, status: file.status, kind: classify(file.path, unit), unit, addedLines: file.addedLines, deletedLines: file.deletedLines };
}

function kindFinder(owner: (path: string) => string | null): (path: string) => FileKind {
  const known = new Map<string, FileKind>();
  return (path) => {
    const kind = known.get(path) ?? classify(path, owner(path));
    known.set(path, kind);
    return kind;
  };
}

/** A file that is gone (or was elsewhere) is looked up where it was: its importers of then may not have changed. */
function seeds(diff: readonly FileDiff[], files: readonly ChangedFile[], graph: CodeGraph, before: CodeGraph): Seed[] {
  return diff.flatMap((entry, i) => {
    const file = files[i];
    if (!file) return [];
    const link = changedLink(file, graph);
    const now: Seed[] = entry.status === 'deleted' ? [] : [{ path: entry.path, side: graph, link }];
    const then = entry.status === 'deleted' ? entry.path : entry.oldPath;
    return then === undefined ? now : [...now, { path: then, side: before, link }];
  });
}

function changedLink(file: ChangedFile, graph: CodeGraph): Reason {
  const broken = graph.unparsable.has(file.path);
  const kind = broken ? 'unparsable' : file.kind === 'lockfile' ? 'lockfile' : file.kind === 'unknown' ? 'unknown-file' : 'changed-file';
  const text = `${file.kind} file ${file.status} (+${file.addedLines} -${file.deletedLines})${broken ? ', cannot be parsed' : ''}`;
  return { kind, from: file.path, to: file.unit ?? file.path, at: `${file.path}:1`, text };
}

/** What matters most first: it gives the reason of a unit that changed itself. */
const WEIGHT: readonly FileKind[] = ['code', 'manifest', 'lockfile', 'config', 'unknown', 'style', 'asset', 'test'];

function changedUnits(model: RepoModel, files: readonly ChangedFile[], graph: CodeGraph, touched: Map<string, Touched>): ChangedUnit[] {
  const own = new Map<string, ChangedFile[]>();
  for (const file of files) if (file.unit !== null && file.kind !== 'docs') own.set(file.unit, [...(own.get(file.unit) ?? []), file]);
  return model.units.flatMap(({ id }): ChangedUnit[] => {
    const mine = (own.get(id) ?? []).sort((a, b) => WEIGHT.indexOf(a.kind) - WEIGHT.indexOf(b.kind));
    const reached = touched.get(id);
    const fileKinds = [...new Set(mine.map((file) => file.kind))];
    const [first] = mine;
    const onlyTests = fileKinds.every((kind) => kind === 'test');
    if (first && !(onlyTests && reached && !reached.testsOnly)) return [{ id, change: 'direct', fileKinds, reasons: [changedLink(first, graph)] }];
    // `test` alone tells that nothing but tests is reached: a service of this unit runs the same code as before.
    return reached ? [{ id, change: 'implicit', fileKinds: reached.testsOnly ? ['test'] : [], reasons: reached.reasons }] : [];
  });
}

function firstUnits(model: RepoModel, files: readonly ChangedFile[]): ChangedUnit[] {
  return model.units.map(({ id, manifest }) => ({
    id,
    change: 'direct',
    fileKinds: [...new Set(files.filter((file) => file.unit === id).map((file) => file.kind))],
    reasons: [{ kind: 'changed-file', from: manifest ?? id, to: id, at: `${manifest ?? id}:1`, text: 'nothing to compare with: everything is new' }],
  }));
}

const noBase = (): Fallback => ({ kind: 'no-base', files: [], because: 'There is no earlier revision to compare with, so everything counts as changed.' });
const tooLarge = (count: number): Fallback => ({
  kind: 'too-large',
  files: [],
  because: `${count} files changed; the first ${MAX_FILES} are listed, all were analysed.`,
});

function fallbackOf(
  kind: 'unknown-file' | 'root-config',
  widenings: readonly { file: ChangedFile; widened: Widened[]; because: string | null }[],
): Fallback | null {
  const found = widenings.filter((one) => one.because === kind);
  if (found.length === 0) return null;
  const units = new Set(found.flatMap((one) => one.widened.map((w) => w.unit))).size;
  const paths = found.map((one) => one.file.path);
  const because =
    kind === 'root-config'
      ? `${list(paths)} is shared, so it counts as a change of ${units} unit${units === 1 ? '' : 's'}.`
      : `What ${list(paths)} means cannot be known, so ${units} unit${units === 1 ? '' : 's'} count as touched.`;
  return { kind, files: paths.slice(0, FALLBACK_FILES), because };
}

function unparsable(paths: string[]): Fallback | null {
  if (paths.length === 0) return null;
  return {
    kind: 'unparsable-file',
    files: paths.slice(0, FALLBACK_FILES),
    because: `${list(paths)} cannot be parsed, so it counts as importing everything that its unit depends on.`,
  };
}

const list = (paths: readonly string[]): string => `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`;
