// By what each test file is run, and the commands that run many of them. Pure.
import { dirname } from 'node:path/posix';

export type RunnerName = 'node' | 'vitest' | 'jest' | 'mocha' | 'pytest' | 'go';
/** The tests of one runner in one folder. */
export type Batch = { runner: RunnerName; dir: string; files: readonly string[]; together?: boolean };
export type Sources = { has(path: string): boolean; text(path: string): string };

/** Null where it is not known how the file is run. */
export function runnerOf(path: string, { has, text }: Sources): { runner: RunnerName; dir: string } | null {
  const up = (...names: readonly string[]): string | null => {
    for (let dir = dirname(path); ; dir = dirname(dir)) {
      if (names.some((name) => has(dir === '.' ? name : `${dir}/${name}`))) return dir;
      if (dir === '.') return null;
    }
  };
  if (path.endsWith('.go')) {
    const dir = up('go.mod');
    return dir === null ? null : { runner: 'go', dir };
  }
  if (path.endsWith('.py')) return { runner: 'pytest', dir: up('pyproject.toml', 'pytest.ini', 'setup.cfg', 'setup.py', 'tox.ini', 'requirements.txt') ?? '.' };
  if (!/\.([mc]?[jt]s|[jt]sx)$/.test(path)) return null;
  const source = text(path);
  const manifestDir = up('package.json') ?? '.';
  const manifest = text(manifestDir === '.' ? 'package.json' : `${manifestDir}/package.json`);
  if (/from ['"]vitest['"]/.test(source)) return { runner: 'vitest', dir: up('vitest.config.ts', 'vitest.config.js', 'vitest.config.mjs') ?? manifestDir };
  if (/['"](node:test|bun:test)['"]/.test(source)) return { runner: 'node', dir: manifestDir };
  for (const runner of ['vitest', 'jest', 'mocha'] as const) if (new RegExp(`\\b${runner}\\b`).test(manifest)) return { runner, dir: manifestDir };
  return { runner: 'node', dir: manifestDir };
}

/** `together`: one process for all files of node:test and of pytest, from the root; for repositories whose tests do not mind. */
export function batchesOf(tests: readonly string[], sources: Sources, together = false): { batches: Batch[]; unknown: string[] } {
  const found = new Map<string, { runner: RunnerName; dir: string; files: string[]; together: boolean }>();
  const unknown: string[] = [];
  for (const path of tests) {
    const by = runnerOf(path, sources);
    if (by === null) unknown.push(path);
    else {
      if (together && by.runner !== 'go') by.dir = '.';
      const key = `${by.runner}\0${by.dir}`;
      const batch = found.get(key) ?? { ...by, files: [], together };
      batch.files.push(path);
      found.set(key, batch);
    }
  }
  return { batches: [...found.values()], unknown };
}
