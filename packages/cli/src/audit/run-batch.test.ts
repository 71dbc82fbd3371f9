// Batches of real tests: a pass counts for the tree as it is now.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runBatch } from './run-batch.ts';

const home = mkdtempSync(join(tmpdir(), 'awo-batch-'));
const [tree, scratch] = [join(home, 'tree'), join(home, 'scratch')];
for (const folder of [tree, scratch]) mkdirSync(folder);
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('a test of go that starts a program is run again when only the program changed, as the pass that go kept knows nothing of it', async () => {
  writeFileSync(join(tree, 'go.mod'), 'module example.org/rate\n\ngo 1.22\n');
  writeFileSync(
    join(tree, 'rate_test.go'),
    'package rate\n\nimport (\n\t"os/exec"\n\t"testing"\n)\n\nfunc TestRate(t *testing.T) {\n\tif said, _ := exec.Command("sh", "rate.sh").Output(); string(said) != "3" {\n\t\tt.Fatal(string(said))\n\t}\n}\n',
  );
  const passes = async (says: string) => {
    writeFileSync(join(tree, 'rate.sh'), `printf ${says}`);
    const batch = { runner: 'go', dir: '.', files: ['rate_test.go'], together: false } as const;
    const limits = { timeoutMs: 120_000, scratch, signal: new AbortController().signal, mark: 'rate', env: process.env };
    return [...(await runBatch(tree, batch, limits)).passed];
  };
  expect(await passes('3')).toEqual(['rate_test.go']);
  expect(await passes('4')).toEqual([]);
}, 300_000);

test('a file that hangs is blamed alone, as the run of all ends with it and the others would look broken as well', async () => {
  const dir = join(tree, 'shop');
  mkdirSync(join(dir, 'node_modules'), { recursive: true });
  symlinkSync(fileURLToPath(new URL('../../../../node_modules/vitest', import.meta.url)), join(dir, 'node_modules', 'vitest'));
  writeFileSync(join(dir, 'good.test.js'), "import { test } from 'vitest';\ntest('adds', () => {});\n");
  writeFileSync(
    join(dir, 'hangs.test.js'),
    "import { test } from 'vitest';\ntest('ends', () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });\n",
  );
  const batch = { runner: 'vitest', dir: 'shop', files: ['shop/good.test.js', 'shop/hangs.test.js'] } as const;
  const limits = { timeoutMs: 10_000, scratch, signal: new AbortController().signal, mark: 'hang', env: process.env };
  expect([...(await runBatch(tree, batch, limits)).passed]).toEqual(['shop/good.test.js']);
}, 300_000);
