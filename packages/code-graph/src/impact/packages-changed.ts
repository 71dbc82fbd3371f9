// Changed packages of other people: which files of ours use them, and whether those are all.
import { basename } from '../classify.ts';
import { dirname } from '../tree-index.ts';
import type { FileVersions } from './file-change.ts';
import type { ImplicitEdge, Surroundings } from './implicit/search.ts';
import { type ChangedPackages, changedPackages } from './lock-entries.ts';
import { ecosystemOf, type PackageEcosystem, usersOfPackages } from './package-users.ts';

export type PackageChanges = {
  edges: ImplicitEdge[];
  /** Lock files and manifests whose change is told by `edges` alone. */
  understood: Set<string>;
  /** Those of which some packages are used in ways that no name shows, with these packages. */
  unsure: { path: string; packages: string[] }[];
};

const MAX_PACKAGES = 300;
/** Where people say which packages they use, beside the lock file. */
const MANIFESTS = ['pyproject.toml', 'Pipfile', 'setup.py', 'setup.cfg', 'requirements.txt', 'requirements.in', 'composer.json'];

/** A changed package that nobody uses by name may be a tool that everybody uses: its file is then not understood. */
export async function packageEdges(changed: readonly FileVersions[], around: Surroundings): Promise<PackageChanges> {
  const found: PackageChanges = { edges: [], understood: new Set(), unsure: [] };
  const wanted = changed.flatMap((versions) => {
    const packages = packagesOf(versions);
    return packages !== null && packages.names.size <= MAX_PACKAGES ? [{ path: versions.diff.path, packages }] : [];
  });
  if (wanted.length === 0) return found;
  const asked = wanted.map(({ path, packages }) => ({
    path,
    names: [...packages.names].map((name) => ({ name, inCode: packages.namesInCode(name) ?? guessed(name) })),
  }));
  const users = await usersOfPackages(asked, around);
  for (const { path, packages } of wanted) {
    const of = users.get(path) ?? new Map<string, { file: string; line: number; said: boolean }[]>();
    const declared = await declaredBeside(path, around);
    const unsure: string[] = [];
    for (const name of packages.names) {
      const files = of.get(name) ?? [];
      for (const { file, line, said } of files)
        found.edges.push({
          kind: 'package',
          from: path,
          to: file,
          line,
          confidence: 0.9,
          ...(said ? { needles: [name] } : {}),
          text: `${file} imports ${name}, which is locked or declared differently`,
        });
      // One that is needed by another counts through that one, unless we name it ourselves.
      const through = packages.needed.has(name) && !declared(name) && !isTool(name);
      if (!(files.length > 0 ? packages.namesInCode(name) !== null : through || isQuiet(name))) unsure.push(name);
    }
    if (unsure.length === 0) found.understood.add(path);
    else found.unsure.push({ path, packages: unsure });
  }
  return found;
}

function packagesOf({ diff, before, after, change }: FileVersions): ChangedPackages | null {
  if (before === null || after === null) return null;
  if (basename(diff.path) !== 'package.json') return changedPackages(diff.path, before, after);
  return change.kind === 'symbols' ? { names: new Set(change.names), needed: new Set(), namesInCode: (name) => [name] } : null;
}

/** `com.acme:money` may hold the packages of `com.acme`. */
const guessed = (name: string): string[] => [name.split(':')[0] ?? name];

/** The lock files of Poetry, Pipenv and Composer do not say what of them our own code asked for. */
async function declaredBeside(path: string, { repository, blobOf }: Surroundings): Promise<(name: string) => boolean> {
  const ecosystem: PackageEcosystem | null = ecosystemOf(path);
  if (ecosystem !== 'python' && ecosystem !== 'php') return () => false;
  const folder = dirname(path);
  const texts = await Promise.all(
    MANIFESTS.map(async (name) => {
      const blob = blobOf(folder === '.' ? name : `${folder}/${name}`);
      return blob === undefined ? '' : ((await repository.read(blob, 1024 * 1024))?.toString('utf8') ?? '');
    }),
  );
  const words = new Set(
    texts
      .join('\n')
      .toLowerCase()
      .split(/[^\w./-]+/)
      .map((word) => word.replaceAll(/[-_.]+/g, '-')),
  );
  return (name) => words.has(name.toLowerCase().replaceAll(/[-_.]+/g, '-'));
}

/** What builds, runs and checks is imported by few and used by all. */
const isTool = (name: string): boolean =>
  /^(typescript|vite|vitest|jest|mocha|esbuild|webpack|rollup|tsx|ts-node|swc|babel|pytest|setuptools)/.test(name) ||
  /^@(types|babel|swc|vitest|jest)\//.test(name);

/** What looks at the code and takes no part in it. */
const isQuiet = (name: string): boolean =>
  /^(eslint|prettier|husky|lint-staged|commitlint|stylelint|oxlint|oxfmt|knip|markdownlint|cspell|flake8|ruff|mypy|pylint|isort|pre-commit|rubocop)(-|$)|^@(eslint|typescript-eslint|commitlint|biomejs|cspell)\//.test(
    name,
  );
