// Looks in the repository for what ties a missed test to the changed file: names that both ends hold, or imports.
import { buildGraph, importersOf, type ReachCache } from '@awo/code-graph';
import type { RepoModel } from '@awo/contracts';
import type { Repository } from '@awo/repository';
import { basename } from 'node:path/posix';
import { namesIn, type Sight, suspect, type Suspect } from './suspect.ts';

export type Changed = { file: string; before: readonly string[] };
const MAX_FILES = 40;

/** Answers for one changed file at a time: why could this test have noticed? */
export async function witnessesOf(repository: Repository, sha: string, model: RepoModel, cache: ReachCache) {
  const blobs = new Map((await repository.tree(sha)).map((entry) => [entry.path, entry.blob]));
  const graph = await buildGraph(repository, sha, model.units, cache);
  const unitOf = (path: string): string =>
    model.units
      .map(({ id }) => id)
      .filter((id) => path.startsWith(`${id}/`))
      .toSorted((a, b) => b.length - a.length)[0] ?? '.';
  const importersFrom = (file: string): Set<string> => {
    const seen = new Set([file]);
    for (const path of seen) for (const { from } of importersOf(graph, path)) seen.add(from);
    return seen;
  };
  const lines = async (path: string): Promise<string[]> => {
    const blob = blobs.get(path);
    const bytes = blob === undefined ? null : await repository.read(blob, 1024 * 1024);
    return bytes === null || bytes.includes(0) ? [] : bytes.toString('utf8').split('\n');
  };
  return async ({ file, before }: Changed, test: string): Promise<Suspect> => {
    if (importersFrom(file).has(test)) return { kind: 'symbol', name: basename(file), at: `${test}:1` };
    const names = [...namesIn(before), basename(file)];
    const near = (path: string): number => (path === test ? 0 : unitOf(path) === unitOf(test) ? 1 : 2);
    const held = (await repository.grep(sha, names)).filter((path) => path !== file && !/\.(md|lock)$/.test(path)).toSorted((a, b) => near(a) - near(b));
    const sights = new Map<string, Sight[]>();
    for (const path of held.slice(0, MAX_FILES)) {
      if (near(path) === 2 && sights.size > 0) break;
      for (const [i, text] of (await lines(path)).entries())
        for (const name of names) if (text.includes(name)) sights.set(name, [...(sights.get(name) ?? []), { path, line: i + 1, text: text.slice(0, 300) }]);
    }
    return suspect(file, before, sights);
  };
}
