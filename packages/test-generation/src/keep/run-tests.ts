// Runs test files by the repository's own framework, in the sandbox: without network, and at another time where that is asked.
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileTest } from '../go/driver.ts';
import { pythonOf } from '../python/driver.ts';
import { runConfined } from '../run/sandbox.ts';
import type { Run } from '../run/sandbox.ts';
import { stripped } from '../run/stripped.ts';
import type { Style } from './suite.ts';

const CLOCK = new URL('./clock-main.ts', import.meta.url);
const PYTHON_CLOCK = fileURLToPath(new URL('./python-clock', import.meta.url));

export type Variant = { later?: boolean; hashSeed?: number };
export type Suite = { tree: string; folder: string; style: Style; timeoutMs: number };
/** `broken`: they could not be run at all. */
export type Verdict = { passed: boolean; ms: number; output: string };

/** `files` are paths in the tree. */
export async function runTests(
  { tree, folder, style, timeoutMs }: Suite,
  files: readonly string[],
  { later = false, hashSeed = 0 }: Variant = {},
): Promise<Verdict> {
  if (files.length === 0) return { passed: true, ms: 0, output: '' };
  if (style.framework === 'go test') return goTests({ tree, folder, style, timeoutMs }, files, later);
  const [command, cwd] = commandOf(style, tree, files);
  const env: Record<string, string> = { PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: String(hashSeed) };
  if (later) Object.assign(env, { TZ: 'Pacific/Auckland', NODE_OPTIONS: `--no-warnings --import ${stripped(CLOCK, folder)}`, PYTHONPATH: PYTHON_CLOCK });
  return verdict(await runConfined({ command, cwd, folder, env }, timeoutMs));
}

const verdict = (run: Run): Verdict => ({
  passed: run.code === 0,
  ms: run.ms,
  output: run.timedOut ? `they did not end: ${run.output.slice(-500)}` : run.output.slice(-2000),
});

/** In the folder of the nearest package, as its own script would. */
function commandOf({ framework, nodeOptions }: Style, tree: string, files: readonly string[]): [string[], string] {
  const at = (own: string): string => files.map((file) => join(tree, file))[0]?.replace(/[^/]*$/, own) ?? own;
  // A single file needs no process of its own below the runner.
  if (framework === 'node:test')
    return [[process.execPath, ...nodeOptions, ...(files.length > 1 ? ['--test'] : []), ...files.map((file) => join(tree, file))], tree];
  if (framework === 'pytest' || framework === 'unittest') {
    const python = pythonOf(tree);
    return framework === 'pytest'
      ? [[python, '-m', 'pytest', '-q', '-x', '-p', 'no:cacheprovider', ...files], tree]
      : [[python, '-m', 'unittest', '-f', ...files], tree];
  }
  const base = nearestWith(tree, dirname(at('')), join('node_modules', '.bin', framework));
  const program = join(base, 'node_modules', '.bin', framework);
  const paths = files.map((file) => join(tree, file));
  return framework === 'vitest' ? [[program, 'run', '--bail', '1', ...paths], base] : [[program, '--bail', '--runInBand', '--runTestsByPath', ...paths], base];
}

function nearestWith(tree: string, from: string, what: string): string {
  for (let dir = from; dir.startsWith(tree); dir = dirname(dir)) if (existsSync(join(dir, what))) return dir;
  return tree;
}

/** Compiled outside, since a compiler keeps what it made; run inside, one package after the other. */
async function goTests({ tree, folder, timeoutMs }: Suite, files: readonly string[], later: boolean): Promise<Verdict> {
  let ms = 0;
  for (const path of new Set(files.map((file) => dirname(file)))) {
    const dir = await mkdtemp(join(folder, 'tests-'));
    const program = join(dir, 'tests');
    const began = performance.now();
    const failed = await compileTest(tree, path, program, dir, {});
    if (failed !== null) return { passed: false, ms, output: failed };
    const run = await runConfined(
      { command: [program, '-test.failfast', '-test.shuffle=on'], cwd: join(tree, path), folder, env: later ? { TZ: 'Pacific/Auckland' } : {} },
      timeoutMs,
    );
    ms += Math.round(performance.now() - began);
    if (run.code !== 0) return { ...verdict(run), ms };
  }
  return { passed: true, ms, output: '' };
}
