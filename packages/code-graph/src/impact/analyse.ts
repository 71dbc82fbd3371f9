// What a change touches and which tests can see it: git objects in, a report with chains out. Nothing of the repository is run.
import type { ImpactReport, RepoModel } from '@awo/contracts';
import type { Repository } from '@awo/repository';
import { openReachCache, type ReachCache } from '../cache.ts';
import { classify, type FileKind } from '../classify.ts';
import { unitEcosystems } from '../ecosystem.ts';
import { buildGraph, type CodeGraph, importersOf } from '../graph.ts';
import { isOwnSource, ownerFinder } from '../tree-index.ts';
import { coChanges } from './co-change.ts';
import { correctionsOf } from './corrections.ts';
import { type FileVersions, readVersions } from './file-change.ts';
import { firstReport } from './first-report.ts';
import { gatherHints } from './hints/gather-hints.ts';
import { apiPaths } from './implicit/api-paths.ts';
import { chartValues } from './implicit/chart-values.ts';
import { findImplicit } from './implicit/find.ts';
import type { ImplicitEdge, Left, Surroundings } from './implicit/search.ts';
import { servedByReached } from './implicit/served.ts';
import type { LinkKind } from './links.ts';
import { packageEdges } from './packages-changed.ts';
import { withoutPrivateRenames } from './private-names-python.ts';
import { reportOf } from './report.ts';
import { addLeft, type Seeds, seedsOf } from './seeds.ts';
import { isTestFile } from './test-files.ts';
import { unsurePackages } from './unsure-packages.ts';
import { walk, type WalkContext } from './walk.ts';

/** Commits looked at for what changes together. */
const HISTORY = 400;
const shared = openReachCache();

/** `without`: detectors taken as not there, to see what the analysis would miss. */
export type ImpactOptions = { cache?: ReachCache; history?: boolean; without?: readonly LinkKind[] };

/** `model` describes `head`. Not sure about something: it widens, and `fallback` says so. */
export async function analyseImpact(
  repository: Repository,
  model: RepoModel,
  base: string | null,
  head: string,
  { cache = shared, history = true, without = [] }: ImpactOptions = {},
): Promise<ImpactReport> {
  const started = performance.now();
  const owner = ownerFinder(model.units);
  const [diff, graph, commits] = await Promise.all([
    repository.diff(base, head),
    buildGraph(repository, head, model.units, cache),
    history && base !== null ? repository.commits(null, base, HISTORY) : [],
  ]);
  const kindOf = kindFinder(owner);
  const { files } = graph.index;
  const own = [...files.values()].filter(isOwnSource).map(({ path }) => path);
  const isTest = testFinder(graph);
  const corrections = correctionsOf(await readCorrections(repository, graph), model.units, files.keys());
  const measured = { files: files.size, edges: graph.edges, parsed: graph.parsed, fromCache: files.size - graph.parsed };
  const finish = (report: Omit<ImpactReport, 'graph' | 'dead'>): ImpactReport => ({
    ...report,
    dead: corrections.dead(),
    graph: { ...measured, ms: Math.round(performance.now() - started) },
  });
  const tests = own.filter(isTest);
  if (base === null) return finish(firstReport(head, model, diff, tests, owner));

  const gone = diff.some((file) => file.status === 'deleted' || file.status === 'renamed');
  const [before, versions] = await Promise.all([
    gone ? buildGraph(repository, base, model.units, cache) : graph,
    readAll(repository, diff).then((all) => withoutPrivateRenames(all, repository, base, head)),
  ]);
  const silent = new Set(diff.filter(({ path }) => corrections.never(path)).map(({ path }) => path));
  const loud = versions.filter(({ diff: { path } }) => !silent.has(path));
  const around: Surroundings = { repository, head, ownerOf: owner, blobOf: (path) => files.get(path)?.blob };
  const [implicit, packages] = await Promise.all([
    Promise.all([apiPaths(loud, around), chartValues(loud, around)]).then((more) => findImplicit([...loud, ...more.flat()], around)),
    packageEdges(loud, around),
  ]);
  const edges: ImplicitEdge[] = [...implicit.edges, ...packages.edges].filter(({ kind }) => !without.includes(kind));

  const context = {
    units: model.units,
    ecosystems: unitEcosystems(model.units, files.keys(), owner),
    isReferenced: (path: string) => importersOf(graph, path).length > 0 || importersOf(before, path).length > 0,
  };
  const seeds = seedsOf({ versions: loud, graph, before, model, kindOf, widening: context, understood: packages.understood, edges, left: implicit.left });
  const unsure = unsurePackages(packages.unsure, edges, { ownerOf: owner, kindOf, widening: context });
  seeds.units.push(...unsure.units);
  seeds.fallbacks.push(...unsure.fallbacks);
  const added = corrections.added(loud.filter(({ change }) => change.kind !== 'none').map(({ diff: { path } }) => path));
  for (const { from, unit, file, rule } of added) {
    if (file !== null) edges.push({ kind: 'correction', from, to: file, line: 1, confidence: 1, text: `awo.yaml says so (${rule})` });
    if (unit !== null)
      seeds.units.push({
        unit,
        testsOnly: false,
        reason: { kind: 'correction', from, to: unit, at: 'awo.yaml:1', confidence: 1, text: `awo.yaml says so (${rule})` },
      });
  }
  const rules = { repository, model, head: graph, kindOf, isTest, patterns: !without.includes('file-read') };
  const walked = await walkThroughServed(seeds, edges, rules, around, without);
  const together = coChanges(
    loud.filter(({ change }) => change.kind !== 'none').map(({ diff: { path } }) => path),
    commits,
  );
  const hints = await gatherHints({ versions: loud, graph, before, repository, base, head, commits, kindOf, ownerOf: owner });
  return finish(reportOf({ base, head, model, versions, silent, walked, tests, graph, kindOf, isTest, owner, seeds, together, hints }));
}

/** Again with what the files that were reached serve, until nobody new takes it; a chain grows less sure with each, so it ends. */
async function walkThroughServed(
  seeds: Seeds,
  edges: ImplicitEdge[],
  rules: Omit<WalkContext, 'implicit'>,
  around: Surroundings,
  without: readonly LinkKind[],
) {
  const asked = new Map<string, Set<string>>();
  const left: Left[] = [];
  for (;;) {
    const walked = await walk(seeds.files, seeds.units, { ...rules, implicit: edges });
    const served = await servedByReached(walked.entries, asked, around);
    const more = served.edges.filter(({ kind }) => !without.includes(kind));
    left.push(...served.left);
    if (more.length === 0 && left.length === 0) return walked;
    if (more.length === 0) break;
    edges.push(...more);
  }
  addLeft(seeds, left, rules.kindOf, around.ownerOf);
  return walk(seeds.files, seeds.units, { ...rules, implicit: edges });
}

async function readAll(repository: Repository, diff: Awaited<ReturnType<Repository['diff']>>): Promise<FileVersions[]> {
  const found: FileVersions[] = [];
  // A few at a time: a change of many large files must not be held in memory twice at once.
  for (let at = 0; at < diff.length; at += 50) found.push(...(await Promise.all(diff.slice(at, at + 50).map((file) => readVersions(repository, file)))));
  return found;
}

function kindFinder(owner: (path: string) => string | null): (path: string) => FileKind {
  const known = new Map<string, FileKind>();
  return (path) => {
    const kind = known.get(path) ?? classify(path, owner(path));
    known.set(path, kind);
    return kind;
  };
}

function testFinder(graph: CodeGraph): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const test = known.get(path) ?? isTestFile(path, (file) => importersOf(graph, file).some((edge) => edge.how === 'import'));
    known.set(path, test);
    return test;
  };
}

/** A broken awo.yaml is reported where the repository is described. */
async function readCorrections(repository: Repository, { index }: CodeGraph) {
  const entry = index.files.get('awo.yaml') ?? index.files.get('awo.yml');
  const bytes = entry ? await repository.read(entry.blob, 1024 * 1024) : null;
  if (!bytes) return {};
  const { parseAwoYaml } = await import('@awo/repository/awo-yaml');
  return parseAwoYaml(bytes.toString('utf8'), 'awo.yaml').config?.impact ?? {};
}
