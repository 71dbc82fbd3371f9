// Runs the test files of one batch in a tree and says which of them passed.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type CommandResult, runCommand } from '@awo/test-run';
import { z } from 'zod';
import type { Batch } from './runners.ts';

/** `passed` holds files; `broken`: the code did not compile, so nothing was shown. */
export type BatchResult = { passed: Set<string>; broken: boolean };
export type RunLimits = { timeoutMs: number; scratch: string; signal: AbortSignal; mark: string; env: Readonly<Record<string, string | undefined>> };

type Once = BatchResult & { ended: boolean };

export async function runBatch(tree: string, batch: Batch, limits: RunLimits): Promise<BatchResult> {
  const { passed, broken, ended } = await runOnce(tree, batch, limits);
  if (ended || batch.files.length === 1) return { passed, broken };
  // One that hangs ends the run of all: each alone, so that no file is blamed for its neighbours.
  for (const file of batch.files) {
    if (limits.signal.aborted) break;
    const alone = await runOnce(tree, { ...batch, files: [file] }, limits);
    if (alone.passed.has(file)) passed.add(file);
  }
  return { passed, broken };
}

/** `ended`: every file had its turn. */
async function runOnce(tree: string, batch: Batch, limits: RunLimits): Promise<Once> {
  const cwd = join(tree, batch.dir);
  const own = batch.files.map((path) => relative(cwd, join(tree, path)));
  const run = (command: readonly string[]): Promise<CommandResult> =>
    runCommand({ command, cwd, env: environment(limits), timeoutMs: limits.timeoutMs, signal: limits.signal, mark: limits.mark });
  const bin = (name: string, file: string): string => upwards(tree, batch.dir, join('node_modules', name, file));
  switch (batch.runner) {
    case 'node':
      if (batch.together) return { passed: await allAtOnce(batch, own, run, cwd), broken: false, ended: true };
      return { passed: await oneByOne(batch, own, (file) => run([process.execPath, file])), broken: false, ended: true };
    case 'mocha':
      return { passed: await oneByOne(batch, own, (file) => run([process.execPath, bin('mocha', 'bin/mocha.js'), file])), broken: false, ended: true };
    case 'vitest':
    case 'jest': {
      const out = join(limits.scratch, 'report.json');
      rmSync(out, { force: true });
      const program = batch.runner === 'vitest' ? [bin('vitest', 'vitest.mjs'), 'run', '--reporter=json'] : [bin('jest', 'bin/jest.js'), '--json', '--ci'];
      const { end } = await run([process.execPath, ...program, `--outputFile=${out}`, ...own]);
      return { passed: jsonPassed(out, tree), broken: false, ended: end.kind === 'exited' };
    }
    case 'pytest': {
      const { stdout, end } = await run(['python3', '-m', 'pytest', '-q', '--tb=no', '-rA', '-p', 'no:cacheprovider', '--rootdir=.', ...own]);
      const bad = new Set([...stdout.matchAll(/^(?:FAILED|ERROR) ([^\s:]+)/gm)].map(([, file]) => file ?? ''));
      const good = new Set([...stdout.matchAll(/^PASSED ([^\s:]+)::/gm)].map(([, file]) => file ?? ''));
      const ended = end.kind === 'exited';
      return { passed: new Set(batch.files.filter((_, i) => ended && good.has(own[i] ?? '') && !bad.has(own[i] ?? ''))), broken: false, ended };
    }
    case 'go':
      // A pass that go kept knows nothing of what the test builds or starts.
      // A package that hangs lets the others go on beside it.
      return { ...goTests(tree, batch, (await run(['go', 'test', '-count=1', '-json', '-vet=off', './...'])).stdout), ended: true };
  }
}

/** No secrets, a fixed zone, and no compiled Python beside the sources: it is chosen by time and size, which a mistake may leave as they are. */
function environment({ env, scratch, mark }: RunLimits): Record<string, string> {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && /^(PATH|HOME|GO[A-Z]*|PYENV_\w+|LANG|LC_\w+|XDG_CACHE_HOME|JAVA_HOME|TMPDIR)$/.test(name) ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(kept),
    PATH: `${dirname(process.execPath)}:${env['PATH'] ?? ''}`,
    TMPDIR: scratch,
    CI: 'true',
    TZ: 'UTC',
    PYTHONDONTWRITEBYTECODE: '1',
    AWO_TEST_RUN: mark,
  };
}

function upwards(tree: string, from: string, file: string): string {
  for (let dir = from; ; dir = dirname(dir)) {
    const path = join(tree, dir, file);
    if (existsSync(path) || dir === '.') return path;
  }
}

async function oneByOne({ files }: Batch, own: readonly string[], run: (file: string) => Promise<CommandResult>): Promise<Set<string>> {
  const passed = new Set<string>();
  for (const [i, file] of own.entries()) {
    const { end } = await run(file);
    if (end.kind === 'exited' && end.code === 0) passed.add(files[i] ?? '');
  }
  return passed;
}

const NODE_REPORTER = `data:text/javascript,export default async function* (events) { for await (const { type, data } of events) if (/^test:(pass|fail)$/.test(type)) yield type.slice(5) + ' ' + data.file + '\\n'; }`;

/** What fails beside others is run again alone, so that no file is blamed for its neighbours. */
async function allAtOnce(
  { files }: Batch,
  own: readonly string[],
  run: (command: readonly string[]) => Promise<CommandResult>,
  cwd: string,
): Promise<Set<string>> {
  const { stdout } = await run([process.execPath, '--test', '--test-isolation=none', `--test-reporter=${NODE_REPORTER}`, ...own]);
  const said = (verdict: string): Set<string> =>
    new Set([...stdout.matchAll(new RegExp(`^${verdict} (.+)$`, 'gm'))].map(([, file]) => relative(cwd, file ?? '')));
  const [good, bad] = [said('pass'), said('fail')];
  const passed = new Set(files.filter((_, i) => good.has(own[i] ?? '') && !bad.has(own[i] ?? '')));
  for (const [i, file] of files.entries()) {
    if (passed.has(file)) continue;
    const { end } = await run([process.execPath, own[i] ?? '']);
    if (end.kind === 'exited' && end.code === 0) passed.add(file);
  }
  return passed;
}

const JsonReport = z.object({ testResults: z.array(z.object({ name: z.string(), status: z.string() })) });

function jsonPassed(file: string, tree: string): Set<string> {
  if (!existsSync(file)) return new Set();
  const { testResults } = JsonReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  return new Set(testResults.filter(({ status }) => status === 'passed').map(({ name }) => relative(tree, name)));
}

const GoEvent = z.object({ Action: z.string(), Package: z.string().optional(), Test: z.string().optional() });

/** go names tests by package; which file each is in stands in the files. */
function goTests(tree: string, { files, dir }: Batch, stdout: string): BatchResult {
  const verdicts = new Map<string, string>();
  let broken = false;
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('{')) continue;
    const event = GoEvent.safeParse(JSON.parse(line));
    if (!event.success) continue;
    const { Action, Package = '', Test } = event.data;
    if (Action === 'build-fail') broken = true;
    if (Test !== undefined && /^(pass|fail|skip)$/.test(Action)) verdicts.set(`${Package}\0${Test}`, Action);
  }
  const module = /^module\s+(\S+)/m.exec(readFileSync(join(tree, dir, 'go.mod'), 'utf8'))?.[1] ?? '';
  const passed = files.filter((file) => {
    const at = relative(join(tree, dir), dirname(join(tree, file)));
    const names = [...readFileSync(join(tree, file), 'utf8').matchAll(/^func (Test\w*)\(/gm)].map(([, name]) => name ?? '');
    const own = names.map((name) => verdicts.get(`${at === '' ? module : `${module}/${at}`}\0${name}`));
    return own.length > 0 && own.every((verdict) => verdict === 'pass' || verdict === 'skip');
  });
  return { passed: new Set(passed), broken };
}
