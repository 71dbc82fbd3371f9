// Runs a project's tests again and again in one process, each time with other contents of its files, and says what passed.
import { globSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startCoverage } from './coverage.ts';

type Test = { fullTitle(): string };
type Hook = (name: string, body: (this: { currentTest?: Test }) => void) => void;
type Suite = { beforeEach: Hook; afterEach: Hook };
type Run = { on(event: 'pass', heard: (test: Test) => void): Run };
type Mocha = { addFile(file: string): void; loadFiles(): void; suite: Suite; run(done: () => void): Run; dispose(): void };
/** One request per line of standard input: files to write first, and where coverage goes. */
export type RunRequest = { files: Record<string, string>; coverage?: string };

const patterns = process.argv.slice(2);
const root = process.cwd();
const load = createRequire(join(root, 'package.json'));
const MochaClass: { new (options: object): Mocha; interfaces: { tdd(suite: Suite): void } } = load('mocha');
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'lab' ? { url: new URL('lab.ts', import.meta.url).href, shortCircuit: true } : next(specifier, context),
});
const files = [...new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: root })))].sort().map((file) => resolve(root, file));

async function runOnce(request: RunRequest): Promise<string[]> {
  for (const [file, text] of Object.entries(request.files)) writeFileSync(join(root, file), text);
  for (const key of Object.keys(load.cache)) if (!key.includes('/node_modules/mocha/') && !key.endsWith('.ts')) delete load.cache[key];
  const passed: string[] = [];
  const mocha = new MochaClass({ ui: 'bdd', reporter: class {}, timeout: 5000 });
  MochaClass.interfaces.tdd(mocha.suite);
  for (const file of files) mocha.addFile(file);
  const take = request.coverage === undefined ? () => undefined : startCoverage(root, request.coverage);
  let loaded = false;
  mocha.suite.beforeEach('loaded', () => {
    if (!loaded) take('');
    loaded = true;
  });
  mocha.suite.afterEach('executed', function executedBy() {
    take(this.currentTest?.fullTitle() ?? '');
  });
  try {
    mocha.loadFiles();
  } catch (error) {
    // A bug may keep the files from loading: then nothing passes, and why is for whoever looks.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return [];
  }
  await new Promise<void>((done) => mocha.run(done).on('pass', (test) => passed.push(test.fullTitle())));
  mocha.dispose();
  return passed;
}

process.on('uncaughtException', () => undefined);
for (const quiet of ['log', 'error', 'warn', 'info'] as const) console[quiet] = () => undefined;
for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(await runOnce(JSON.parse(line)))}\n`);
process.exit(0);
