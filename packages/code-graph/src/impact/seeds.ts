// Where the walk begins: changed files with what of them changed, and units that are touched as a whole because nobody knows better. Pure.
import type { ImpactReason, RepoModel } from '@awo/contracts';
import { basename, extension, type FileKind, vendoredIn } from '../classify.ts';
import { type CodeGraph, importersOf } from '../graph.ts';
import { widen, type WidenContext } from '../widen.ts';
import { deploymentKind, shapedUnits } from './deployment.ts';
import type { FileVersions } from './file-change.ts';
import type { ImplicitEdge, Left } from './implicit/search.ts';
import { link } from './links.ts';
import type { SemanticChange } from './module-shape.ts';
import { snapshotOf, type UnitSeed, type WalkSeed } from './walk.ts';

type Fallback = { kind: string; files: string[]; because: string };
export type Seeds = {
  files: WalkSeed[];
  /** Touched as a whole: all tests of the unit can see it. */
  units: UnitSeed[];
  /** Touched in how it is built and run; no test of it sees that. */
  shaped: { unit: string; reason: ImpactReason }[];
  fallbacks: Fallback[];
};
export type SeedInput = {
  versions: readonly FileVersions[];
  graph: CodeGraph;
  before: CodeGraph;
  model: RepoModel;
  kindOf: (path: string) => FileKind;
  widening: WidenContext;
  understood: ReadonlySet<string>;
  edges: readonly ImplicitEdge[];
  left: readonly Left[];
};

const SOURCE = /\.([mc]?[jt]sx?|pyi?|pyx|go|vue|svelte|astro|java|kts?|cs|rs|rb|php)$/;

export function seedsOf(input: SeedInput): Seeds {
  const seeds: Seeds = { files: [], units: [], shaped: [], fallbacks: [] };
  for (const versions of input.versions) addSeeds(seeds, versions, input);
  addLeft(seeds, input.left, input.kindOf, input.graph.index.ownerOf);
  return seeds;
}

/** What was not looked at in full counts with its unit: all that depends on the unit may depend on what is missing. */
export function addLeft(seeds: Seeds, left: readonly Left[], kindOf: SeedInput['kindOf'], ownerOf: (path: string) => string | null): void {
  for (const [because, files] of Map.groupBy(left, (one) => one.because)) {
    const paths = [...new Set(files.map(({ path }) => path))];
    const [first = ''] = paths;
    seeds.fallbacks.push({
      kind: 'too-many-names',
      files: paths.slice(0, 50),
      because: `${first}${paths.length > 1 ? ` and ${paths.length - 1} more` : ''}: ${because}, so their units count whole.`,
    });
    const units = Map.groupBy(paths, ownerOf);
    for (const [unit, own] of units) {
      if (unit === null) continue;
      const [path = ''] = own;
      seeds.units.push({ unit, testsOnly: own.every((one) => kindOf(one) === 'test'), reason: link('unit', path, unit, `${path}:1`, 0.5, because) });
    }
  }
}

function addSeeds(seeds: Seeds, versions: FileVersions, input: SeedInput): void {
  const { diff, change } = versions;
  const { graph, before, kindOf } = input;
  if (change.kind === 'none') return;
  const kind = kindOf(diff.path);
  const reason = link(
    'changed-file',
    diff.path,
    diff.path,
    `${diff.path}:1`,
    1,
    `${kind} file ${diff.status} (+${diff.addedLines} -${diff.deletedLines}): ${wordsOf(change)}`,
  );
  // Packages of a manifest are no names of a module.
  const names = change.kind === 'symbols' && !diff.path.endsWith('package.json') ? change.names : ('all' as const);
  // A style sheet that was only edited shows nowhere but on the screen.
  const looks = (kind === 'style' || kind === 'asset') && diff.status === 'modified' && !diff.path.includes('.module.') && !/html?$/.test(diff.path);
  if (diff.status !== 'deleted') seeds.files.push({ path: diff.path, side: graph, names, looks, reason });
  const then = diff.status === 'deleted' ? diff.path : diff.oldPath;
  if (then !== undefined) seeds.files.push({ path: then, side: before, names: 'all', reason });
  if (graph.unparsable.has(diff.path) && (kind === 'code' || kind === 'config')) addUnparsable(seeds, diff.path, graph);
  addWidened(seeds, versions, kind, input);
}

const wordsOf = (change: SemanticChange): string =>
  change.kind === 'symbols'
    ? change.names.size > 0
      ? `changed ${[...change.names].slice(0, 8).join(', ')}${change.names.size > 8 ? ', …' : ''}`
      : 'nothing that it exports changed'
    : change.kind === 'file'
      ? change.because
      : 'only comments or format';

function addUnparsable(seeds: Seeds, path: string, { index }: CodeGraph): void {
  const unit = index.ownerOf(path);
  const because = `${path} cannot be parsed, so all of its unit counts as using it.`;
  seeds.fallbacks.push({ kind: 'unparsable-file', files: [path], because });
  if (unit !== null) seeds.units.push({ unit, testsOnly: false, reason: link('unparsable', path, unit, `${path}:1`, 0.6, because) });
}

/** Shared configuration, lock files, files of unknown meaning: by whom they are read is guessed widely, unless something says it exactly. */
function addWidened(seeds: Seeds, versions: FileVersions, kind: FileKind, input: SeedInput): void {
  const { diff, before, after } = versions;
  const { path } = diff;
  const unit = input.widening.units.length > 0 ? input.graph.index.ownerOf(path) : null;
  if (input.understood.has(path)) return;
  const deployment = deploymentKind(path, after ?? before ?? '');
  if (deployment !== null) {
    if (deployment === 'ci' && isQuiet(path)) return;
    const shaped = shapedUnits(versions, input.model);
    for (const one of shaped ?? (deployment === 'ci' ? [] : input.model.units.map(({ id }) => ({ unit: id, why: 'it names no unit, so it may be any' }))))
      seeds.shaped.push({
        unit: one.unit,
        reason: link('deployment', path, one.unit, `${path}:1`, shaped ? 0.7 : 0.2, `${path} shapes how ${one.unit} is built or run: ${one.why}`),
      });
    // What runs is the same; how it is checked is not.
    if (!shaped && deployment === 'ci')
      for (const { id } of input.model.units)
        seeds.units.push({
          unit: id,
          testsOnly: true,
          reason: link('deployment', path, id, `${path}:1`, 0.2, `${path} shapes how ${id} is checked: it names no unit, so it may be any`),
        });
    if (!shaped)
      seeds.fallbacks.push({
        kind: 'root-config',
        files: [path],
        because: `Which ${deployment === 'ci' ? 'unit' : 'service'} ${path} shapes cannot be told, so it counts for all${deployment === 'ci' ? ' tests' : ''}.`,
      });
    return;
  }
  const read = input.edges.some((edge) => edge.from === path && edge.confidence >= 0.4);
  const imported = importersOf(input.graph, path).length > 0;
  const { widened, because } =
    read || imported ? { widened: [], because: null } : isQuiet(path) ? { widened: [], because: null } : widen({ path, kind, unit }, input.widening);
  for (const one of widened)
    seeds.units.push({
      unit: one.unit,
      testsOnly: one.testsOnly,
      reason: link(one.link.kind === 'import' ? 'shared-config' : one.link.kind, path, one.unit, one.link.at, 0.4, one.link.text),
    });
  if (because !== null) seeds.fallbacks.push({ kind: because, files: [path], because: `${path}: ${widened[0]?.link.text ?? 'who reads it is not known'}.` });
  // Not read by anything that shows: all of its own unit may read it.
  const opaque =
    kind === 'manifest' ||
    kind === 'lockfile' ||
    kind === 'unknown' ||
    (kind === 'config' && !isQuiet(path)) ||
    (kind === 'code' && !SOURCE.test(path)) ||
    (kind === 'test' && !SOURCE.test(path) && !input.graph.index.files.has(snapshotOf(path) ?? ''));
  if (opaque && unit !== null && !(read || (imported && kind !== 'manifest')))
    seeds.units.push({
      unit,
      testsOnly: kind === 'test',
      reason: link(
        kind === 'unknown' ? 'unknown-file' : 'shared-config',
        path,
        unit,
        `${path}:1`,
        0.5,
        `who reads ${basename(path)} inside ${unit} is not known`,
      ),
    });
}

/** What editors, formatters, linters and people read. */
const isQuiet = (path: string): boolean =>
  vendoredIn(path) === null &&
  (/(^|\/)(\.editorconfig|\.gitignore|\.gitattributes|\.mailmap|CODEOWNERS|\.prettier[^/]*|\.eslint[^/]*|eslint\.config\.[^/]+|prettier\.config\.[^/]+|\.oxlintrc[^/]*|\.oxfmtrc[^/]*|\.stylelint[^/]*|\.markdownlint[^/]*|biome\.jsonc?|\.golangci[^/]*|\.flake8|\.pylintrc|ruff\.toml|\.ruff\.toml|renovate\.json5?|\.pre-commit-config\.yaml|\.commitlint[^/]*|\.vscode\/.*|\.idea\/.*|dependabot\.ya?ml|\.git(hub|ea)\/(ISSUE_TEMPLATE\/.*|(FUNDING|labeler|labels|stale|release|release-drafter|settings)\.ya?ml)|awo\.ya?ml)$/.test(
    path,
  ) ||
    extension(path) === 'map');
