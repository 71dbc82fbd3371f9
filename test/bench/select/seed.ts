// Seeds bugs into a project, runs all its tests once per bug, and keeps those that a few tests reveal.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from '@awo/mutation';
import type { CoverageLine } from '@awo/test-order';
import { type Bug, bugsOf } from './bugs.ts';
import { repositoryOf, testsOf } from './prepare.ts';
import type { Project } from './projects.ts';

export type Seeded = {
  project: string;
  repo: string;
  tests: string[];
  coverage: CoverageLine[];
  loaded: CoverageLine[];
  bugs: (Bug & { failing: string[] })[];
  tried: number;
};

/** What more than this share of the tests reveal is found before it is committed. */
const AT_MOST = 0.1;

export async function seedProject(dir: string, project: Project, wanted: number, seed: number): Promise<Seeded> {
  const repo = repositoryOf(dir, project);
  const tests = testsOf(repo, project);
  try {
    const file = join(dir, `${project.folder}.coverage.jsonl`);
    rmSync(file, { force: true });
    // In a process of its own: V8 shows blocks only of code that it compiles after coverage has begun.
    const passed = await tests.run({ files: {}, coverage: file });
    tests.close();
    const before = await tests.run({ files: {} });
    if (!before || !passed || passed.size === 0) throw new Error(`The tests of ${project.spec} did not run.`);
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line): CoverageLine => JSON.parse(line));
    const coverage = lines.filter((line) => line.test !== '');
    const known = new Set(coverage.map((line) => line.test));
    const stable = [...passed]
      .filter(([test, times]) => before.get(test) === times && known.has(test))
      .map(([test]) => test)
      .sort();
    const executed = new Map<string, Set<number>>();
    for (const line of coverage) {
      const own = executed.get(line.file) ?? new Set<number>();
      executed.set(line.file, own);
      for (const [from, to] of line.lines ?? []) for (let at = from; at <= to; at += 1) own.add(at);
    }
    const sources = new Map([...executed.keys()].sort().map((path) => [path, readFileSync(join(repo, path), 'utf8')]));
    const bugs: Seeded['bugs'] = [];
    let tried = 0;
    for await (const bug of bugsOf(sources, executed, randomFrom(seed))) {
      if (bugs.length >= wanted || tried >= 6 * wanted) break;
      tried += 1;
      const after = await tests.run({ files: { ...Object.fromEntries(sources), ...bug.files } });
      for (const [path, text] of sources) writeFileSync(join(repo, path), text);
      if (!after) continue;
      const failing = stable.filter((test) => (after.get(test) ?? 0) < (passed.get(test) ?? 0));
      if (failing.length > 0 && failing.length <= Math.max(1, AT_MOST * stable.length)) bugs.push({ ...bug, failing });
    }
    return { project: project.folder, repo, tests: stable, coverage, loaded: lines.filter((line) => line.test === ''), bugs, tried };
  } finally {
    tests.close();
  }
}
