// Directories and paths inside a repository: `/`-separated, relative to the root, `.` for the root itself. Pure.
import { posix } from 'node:path';

export const dirOf = (path: string): string => posix.dirname(path);

/** Joins and normalises; a path that leaves the repository starts with `..`. */
export const within = (dir: string, path: string): string => posix.join(dir, path).replace(/(.)\/$/, '$1');

/** The path from one directory to another, e.g. `../../target`. */
export const relative = (from: string, to: string): string => posix.relative(from === '.' ? '' : from, to === '.' ? '' : to) || '.';

/** The directory that a path lies in most closely: longest first. Undefined where none holds it. */
export function ownerOf(path: string, dirs: Iterable<string>): string | undefined {
  const known = dirs instanceof Set ? dirs : new Set(dirs);
  for (let dir = path; ; dir = dirOf(dir)) {
    if (known.has(dir)) return dir;
    if (dir === '.' || dir === '/' || dir === '') return undefined;
  }
}

/** Whether a directory matches workspace patterns; later `!` patterns take away. */
export function matchesPatterns(dir: string, patterns: readonly string[]): boolean {
  let matched = false;
  for (const raw of patterns) {
    const pattern = raw.replace(/^!/, '').replace(/^\.\//, '').replace(/\/+$/, '');
    if (pattern === dir || posix.matchesGlob(dir, pattern)) matched = !raw.startsWith('!');
  }
  return matched;
}
