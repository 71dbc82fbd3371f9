// Which of our files use a package, by the ways of each language.
import { boundedMap } from '../cache.ts';
import { basename, extension } from '../classify.ts';
import { MAX_BYTES } from '../parse.ts';
import { escaped, firstLine } from './implicit/detector.ts';
import type { Surroundings } from './implicit/search.ts';

/** `said`: under its own name, on the line. Python and others may import it under another one, at other places than this. */
type User = { file: string; line: number; said: boolean };
/** `inCode`: what code calls the package. */
export type AskedPackages = { path: string; names: { name: string; inCode: readonly string[] }[] };
export type PackageEcosystem = 'npm' | 'go' | 'python' | 'cargo' | 'ruby' | 'php' | 'dotnet' | 'jvm';

const LOCKS: readonly (readonly [RegExp, PackageEcosystem])[] = [
  [/^(package(-lock)?|npm-shrinkwrap)\.json$|^yarn\.lock$|^pnpm-lock\.yaml$/, 'npm'],
  [/^go\.(mod|sum)$/, 'go'],
  [/^(poetry|uv|Pipfile)\.lock$|^(requirements|constraints)/, 'python'],
  [/^Cargo\.lock$/, 'cargo'],
  [/^Gemfile\.lock$/, 'ruby'],
  [/^composer\.lock$/, 'php'],
  [/^packages\.lock\.json$/, 'dotnet'],
  [/gradle\.lockfile$/, 'jvm'],
];
export const ecosystemOf = (path: string): PackageEcosystem | null => LOCKS.find(([name]) => name.test(basename(path)))?.[1] ?? null;

type Ways = { files: RegExp; needles: (name: string) => string[]; used: (name: string) => RegExp };
const dashed = (name: string): string => escaped(name).replaceAll(/\\-|_/g, '[-_.]');
/** Python packages are imported under names that need not be theirs. */
const bare = (name: string): string => name.replace(/^(python-|py)(?=\w)/, '');
const longest = (name: string): string => name.split(/[-_.]/).toSorted((a, b) => b.length - a.length)[0] ?? name;
const same = (name: string): string[] => [name];

const WAYS: Record<PackageEcosystem, Ways> = {
  npm: {
    files: /^([mc]?[jt]sx?|vue|svelte|astro)$/,
    needles: same,
    used: (name) => new RegExp(`(?:from|import|require|mock)\\s*\\(?\\s*["'\`]${escaped(name)}(?:/[^"'\`]*)?["'\`]`),
  },
  go: { files: /^go$/, needles: same, used: (name) => new RegExp(`^\\s*(?:import\\s+)?(?:[\\w.]+\\s+)?"${escaped(name)}(?:/[^"]*)?"`, 'm') },
  python: {
    files: /^pyi?$/,
    needles: (name) => [longest(name), longest(bare(name))],
    used: (name) => new RegExp(`^\\s*(?:from|import)\\s+(?:[\\w., ]+,\\s*)?(?:${dashed(name)}|${dashed(bare(name))})\\b`, 'im'),
  },
  cargo: {
    files: /^rs$/,
    needles: (name) => [name.replaceAll('-', '_')],
    used: (name) => new RegExp(`(?<![\\w:])${escaped(name).replaceAll('\\-', '_')}\\s*(?:::|;|!|\\{| as )`),
  },
  // Bundler requires every gem: what is said of it is its constant, in any way of putting words together.
  ruby: {
    files: /^(rb|rake|ru|erb|haml|slim)$/,
    needles: (name) => [longest(name), name.charAt(0).toUpperCase() + name.slice(1, 4).split(/[-_]/)[0]],
    used: (name) =>
      new RegExp(`\\brequire\\s*\\(?\\s*["']${escaped(name).replaceAll(/\\-|_/g, '[-_/]')}(?:/[^"']*)?["']|(?<![\\w:])(?=[A-Z])${anyCase(name)}(?![a-z])`),
  },
  php: {
    files: /^(php|ya?ml|xml|twig)$/,
    needles: same,
    used: (space) => new RegExp(`(?<![\\w\\\\])\\\\?${escaped(space)}(?![\\w])`),
  },
  dotnet: { files: /^(cs|vb|fs|razor|cshtml)$/, needles: same, used: (name) => new RegExp(`(?<![\\w.])${escaped(name)}(?![\\w])`) },
  jvm: { files: /^(java|kts?|scala|groovy)$/, needles: same, used: (group) => new RegExp(`^\\s*import\\s+(?:static\\s+)?${escaped(group)}\\.`, 'm') },
};

/** `activerecord` and `active-record` as `ActiveRecord` or `Active::Record`. */
function anyCase(name: string): string {
  const letters = [...name.replaceAll(/[-_]/g, '')];
  return letters
    .map((letter) => `(?:::)?${/[a-z]/.test(letter) ? `[${letter}${letter.toUpperCase()}]` : escaped(letter)}`)
    .join('')
    .slice('(?:::)?'.length);
}

const texts = boundedMap<string>(2000);

/** By changed file and package. Below its folder, in its own language. */
export async function usersOfPackages(asked: readonly AskedPackages[], { repository, head, blobOf }: Surroundings): Promise<Map<string, Map<string, User[]>>> {
  const inWays = asked.flatMap(({ path, names }) => {
    const ecosystem = ecosystemOf(path);
    return ecosystem === null ? [] : [{ path, names, ways: WAYS[ecosystem] }];
  });
  const needles = inWays.flatMap(({ names, ways }) => names.flatMap(({ inCode }) => inCode.flatMap(ways.needles)));
  const paths = await repository.grep(head, [...new Set(needles)]);
  const found = new Map<string, Map<string, User[]>>();
  for (const { path, names, ways } of inWays) {
    const below = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
    const files = paths.filter((file) => file.startsWith(below) && ways.files.test(extension(file)));
    const of = new Map<string, User[]>(names.map(({ name }) => [name, []]));
    const patterns = names.map(({ name, inCode }) => ({ name, used: inCode.map(ways.used) }));
    for (const file of files) {
      const blob = blobOf(file);
      if (blob === undefined) continue;
      const text = texts.get(blob) ?? (await repository.read(blob, MAX_BYTES))?.toString('utf8') ?? '';
      texts.set(blob, text);
      for (const { name, used } of patterns) {
        const at = used.map((pattern) => firstLine(text, pattern)).find((one) => one !== null);
        if (at) of.get(name)?.push({ file, line: at.line, said: at.text.includes(name) });
      }
    }
    found.set(path, of);
  }
  return found;
}
