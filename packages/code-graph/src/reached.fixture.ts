// Asks whether a changed file reaches other units by imports alone: none of them declares to depend on another.
import type { Unit } from '@awo/contracts';
import { openReachCache } from './cache.ts';
import { type GitFixture, gitFixture, modelOf } from './git-repository.fixture.ts';
import { computeReach } from './reach.ts';

/** Title, files (the first part of each path is a unit), the file that changes, the other units that are reached. */
export type ReachRow = [title: string, files: Record<string, string>, changed: string, reached: string[]];

export type ReachedFixture = {
  fixture: GitFixture;
  reached(kind: Unit['kind'], files: Record<string, string>, changed: string): Promise<string[]>;
};

/** A statement of its own: whoever loads the file sees it. */
const EFFECT: Record<string, string> = {
  go: 'func init() { println(1) }',
  py: 'print(1)',
  js: 'globalThis.x = 1',
  ts: 'globalThis.x = 1',
  mjs: 'globalThis.x = 1',
  tsx: 'globalThis.x = 1',
  vue: '',
};

export function reachedFixture(): ReachedFixture {
  const fixture = gitFixture();
  const cache = openReachCache();
  let previous: string[] = [];
  return {
    fixture,
    async reached(kind, files, changed) {
      const gone = Object.fromEntries(previous.filter((path) => !(path in files)).map((path) => [path, null]));
      const base = fixture.commit({ ...gone, ...files });
      previous = Object.keys(files);
      const ending = changed.split('.').at(-1) ?? '';
      const head = fixture.commit({ [changed]: ending === 'json' ? '{"changed":true}' : `${files[changed] ?? ''}\n${EFFECT[ending] ?? 'x'}\n` });
      const units = [...new Set(previous.filter((path) => path.includes('/')).map((path) => path.slice(0, path.indexOf('/'))))];
      const reach = await computeReach(await fixture.open(), modelOf(kind, Object.fromEntries(units.map((unit) => [unit, []]))), base, head, cache);
      return reach.units.map((unit) => unit.id).filter((id) => !changed.startsWith(`${id}/`));
    },
  };
}
