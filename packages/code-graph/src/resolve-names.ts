// Finds the files that declare what a file of Java, Kotlin, C#, PHP or Ruby names. Pure.
import { basename } from './classify.ts';
import type { Family, ImportRef, Parsed, Space } from './parsed.ts';

/** What the files of a commit declare, and what they open for others of their unit. */
type Given = Pick<Space, 'family' | 'declares' | 'shared'>;
export type Spaces = ReadonlyMap<string, Given>;
type Found = { path: string; line: number; name: string };
/** Files by the full name that they declare, for each family. */
type Names = { files: Map<Family, Map<string, string[]>>; shared: Map<string, string[]> };

/** A name that more files declare is a namespace, or a convention: it tells nothing. */
const MAX_DECLARERS = 12;
const memo = new WeakMap<Spaces, Names>();

export function spacesOf(parsed: ReadonlyMap<string, Parsed>): Map<string, Given> {
  const found = new Map<string, Given>();
  for (const [path, { space }] of parsed) if (space) found.set(path, givenBy(path, space));
  return found;
}

/** Java sees the functions of a Kotlin file in a class that is called like the file. */
const givenBy = (path: string, { family, declares, shared, own }: Space): Given => ({
  family,
  shared,
  declares: path.endsWith('.kt') ? [...declares, `${own[0] ? `${own[0]}.` : ''}${basename(path).replace(/\.kt$/, '')}Kt`] : declares,
});

/** Whether the file gives others the same names as before. */
export function declaresTheSame(spaces: Spaces, path: string, { space }: Parsed): boolean {
  return JSON.stringify(spaces.get(path)) === (space ? JSON.stringify(givenBy(path, space)) : undefined);
}

function namesOf(spaces: Spaces, ownerOf: (path: string) => string | null): Names {
  const known = memo.get(spaces);
  if (known) return known;
  const made: Names = { files: new Map(), shared: new Map() };
  for (const [path, { family, declares, shared }] of spaces) {
    const files = made.files.get(family) ?? new Map<string, string[]>();
    made.files.set(family, files);
    for (const name of declares) {
      const list = files.get(name);
      if (list) list.push(path);
      else files.set(name, [path]);
    }
    const owner = `${family} ${ownerOf(path) ?? ''}`;
    if (shared.length > 0) made.shared.set(owner, [...(made.shared.get(owner) ?? []), ...shared]);
  }
  memo.set(spaces, made);
  return made;
}

/** Everything that the file takes from others of its family, with the line that says so. */
export function resolveNames(spaces: Spaces, ownerOf: (path: string) => string | null, from: string, { imports, space }: Parsed): Found[] {
  if (!space) return [];
  const { files: all, shared } = namesOf(spaces, ownerOf);
  const files = all.get(space.family);
  if (!files) return [];
  const found = new Map<string, Found>();
  const add = (name: string, line: number): boolean => {
    const declarers = files.get(name);
    if (!declarers || declarers.length > MAX_DECLARERS) return false;
    for (const path of declarers) if (path !== from && !found.has(path)) found.set(path, { path, line, name });
    return true;
  };
  /** The longest part of a name that something declares, since what follows is inside of it; never what it is looked up in. */
  const longest = (name: string, line: number, within = ''): void => {
    for (let part = name; part.length > within.length; part = part.slice(0, Math.max(0, part.lastIndexOf('.')))) if (add(part, line)) return;
  };
  if (space.family !== 'ruby') for (const ref of imports) if (ref.how === 'import') longest(ref.spec, ref.line);
  const visible = new Set([
    ...space.own.flatMap((own) => [own, ...outer(space.family, own)]),
    ...space.opens,
    ...(shared.get(`${space.family} ${ownerOf(from) ?? ''}`) ?? []),
  ]);
  if (space.family !== 'jvm') visible.add('');
  const aliases = new Map(space.aliases);
  for (const use of space.uses === '' ? [] : space.uses.split(' ')) {
    const colon = use.lastIndexOf(':');
    const [name, line] = [use.slice(0, colon), Number(use.slice(colon + 1))];
    const first = name.split('.', 1)[0] ?? name;
    const alias = aliases.get(first);
    if (alias !== undefined) longest(alias + name.slice(first.length), line);
    if (first !== name) longest(name, line);
    for (const own of visible) longest(own === '' ? name : `${own}.${name}`, line, own);
  }
  return [...found.values()];
}

/** Namespaces around one: C# and Ruby look names up in them as well. */
function outer(family: Family, own: string): string[] {
  if (family !== 'csharp' && family !== 'ruby') return [];
  const parts = own.split('.');
  return parts.slice(1).map((_, i) => parts.slice(0, parts.length - 1 - i).join('.'));
}

/** A Ruby file by the name that `require` takes: relative, or on the load path of a unit. */
export function resolveRequire(
  has: (path: string) => boolean,
  join: (dir: string, path: string) => string | null,
  units: readonly string[],
  ref: ImportRef,
  dir: string,
  owner: string | null,
): string[] {
  const bases = ref.spec.startsWith('.')
    ? [dir]
    : [...new Set([owner ?? '.', '.', ...units])].flatMap((unit) => ['lib', 'app', 'spec', 'test', '.', 'ext'].map((sub) => join(unit, sub) ?? '.'));
  for (const base of bases) {
    const path = join(base, `${ref.spec}.rb`);
    if (path !== null && has(path)) return [path];
  }
  return [];
}
