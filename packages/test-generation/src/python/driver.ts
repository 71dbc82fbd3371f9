// Python: read by tree-sitter, run by the interpreter of the repository's environment, or the one on PATH.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CALL_MS, LOAD_MS } from '../driver.ts';
import type { Driver } from '../driver.ts';
import { inTurn, runBatch } from '../run/batch.ts';
import type { Batch } from '../run/batch.ts';
import { readPythonModule, seenInPython } from './functions.ts';
import { renderPython } from './literals.ts';

const HARNESS = fileURLToPath(new URL('./harness.py', import.meta.url));

export const python: Driver = {
  language: 'python',
  handles: (path) => path.endsWith('.py') && !/(^|\/)(setup|conftest|__init__|__main__|manage)\.py$/.test(path),
  read: (tree, path, schemas) => readPythonModule(readFileSync(join(tree, path), 'utf8'), (spec) => moduleText(tree, path, spec), schemas),
  seen: (source) => seenInPython(source),
  async run({ tree, folder }, { path, callable, cases, rounds }) {
    const dir = await mkdtemp(join(folder, 'calls-'));
    const file = join(dir, 'task.json');
    const { name, root } = moduleOf(tree, path);
    writeFileSync(
      file,
      JSON.stringify({ module: name, paths: [root, tree, join(tree, dirname(path))], path: callable.path, receiver: callable.receiver !== null, cases }),
    );
    const batch = (round: number): Batch => ({
      count: cases.length,
      callMs: CALL_MS,
      loadMs: LOAD_MS,
      start: (from) => ({
        command: [pythonOf(tree), '-B', '-X', 'utf8', HARNESS, file, String(from)],
        cwd: dir,
        folder: dir,
        env: { AWO_ROUND: String(round), PYTHONHASHSEED: String(round + 1) },
      }),
    });
    return inTurn(rounds, (round) => runBatch(batch(round)));
  },
  render: renderPython,
};

/** How the module is imported: its packages upward, else its folders from the root (or from `src`). */
function moduleOf(tree: string, path: string): { name: string; root: string } {
  let top = dirname(path);
  while (top !== '.' && existsSync(join(tree, top, '__init__.py'))) top = dirname(top);
  const packaged = existsSync(join(tree, dirname(path), '__init__.py'));
  const root = packaged ? top : path.startsWith('src/') ? 'src' : '.';
  const inside = root === '.' ? path : path.slice(root.length + 1);
  return { name: inside.replace(/\.py$/, '').replaceAll('/', '.'), root: join(tree, root) };
}

function moduleText(tree: string, from: string, spec: string): string | null {
  const up = /^\.*/.exec(spec)?.[0].length ?? 0;
  const rest = spec.slice(up).replaceAll('.', '/');
  const bases = up > 0 ? [join(dirname(from), ...Array.from({ length: up - 1 }, () => '..'))] : ['.', 'src', dirname(from)];
  const files = bases.flatMap((base) => [join(tree, base, `${rest}.py`), join(tree, base, rest, '__init__.py')]);
  const file = files.find((one) => one.startsWith(tree) && existsSync(one));
  return file === undefined ? null : readFileSync(file, 'utf8');
}

let onPath: string | undefined;

/** The file itself: a launcher that looks into the home folder finds another one there. */
export function pythonOf(tree: string): string {
  for (const name of ['.venv', 'venv']) if (existsSync(join(tree, name, 'bin', 'python'))) return join(tree, name, 'bin', 'python');
  onPath ??= ['python3', 'python'].map(executableOf).find((one) => one !== '') ?? 'python3';
  return onPath;
}

function executableOf(name: string): string {
  try {
    return execFileSync(name, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** `shop.cart` as the tests of the repository write it, or as it is found from the root. */
export function importName(tree: string, path: string, tests: readonly string[]): string {
  const name = basename(path, '.py');
  for (const text of tests) {
    const found = new RegExp(`^\\s*(?:from|import)\\s+((?:[\\w]+\\.)*${name})\\b`, 'm').exec(text);
    if (found?.[1] && moduleOf(tree, path).name.endsWith(found[1])) return found[1];
  }
  return moduleOf(tree, path).name;
}
