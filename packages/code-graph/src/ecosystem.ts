// Which units a file of shared meaning (lock file, root manifest, tsconfig) speaks to, by package ecosystem. Pure.
import type { Unit } from '@awo/contracts';
import { basename, extension, vendoredIn } from './classify.ts';

export type Ecosystem = 'npm' | 'go' | 'python' | 'jvm' | 'cargo' | 'dotnet' | 'ruby' | 'php';

const BY_NAME: readonly (readonly [RegExp, Ecosystem])[] = [
  [
    /^(package|npm-shrinkwrap|package-lock|lerna|turbo|nx|rush|deno)\.(json|jsonc|lock)$|^(yarn|bun)\.lockb?$|^pnpm-|^[jt]sconfig.*\.json$|^\.(npmrc|nvmrc|node-version|babelrc|eslintrc|swcrc|browserslistrc|yarnrc)/,
    'npm',
  ],
  [/\.config\.(js|mjs|cjs|ts|mts|cts)$/, 'npm'],
  [/^go\.(mod|sum|work|work\.sum)$|^\.go-version$|^\.golangci\./, 'go'],
  [
    /^(pyproject|pylock)\.toml$|^setup\.(py|cfg)$|^Pipfile|^(poetry|uv|pdm)\.lock$|^(requirements|constraints).*\.(txt|in)$|^(tox|pytest|mypy)\.ini$|^\.(python-version|flaskenv)$/,
    'python',
  ],
  [/^pom\.xml$|^(build|settings)\.gradle|^gradle\.(properties|lockfile)$|^libs\.versions\.toml$/, 'jvm'],
  [/^Cargo\.(toml|lock)$|^rust-toolchain/, 'cargo'],
  [/\.(cs|fs|vb)proj$|\.sln[x]?$|^Directory\.\w+\.(props|targets)$|^global\.json$|^nuget\.config$/i, 'dotnet'],
  [/^Gemfile|\.gemspec$|^\.ruby-version$/, 'ruby'],
  [/^composer\.(json|lock)$/, 'php'],
];
const BY_ENDING: Record<string, Ecosystem> = {
  js: 'npm',
  mjs: 'npm',
  cjs: 'npm',
  jsx: 'npm',
  ts: 'npm',
  mts: 'npm',
  cts: 'npm',
  tsx: 'npm',
  vue: 'npm',
  svelte: 'npm',
  astro: 'npm',
  go: 'go',
  py: 'python',
  pyi: 'python',
  java: 'jvm',
  kt: 'jvm',
  kts: 'jvm',
  scala: 'jvm',
  groovy: 'jvm',
  rs: 'cargo',
  cs: 'dotnet',
  rb: 'ruby',
  php: 'php',
};

/** The ecosystem that a shared file belongs to; null where it may matter to all (a Dockerfile, an .env). */
export function sharedEcosystem(path: string): Ecosystem | null {
  if (vendoredIn(path) !== null) return path.includes('node_modules/') ? 'npm' : null;
  const name = basename(path);
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** The ecosystem of a source file, which nothing but its own language imports. */
export const sourceEcosystem = (path: string): Ecosystem | null => BY_ENDING[extension(path)] ?? null;

const OF_UNIT: Partial<Record<Unit['kind'], Ecosystem>> = { npm: 'npm', go: 'go', python: 'python', maven: 'jvm', gradle: 'jvm', cargo: 'cargo' };

/** The ecosystems of each unit: of its manifest, and of every source file in it, so that a mixed unit is missed by neither. */
export function unitEcosystems(units: readonly Unit[], paths: Iterable<string>, ownerOf: (path: string) => string | null): Map<string, Set<Ecosystem>> {
  const found = new Map<string, Set<Ecosystem>>();
  for (const unit of units) {
    const own = OF_UNIT[unit.kind];
    found.set(unit.id, new Set(own ? [own] : []));
  }
  for (const path of paths) {
    const ecosystem = BY_ENDING[extension(path)] ?? sharedEcosystem(path);
    const owner = ecosystem ? ownerOf(path) : null;
    if (ecosystem && owner !== null) found.get(owner)?.add(ecosystem);
  }
  return found;
}
