// Go: read by tree-sitter, compiled with its package (nothing in the tree is written: files are laid over it), run in the sandbox.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gitEnvironment } from '@awo/repository';
import { CALL_MS, LOAD_MS } from '../driver.ts';
import type { Driver } from '../driver.ts';
import { inTurn, runBatch } from '../run/batch.ts';
import type { Batch } from '../run/batch.ts';
import { readGoModule, seenInGo } from './functions.ts';
import { goHarness, renderGo } from './render.ts';
import type { Value } from '../value.ts';

const HARNESS_FILE = 'zz_awo_calls_test.go';
const BUILD_MS = 240_000;

export const go: Driver = {
  language: 'go',
  handles: (path) => path.endsWith('.go') && !path.endsWith('_test.go'),
  async read(tree, path) {
    const others = packageFiles(join(tree, dirname(path))).filter((file) => join(dirname(path), file) !== path && !file.endsWith('_test.go'));
    return readGoModule(
      readFileSync(join(tree, path), 'utf8'),
      others.map((file) => readFileSync(join(tree, dirname(path), file), 'utf8')),
    );
  },
  seen: (source) => seenInGo(source),
  async run({ tree, folder }, { path, callable, cases, rounds }) {
    const dir = await mkdtemp(join(folder, 'calls-'));
    const packageDir = join(tree, dirname(path));
    const name = /^package\s+(\w+)/m.exec(readFileSync(join(tree, path), 'utf8'))?.[1] ?? 'main';
    let kept: (readonly Value[])[] = [...cases];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const harness = goHarness(name, callable, kept);
      writeFileSync(join(dir, HARNESS_FILE), harness);
      // Other tests of the package may have a main of their own.
      const replace = Object.fromEntries(
        packageFiles(packageDir)
          .filter((file) => file.endsWith('_test.go'))
          .map((file) => [join(packageDir, file), '']),
      );
      const failed = await compileTest(tree, dirname(path), join(dir, 'calls'), dir, { ...replace, [join(packageDir, HARNESS_FILE)]: join(dir, HARNESS_FILE) });
      if (failed === null) break;
      // A case that the compiler refuses is no call of this function.
      const first = harness.split('\n').findIndex((line) => line.startsWith('var awoCalls')) + 2;
      const bad = new Set([...failed.matchAll(/zz_awo_calls_test\.go:(\d+):/g)].map(([, line]) => Number(line) - first));
      const next = kept.map((args, i) => (bad.has(i) ? [{ t: 'opaque', v: 'refused' } as const] : args));
      if (bad.size === 0 || attempt === 2) return rounds.map(() => ({ outcomes: cases.map(() => null), failed }));
      kept = next;
    }
    const batch: Batch = {
      count: cases.length,
      callMs: CALL_MS,
      loadMs: LOAD_MS,
      start: (from) => ({
        command: [join(dir, 'calls')],
        cwd: dir,
        folder: dir,
        env: { AWO_FROM: String(from), AWO_OUT: join(dir, 'printed'), GOMEMLIMIT: '1GiB' },
      }),
    };
    return inTurn(rounds, async () => {
      const result = await runBatch(batch);
      return {
        ...result,
        outcomes: result.outcomes.map((outcome) => (outcome?.ended.kind === 'crashed' && outcome.ended.why === 'no such call' ? null : outcome)),
      };
    });
  },
  render: (value) => renderGo(value),
};

const packageFiles = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith('.go')) : []);

/** Compiles the tests of a package without the network. Null, or what the compiler says. */
export function compileTest(tree: string, packagePath: string, out: string, dir: string, replace: Readonly<Record<string, string>>): Promise<string | null> {
  const overlay = join(dir, 'overlay.json');
  writeFileSync(overlay, JSON.stringify({ Replace: replace }));
  const { PATH = '', HOME = '', GOCACHE, GOMODCACHE, GOPATH, GOROOT, GOWORK } = gitEnvironment();
  const own = Object.fromEntries(Object.entries({ GOCACHE, GOMODCACHE, GOPATH, GOROOT, GOWORK }).filter(([, value]) => value !== undefined));
  const env = { PATH, HOME, ...own, GOPROXY: 'off', GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOFLAGS: '' };
  const args = ['test', '-c', '-vet=off', '-overlay', overlay, '-o', out, `./${packagePath}`];
  return new Promise((resolve) => {
    execFile('go', args, { cwd: tree, env, timeout: BUILD_MS, maxBuffer: 8 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve(error ? `${stdout}${stderr}`.trim().slice(0, 4000) || error.message : null);
    });
  });
}
