// Follows what changed through imports and implicit edges, by names where the language tells them, to files and units.
import type { ImpactReason, RepoModel } from '@awo/contracts';
import type { Repository } from '@awo/repository';
import { basename, extension, type FileKind } from '../classify.ts';
import { type CodeGraph, type Edge, importersOf } from '../graph.ts';
import { readersOf } from '../pattern-readers.ts';
import { isFolder } from '../targets.ts';
import { dirname } from '../tree-index.ts';
import type { ImplicitEdge } from './implicit/search.ts';
import { namesBeside, namesThrough, shapeAt } from './importer.ts';
import { type Chain, chained, link } from './links.ts';
import type { ChangedNames } from './module-shape.ts';

/** `looks`: nothing computes with it, so it shows in what includes it and in nothing else. */
export type WalkSeed = { path: string; side: CodeGraph; names: ChangedNames; looks?: boolean; reason: ImpactReason };
export type UnitSeed = { unit: string; testsOnly: boolean; reason: ImpactReason };
/** How a file was come to: what of it may depend on what changed. */
export type Entry = {
  path: string;
  side: CodeGraph;
  /** The file before it. */
  by: string;
  said:
    | { kind: 'import'; edges: readonly Edge[]; target: string; names: ChangedNames }
    | { kind: 'beside'; names: ChangedNames }
    | { kind: 'lines'; needles: readonly string[]; line: number };
};
export type Walked = {
  files: Map<string, Chain>;
  units: Map<string, Chain>;
  unparsable: Set<string>;
  /** The surest first. */
  entries: Entry[];
};
export type WalkContext = {
  repository: Repository;
  model: Pick<RepoModel, 'units'>;
  head: CodeGraph;
  kindOf: (path: string) => FileKind;
  isTest: (path: string) => boolean;
  implicit: readonly ImplicitEdge[];
  /** Whether files that are found by a pattern count. */
  patterns: boolean;
};

type Visit = { path: string; side: CodeGraph; names: ChangedNames; looks?: boolean; chain: Chain; said: Entry['said'] | null };

/** A chain less sure than this is not followed further. */
const LEAST = 0.05;
const HOW: Record<Edge['how'], number> = { import: 1, folder: 0.6, mention: 0.7, pattern: 0.5, computed: 0.3, unparsable: 0.3 };
const OWN_GRAPH = /\.([mc]?[jt]sx?|pyi?|pyx|go|vue|svelte|astro|java|kts?|cs|rs|rb|php)$/;
const STANDARD_DOCS = /^(readme|changelog|changes|license|licence|notice|contributing|contributors|security|code_of_conduct)/i;

export async function walk(seeds: readonly WalkSeed[], unitSeeds: readonly UnitSeed[], context: WalkContext): Promise<Walked> {
  const { head, kindOf, isTest } = context;
  const result: Walked = { files: new Map(), units: new Map(), unparsable: new Set(), entries: [] };
  const seen = new Map<CodeGraph, Map<string, ChangedNames>>();
  const queue = surestFirst();
  for (const { reason, ...seed } of seeds) queue.push({ ...seed, chain: chained(null, reason), said: null });
  const implicit = Map.groupBy(context.implicit, (edge) => edge.from);
  const followed = new Set<ImplicitEdge>();
  const byFolder = testsByFolder(head, isTest);

  const push = (visit: Visit): void => {
    if (visit.chain.probability < LEAST) return;
    queue.push(visit);
  };
  for (let visit = queue.next(); visit; visit = queue.next()) {
    const { path, side, names, looks = false, chain, said } = visit;
    if (said) result.entries.push({ path, side, by: chain.link.from, said });
    // Before what was seen already is left: it depends on the way, not on what is new.
    for (const edge of implicit.get(path) ?? []) {
      if (followed.has(edge) || !(edge.by ? edge.by.includes(chain.link.from) : chain.before === null)) continue;
      // The first time is the surest; two that serve each other would go round.
      followed.add(edge);
      push({
        path: edge.to,
        side: head,
        names: edge.names ?? 'all',
        chain: chained(chain, link(edge.kind, edge.from, edge.to, `${edge.to}:${edge.line}`, edge.confidence, edge.text)),
        said: edge.needles ? { kind: 'lines', needles: edge.needles, line: edge.line } : { kind: 'beside', names: 'all' },
      });
    }
    const known = seen.get(side) ?? new Map<string, ChangedNames>();
    seen.set(side, known);
    const news = newNames(known.get(path), names);
    if (news === null) continue;
    known.set(path, union(known.get(path), names));
    if (!result.files.has(path)) result.files.set(path, chain);
    const go = (to: string, through: ChangedNames, reason: ImpactReason, how: Entry['said']): void =>
      push({ path: to, side, names: through, chain: chained(chain, reason), said: how });

    // By names it goes on until nothing new is said; as a whole the package is reached at once.
    for (const { to, reason } of chain.link.kind === 'same-package' && news === 'all' ? [] : besides(path, side, byFolder, isTest)) {
      const through = reason.kind === 'same-package' ? await namesInPackage(context.repository, side, to, news) : 'all';
      if (through !== null)
        go(to, through, news === 'all' ? reason : { ...reason, text: `${to} is of the same Go package and uses what changed` }, {
          kind: 'beside',
          names: news,
        });
    }
    if (news !== 'all' && news.size === 0) continue;
    // A manifest whose script starts what changed says what it said before: whoever reads it reads the same.
    if (chain.before !== null && kindOf(path) === 'manifest') continue;
    const importers = Map.groupBy(
      [...importersOf(side, path), ...(context.patterns ? readersOf(side.patterns, path) : [])].filter((edge) => counts(edge, path, context)),
      (edge) => edge.from,
    );
    for (const [from, all] of importers) {
      // The text of an import looks like a path as well: it is one dependency, not two.
      const edges = all.filter((edge) => edge.how !== 'mention' || !all.some((other) => other.how === 'import' && other.text === edge.text));
      const sure = Math.max(...edges.map((edge) => (edge.how === 'import' && isFolder(edge.to) ? HOW.folder : HOW[edge.how])));
      if (edges.every((edge) => edge.how === 'unparsable')) result.unparsable.add(from);
      const through = looks && extension(from) !== 'go' ? new Set<string>() : await throughNames(context.repository, side, from, edges, path, news);
      if (through === null) continue;
      const [first] = edges;
      // A style sheet that includes another is looks as well.
      if (first && looks && kindOf(from) === 'style')
        push({
          path: from,
          side,
          names: 'all',
          looks,
          chain: chained(chain, link('import', path, from, `${from}:${first.line}`, sure, wordsOf(first, news))),
          said: null,
        });
      else if (first)
        go(
          from,
          through,
          link(first.how === 'pattern' ? 'file-read' : news === 'all' ? 'import' : 'symbol', path, from, `${from}:${first.line}`, sure, wordsOf(first, news)),
          { kind: 'import', edges, target: path, names: news },
        );
    }
  }
  addUnits(result, unitSeeds, context);
  return result;
}

/** The first way to a file is then the surest, for all that follows from it too (Dijkstra); of equals, the shortest. */
function surestFirst(): { push(visit: Visit): void; next(): Visit | undefined } {
  const bySureness: Visit[][] = [];
  // No way becomes surer by another link.
  let at = 1000;
  return {
    push: (visit) => void (bySureness[Math.round(visit.chain.probability * 1000)] ??= []).push(visit),
    next() {
      for (; at >= 0; at--) {
        const visit = bySureness[at]?.shift();
        if (visit) return visit;
      }
      return undefined;
    },
  };
}

async function namesInPackage(repository: Repository, side: CodeGraph, to: string, names: ChangedNames): Promise<ChangedNames | null> {
  const entry = side.index.files.get(to);
  return names === 'all' || !entry ? 'all' : namesBeside(await shapeAt(repository, to, entry.blob), names);
}

async function throughNames(
  repository: Repository,
  side: CodeGraph,
  from: string,
  edges: readonly Edge[],
  target: string,
  names: ChangedNames,
): Promise<ChangedNames | null> {
  const entry = side.index.files.get(from);
  if (names === 'all' || !entry || edges.some((edge) => edge.how !== 'import' || isFolder(edge.to))) return 'all';
  return namesThrough(await shapeAt(repository, from, entry.blob), edges, target, names);
}

function wordsOf(edge: Edge, names: ChangedNames): string {
  if (edge.how === 'unparsable') return `${edge.from} cannot be parsed, so it may import anything its unit depends on`;
  if (edge.how === 'pattern') return `${edge.from} finds files by ${edge.text}`;
  const verb = edge.how === 'mention' ? 'names' : edge.how === 'computed' ? 'computes what it imports:' : 'imports';
  return `${edge.from} ${verb} ${edge.text}${names === 'all' ? '' : ` (changed: ${[...names].slice(0, 5).join(', ')}${names.size > 5 ? ', …' : ''})`}`;
}

/** What of `names` was not followed before; null where nothing is new. */
function newNames(known: ChangedNames | undefined, names: ChangedNames): ChangedNames | null {
  if (known === undefined) return names;
  if (known === 'all') return null;
  if (names === 'all') return 'all';
  const fresh = new Set([...names].filter((name) => !known.has(name)));
  return fresh.size === 0 ? null : fresh;
}

const union = (known: ChangedNames | undefined, names: ChangedNames): ChangedNames =>
  known === 'all' || names === 'all' ? 'all' : new Set([...(known ?? []), ...names]);

/** Weak edges do not carry documents. */
function counts(edge: Edge, path: string, { head, kindOf, isTest }: WalkContext): boolean {
  const kind = kindOf(path);
  const from = kindOf(edge.from);
  if (from === 'docs' || from === 'lockfile') return false;
  // A pattern of settings says where tests and sources lie, and of documents or style sheets only what names their ending is meant.
  if (edge.how === 'pattern')
    return from !== 'config' && from !== 'manifest' && ((kind !== 'docs' && kind !== 'style' && kind !== 'asset') || edge.text.endsWith(`.${extension(path)}`));
  // Its own scripts are started by hand or by CI; one of another unit is part of how this one is built.
  if (from === 'manifest') return head.index.ownerOf(edge.from) !== head.index.ownerOf(path);
  // What Go embeds is in the binary.
  if (kind === 'style') return from === 'style' || edge.how === 'unparsable' || extension(edge.from) === 'go' || (edge.how === 'import' && !isFolder(edge.to));
  const byName = !isFolder(edge.to) && (edge.how === 'import' || edge.how === 'folder');
  if (kind === 'test') return byName || isTest(edge.from) || from === 'test';
  if (kind === 'docs') return byName || (edge.how === 'mention' && !STANDARD_DOCS.test(basename(path)));
  return true;
}

type Beside = { to: string; reason: ImpactReason };

/** What hangs together without imports: a Go package, conftest.py and the tests below it, a snapshot and its test. */
function besides(path: string, side: CodeGraph, tests: Map<string, string[]>, isTest: (path: string) => boolean): Beside[] {
  const near = (to: string, kind: 'same-package' | 'test-support', text: string): Beside => ({ to, reason: link(kind, path, to, `${to}:1`, 1, text) });
  if (extension(path) === 'go') {
    const own = path.endsWith('_test.go');
    const siblings = (side.index.folders.get(dirname(path)) ?? []).filter(
      (file) => extension(file) === 'go' && file !== path && (!own || file.endsWith('_test.go')),
    );
    return siblings.map((to) => near(to, 'same-package', `${to} is of the same Go package`));
  }
  if (basename(path) === 'conftest.py') {
    const dir = dirname(path);
    return [...tests]
      .flatMap(([folder, files]) => (dir === '.' || folder === dir || folder.startsWith(`${dir}/`) ? files : []))
      .filter((file) => file.endsWith('.py'))
      .map((to) => near(to, 'test-support', 'pytest loads conftest.py for every test below it'));
  }
  const to = snapshotOf(path);
  return to !== null && side.index.files.has(to) && isTest(to) ? [near(to, 'test-support', 'its snapshot changed')] : [];
}

/** The test that a snapshot of Jest, Vitest or Syrupy is of. */
export function snapshotOf(path: string): string | null {
  const [, stem, ending] = /([^/]+)\.(snap|ambr)$/.exec(path) ?? [];
  return stem === undefined ? null : `${dirname(dirname(path))}/${stem}${ending === 'ambr' ? '.py' : ''}`.replace(/^\.\//, '');
}

function testsByFolder({ index }: CodeGraph, isTest: (path: string) => boolean): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [folder, files] of index.folders) {
    const tests = files.filter(isTest);
    if (tests.length > 0) found.set(folder, tests);
  }
  return found;
}

/** Units as a whole: named by what is not understood, by languages without a graph of files, and over manifests where no import shows. */
function addUnits(result: Walked, seeds: readonly UnitSeed[], { model, head, kindOf, implicit }: WalkContext): void {
  const dependents = new Map<string, { by: string; at: string }[]>();
  for (const { id, dependsOn } of model.units) for (const { unit, at } of dependsOn) dependents.set(unit, [...(dependents.get(unit) ?? []), { by: id, at }]);
  const visible = dependents.size > 0 ? importsBetweenUnits(head) : new Set<string>();
  // How a unit is checked is nothing to those that depend on it, nor to what it runs.
  const used = seeds.filter(({ testsOnly, reason }) => !(testsOnly && reason.kind === 'deployment'));
  const queue: { unit: string; chain: Chain; whole: boolean }[] = used.map(({ unit, reason }) => ({ unit, chain: chained(null, reason), whole: true }));
  // Somebody renders it by its whole name: that is how templates of this repository are used.
  const rendered = new Set(implicit.filter(({ kind, confidence, by }) => kind === 'template' && confidence >= (by ? 0.5 : 0.8)).map(({ from }) => from));
  for (const [path, chain] of result.files) {
    const unit = head.index.ownerOf(path);
    const kind = kindOf(path);
    if (unit === null || kind === 'test' || kind === 'docs' || kind === 'style' || kind === 'asset') continue;
    const whole = kind === 'code' && !OWN_GRAPH.test(path) && !/\.(sql|sh|bash|proto|graphql|gql|prisma|html?)$/.test(path) && !rendered.has(path);
    queue.push({
      unit,
      whole,
      chain: whole ? chained(chain, link('unit', path, unit, `${path}:1`, 0.8, `who uses ${path} inside ${unit} is not known`)) : chain,
    });
  }
  const done = new Set<string>();
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { unit, chain, whole } = next;
    if (done.has(`${unit}${whole}`) || chain.probability < LEAST) continue;
    done.add(`${unit}${whole}`);
    if (whole && !result.units.has(unit)) result.units.set(unit, chain);
    for (const { by, at } of dependents.get(unit) ?? []) {
      if (!whole && visible.has(`${unit}\0${by}`)) continue;
      if (whole && visible.has(`${unit}\0${by}`) && OWN_GRAPH.test(chain.link.from)) continue;
      queue.push({
        unit: by,
        whole: true,
        chain: chained(chain, link('manifest', unit, by, at, 0.5, `${by} declares to depend on ${unit}, by no import that shows`)),
      });
    }
  }
}

function importsBetweenUnits({ importers, index }: CodeGraph): Set<string> {
  const found = new Set<string>();
  for (const [to, edges] of importers) {
    const owner = index.ownerOf(isFolder(to) ? `${to.slice(1)}/file` : to);
    for (const { from } of edges) {
      const by = index.ownerOf(from);
      if (owner !== null && by !== null && owner !== by) found.add(`${owner}\0${by}`);
    }
  }
  return found;
}
