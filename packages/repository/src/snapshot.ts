// The files of one commit that inference looks at: all paths, and the text of manifests and sources. Loaded once; everything after it is pure.
import type { Repository } from './git.ts';

export type SourceFile = { path: string; text: string };

export type Snapshot = {
  /** Every path that is not in an ignored directory, in git's order. */
  paths: readonly string[];
  has(path: string): boolean;
  /** Text of a manifest or source; undefined where it does not exist, is too large or of no kind that is read. */
  text(path: string): string | undefined;
  /** Paths with this file name. */
  named(...names: string[]): string[];
  /** Read sources that lie in `dir` at any depth and have one of these extensions. */
  sources(dir: string, extension: RegExp): SourceFile[];
  /** The commit's git mode of a path, e.g. 100755. */
  mode(path: string): string | undefined;
};

const IGNORED =
  /(^|\/)(node_modules|bower_components|vendor|third_party|\.git|\.venv|venv|site-packages|testdata|fixtures|__fixtures__|__pycache__|dist|\.next|\.yarn)\//;
const EXAMPLE = /(^|\/)(examples?|samples?|demos?|docs?|templates?|bench|benchmarks?)\//;
const TEST =
  /(^|\/)(tests?|__tests__|__mocks__|specs?|e2e|testing)\/|\.(test|spec)\.[cm]?[jt]sx?$|_test\.(go|py)$|(^|\/)(test_[^/]*|conftest)\.py$|(^|\/)src\/test\/|Tests?\.(java|kt)$/;
const SOURCE = /\.([cm]?[jt]sx?|go|py|rs|java|kt|kts)$/;
const MANIFEST =
  /(^|\/)(package\.json|pnpm-workspace\.yaml|go\.(mod|work)|pyproject\.toml|setup\.(py|cfg)|[^/]*requirements[^/]*\.txt|requirements\/[^/]+\.txt|Pipfile|tox\.ini|pytest\.ini|pom\.xml|Cargo\.toml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|Procfile|Dockerfile|[^/]+\.Dockerfile|application\.(properties|ya?ml)|awo\.ya?ml)$/;
const MAX_SOURCE_BYTES = 256 * 1024;
const MAX_MANIFEST_BYTES = 1024 * 1024;
const MAX_SOURCES = 20_000;

/** As what a file of this name is read; null: not at all. */
export const isRead = (path: string): 'manifest' | 'source' | null => (MANIFEST.test(path) ? 'manifest' : SOURCE.test(path) ? 'source' : null);

/** A file that belongs to tests: never evidence of a service. */
export const isTest = (path: string): boolean => TEST.test(path);

/** A file of an example or of documentation: a service only where there is nothing else. */
export const isExample = (path: string): boolean => EXAMPLE.test(path.endsWith('/') ? path : `${path}/`);

/** Loads a commit. `ignore`: further directories that count as absent. Sources nearest to the root are read first, at most 20,000. */
export async function loadSnapshot(repo: Repository, sha: string, ignore: readonly string[] = []): Promise<Snapshot> {
  const skipped = ignore.map((dir) => `${dir.replace(/^\.\//, '').replace(/\/+$/, '')}/`);
  const entries = (await repo.tree(sha)).filter(
    ({ path, mode }) => mode.startsWith('100') && !IGNORED.test(path) && !skipped.some((dir) => path.startsWith(dir)),
  );
  const manifests = entries.filter((e) => MANIFEST.test(e.path) && e.size <= MAX_MANIFEST_BYTES);
  const sources = entries.filter((e) => SOURCE.test(e.path) && !MANIFEST.test(e.path) && e.size <= MAX_SOURCE_BYTES);
  if (sources.length > MAX_SOURCES) sources.sort((a, b) => a.path.split('/').length - b.path.split('/').length).splice(MAX_SOURCES);

  const texts = new Map<string, string>();
  await Promise.all(
    [...manifests, ...sources].map(async ({ path, blob }) => {
      const bytes = await repo.read(blob, MAX_MANIFEST_BYTES);
      if (bytes && !bytes.includes(0)) texts.set(path, bytes.toString('utf8').replace(/^\uFEFF/, ''));
    }),
  );
  return snapshotOf(new Map(entries.map(({ path, mode }) => [path, mode])), texts);
}

/** A snapshot of known texts. */
function snapshotOf(modes: ReadonlyMap<string, string>, texts: ReadonlyMap<string, string>): Snapshot {
  const byName = new Map<string, string[]>();
  for (const path of modes.keys()) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const known = byName.get(name);
    if (known) known.push(path);
    else byName.set(name, [path]);
  }
  const paths = [...modes.keys()];
  const read = [...texts.keys()].sort();
  return {
    paths,
    has: (path) => modes.has(path),
    text: (path) => texts.get(path),
    named: (...names) => names.flatMap((name) => byName.get(name) ?? []),
    sources: (dir, extension) => pathsIn(read, dir).flatMap((path) => (extension.test(path) ? [{ path, text: texts.get(path) ?? '' }] : [])),
    mode: (path) => modes.get(path),
  };
}

/** The sorted paths that lie in a directory: they stand together, so that a large repository with many packages is not searched once for each. */
function pathsIn(sorted: readonly string[], dir: string): readonly string[] {
  if (dir === '.') return sorted;
  const prefix = `${dir}/`;
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? '') < prefix) from = middle + 1;
    else to = middle;
  }
  while (to < sorted.length && sorted[to]?.startsWith(prefix)) to++;
  return sorted.slice(from, to);
}

/** `file:line` of an offset, or of the first occurrence of a text or pattern; line 1 where there is none. */
export function lineAt(path: string, text: string, needle: number | string | RegExp): string {
  const index = typeof needle === 'number' ? needle : typeof needle === 'string' ? text.indexOf(needle) : text.search(needle);
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < index; i = text.indexOf('\n', i + 1)) line++;
  return `${path}:${line}`;
}
