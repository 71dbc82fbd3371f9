// Changed packages of other people: which files of ours import them.
import { boundedMap } from '../cache.ts';
import { basename, extension } from '../classify.ts';
import { MAX_BYTES } from '../parse.ts';
import { escaped, firstLine } from './implicit/detector.ts';
import type { ImplicitEdge, Surroundings } from './implicit/find.ts';
import { changedPackages } from './lock-entries.ts';
import type { FileVersions } from './file-change.ts';

export type PackageChanges = {
  edges: ImplicitEdge[];
  /** Lock files and manifests whose change is told by `edges` alone. */
  understood: Set<string>;
};

const MAX_PACKAGES = 300;
const texts = boundedMap<string>(2000);

/** A changed package that nobody imports may be a tool that everybody uses: its file is then not understood. */
export async function packageEdges(changed: readonly FileVersions[], around: Surroundings): Promise<PackageChanges> {
  const found: PackageChanges = { edges: [], understood: new Set() };
  const wanted: { path: string; names: string[] }[] = [];
  for (const { diff, before, after, change } of changed) {
    const names = before === null || after === null ? null : basename(diff.path) === 'package.json' ? (change.kind === 'symbols' ? change.names : null) : changedPackages(diff.path, before, after); // prettier-ignore
    if (names !== null && names.size <= MAX_PACKAGES) wanted.push({ path: diff.path, names: [...names] });
  }
  if (wanted.length === 0) return found;
  const needles = [...new Set(wanted.flatMap(({ names }) => names.map(moduleName)))];
  const paths = (await around.repository.grep(around.head, needles)).filter((path) => /^([mc]?[jt]sx?|vue|svelte|astro|pyi?|go|rs)$/.test(extension(path)));
  for (const { path, names } of wanted) {
    const below = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
    let everyoneKnown = true;
    for (const name of names) {
      const users = await importersOfPackage(
        name,
        paths.filter((file) => file.startsWith(below)),
        around,
      );
      for (const { file, line } of users)
        found.edges.push({
          kind: 'package',
          from: path,
          to: file,
          line,
          confidence: 0.9,
          text: `${file} imports ${name}, which is locked or declared differently`,
        });
      // One that is needed by another counts through that one.
      if (users.length === 0) everyoneKnown = everyoneKnown && !isTool(name) && found.edges.some((edge) => edge.from === path);
    }
    if (everyoneKnown || names.length === 0) found.understood.add(path);
  }
  return found;
}

/** What builds, runs and checks is imported by few and used by all. */
const isTool = (name: string): boolean =>
  /^(typescript|vite|vitest|jest|mocha|esbuild|webpack|rollup|tsx|ts-node|swc|babel|pytest|setuptools)/.test(name) ||
  /^@(types|babel|swc|vitest|jest)\//.test(name);

/** Python packages are imported under names that need not be theirs. */
const moduleName = (name: string): string =>
  /^[a-z0-9]+(-[a-z0-9]+)+$/.test(name) ? (name.split('-').toSorted((a, b) => b.length - a.length)[0] ?? name) : name;

async function importersOfPackage(name: string, paths: readonly string[], { repository, blobOf }: Surroundings): Promise<{ file: string; line: number }[]> {
  const n = escaped(name);
  const py = escaped(name.replace(/^(python-|py)(?=\w)/, '')).replaceAll(/\\-|_/g, '[-_.]');
  const pattern = new RegExp(
    `(?:from|import|require|mock)\\s*\\(?\\s*["'\`]${n}(?:/[^"'\`]*)?["'\`]|^\\s*(?:import\\s+)?(?:[\\w.]+\\s+)?"${n}(?:/[^"]*)?"|^\\s*(?:from|import)\\s+(?:${n}|${py})\\b|\\buse\\s+${n.replaceAll('\\-', '_')}\\b`,
    'im',
  );
  const found: { file: string; line: number }[] = [];
  for (const file of paths) {
    const blob = blobOf(file);
    if (blob === undefined) continue;
    const text = texts.get(blob) ?? (await repository.read(blob, MAX_BYTES))?.toString('utf8') ?? '';
    texts.set(blob, text);
    const at = firstLine(text, pattern);
    if (at) found.push({ file, line: at.line });
  }
  return found;
}
