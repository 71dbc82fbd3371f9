// Who owns what changed, by CODEOWNERS: the last pattern that matches a file decides. Pure.
import { posix } from 'node:path';

/** Where GitHub and GitLab look for it, in this order. */
export const OWNER_FILES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

export function ownersOf(text: string, paths: readonly string[]): { owner: string; files: number }[] {
  const rules = text.split('\n').flatMap((line) => {
    const [pattern = '', ...owners] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    // `[Section]` is GitLab's.
    return pattern === '' || /^\^?\[/.test(pattern) ? [] : [{ globs: globsOf(pattern), owners: owners.filter((owner) => /@/.test(owner)) }];
  });
  const counts = new Map<string, number>();
  for (const path of paths)
    for (const owner of rules.findLast(({ globs }) => globs.some((glob) => posix.matchesGlob(path, glob)))?.owners ?? [])
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return [...counts].map(([owner, files]) => ({ owner, files })).toSorted((a, b) => b.files - a.files || (a.owner < b.owner ? -1 : 1));
}

/** As .gitignore reads them: a slash in the middle or at the front ties a pattern to the root. */
function globsOf(pattern: string): string[] {
  const tied = pattern.replace(/\/$/, '').includes('/');
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
  const path = tied ? bare : `**/${bare}`;
  return pattern.endsWith('/') ? [`${path}/**`] : pattern.endsWith('/*') ? [path] : [path, `${path}/**`];
}
