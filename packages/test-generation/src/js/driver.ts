// JavaScript and TypeScript: read by oxc, run by the Node that runs this.
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { CALL_MS, LOAD_MS } from '../driver.ts';
import type { Driver } from '../driver.ts';
import { inTurn, runBatch } from '../run/batch.ts';
import type { Batch } from '../run/batch.ts';
import { stripped } from '../run/stripped.ts';
import { readJsModule } from './functions.ts';
import { renderJs } from './render.ts';
import { seenInJs } from './seen.ts';
import type { Files } from './scope.ts';

const LOADING = new URL('./loading-main.ts', import.meta.url);
const HARNESS = new URL('./harness-main.ts', import.meta.url);
const ENDINGS = ['', '.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.jsx', '/index.ts', '/index.js'];

export const js: Driver = {
  language: 'js',
  handles: (path) => /\.([cm]?[jt]s|[jt]sx)$/.test(path) && !path.endsWith('.d.ts'),
  read: async (tree, path, schemas) => readJsModule(readFileSync(join(tree, path), 'utf8'), path, filesOf(tree), schemas),
  seen: async (source, path) => seenInJs(source, path),
  async run({ tree, folder }, { path, callable, cases, rounds }) {
    const dir = await mkdtemp(join(folder, 'calls-'));
    const file = join(dir, 'task.json');
    writeFileSync(file, JSON.stringify({ module: join(tree, path), path: callable.path, receiver: callable.receiver !== null, cases }));
    const [loading, harness] = [stripped(LOADING, folder), stripped(HARNESS, folder)];
    const batch = (round: number): Batch => ({
      count: cases.length,
      callMs: CALL_MS,
      loadMs: LOAD_MS,
      start: (from) => ({
        command: [process.execPath, '--no-warnings', '--max-old-space-size=1024', '--import', loading, harness, file, String(from)],
        cwd: dir,
        folder: dir,
        env: { AWO_ROUND: String(round) },
      }),
    });
    return inTurn(rounds, (round) => runBatch(batch(round)));
  },
  render: (value) => renderJs(value),
};

/** Modules of the repository by relative specifiers and by the names of its packages; nothing outside the tree is read. */
const filesOf = (tree: string): Files => ({
  read(from, spec) {
    const file = spec.startsWith('.') ? fileAt(resolve(tree, dirname(from), spec)) : inPackage(join(tree, from), spec);
    if (file === null || !file.startsWith(tree + sep) || file.includes(`${sep}node_modules${sep}`)) return null;
    return { path: relative(tree, file), source: readFileSync(file, 'utf8') };
  },
});

const fileAt = (base: string): string | null =>
  [base.replace(/\.([cm]?)js$/, '.$1ts'), ...ENDINGS.map((ending) => base + ending)].find((one) => existsSync(one) && statSync(one).isFile()) ?? null;

/** Null where it is not installed or shows no source: then its types are not known. */
function inPackage(from: string, spec: string): string | null {
  try {
    return realpathSync(createRequire(from).resolve(spec));
  } catch {
    return null;
  }
}
