// Names that are safe in subjects, paths and tables. Pure.

/** Letters, digits, `-` and `_`, starting with a letter or digit, at most 63. */
export function safeName(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[-_]+$/g, '')
    .slice(0, 63);
  return name === '' ? 'unnamed' : name;
}

/** A package name without its scope, or the last part of a module path without its version. */
export const shortName = (name: string): string => name.replace(/\/v\d+$/, '').replace(/^.*\//, '');

/** The first candidate that is not taken; else the last one with a number. */
export function uniqueName(candidates: readonly string[], taken: ReadonlySet<string>): string {
  const names = candidates.filter((name) => name !== '' && name !== '.').map(safeName);
  const free = names.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  const base = (names.at(-1) ?? 'service').slice(0, 58);
  for (let i = 2; ; i++) if (!taken.has(`${base}-${i}`)) return `${base}-${i}`;
}
