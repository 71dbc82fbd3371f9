// Results by content: the same command over the same files in the same environment is not run again. Only what passed at once is kept.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { delimiter, join } from 'node:path';
import { TestReport, type Install, type Suite } from '@awo/contracts';
import { treeOf } from './work-tree/checkout.ts';
import { suiteEnvironment } from './process/environment.ts';
import { shortHash, type Settings } from './settings.ts';

type Wanted = { repo: string; sha: string; suite: Suite; install: readonly Install[]; only?: readonly string[] | undefined };
/** Names under which results are kept: of the whole suite, and of the files that alone are wanted. Null where nothing may be reused, or nothing less is wanted. */
type Keys = { whole: string | null; narrow: string | null };

/** What a digest cannot see changes with time: networks, dates, what is installed without a lock file. */
const MAX_AGE_MS = 7 * 24 * 3_600_000;
const MOST_KEPT = 500;
/** Another version of these gives another result. */
const TOOLS = 'node npm pnpm yarn bun python3 pytest uv poetry go cargo rustc java mvn gradle dotnet ruby php make'.split(' ');

/**
 * In the name: every file of the commit (its tree), the suite's command, its installs,
 * the environment that a suite sees, the tools found on PATH with size and time, this Node, kernel and machine.
 */
export async function resultKeys(
  settings: Settings,
  { repo, sha, suite, install, only = [] }: Wanted,
  { signal, mark }: { signal: AbortSignal; mark: string },
): Promise<Keys> {
  // What is installed without a lock file is another thing tomorrow.
  if (install.some(({ lockfile }) => lockfile === null)) return { whole: null, narrow: null };
  const env = suiteEnvironment(settings, '', '');
  // By a mark of its own: what ends one look would end all that are under way.
  const tree = await treeOf(repo, sha, { env: { ...env, AWO_TEST_RUN: mark }, signal, mark });
  const { dir, command, runner, timeoutMs } = suite;
  const facts = { tree, dir, command, runner, timeoutMs, install, env, tools: await toolsOn(env.PATH ?? '', command[0] ?? ''), node: process.version };
  const name = (what: object): string =>
    createHash('sha256')
      .update(JSON.stringify([1, what, platform(), arch(), release()]))
      .digest('hex');
  return { whole: name(facts), narrow: only.length > 0 ? name({ ...facts, only: only.toSorted() }) : null };
}

async function toolsOn(path: string, program: string): Promise<string[]> {
  const folders = path.split(delimiter);
  const found = await Promise.all(
    [...new Set([program, ...TOOLS])].map(async (name) => {
      for (const folder of folders) {
        const file = await stat(join(folder, name)).catch(() => null);
        if (file?.isFile()) return `${await realpath(join(folder, name))} ${file.size} ${file.mtimeMs}`;
      }
      return name;
    }),
  );
  return found;
}

const fileOf = (settings: Settings, key: string): string => join(settings.root, 'results', `${key}.json`);

/** The kept report, as that of this suite; null where there is none that may be used. The whole suite says more than some of its files. */
export async function findResult(settings: Settings, { whole, narrow }: Keys, suite: string): Promise<TestReport | null> {
  for (const key of [whole, narrow]) {
    const known = key === null ? null : await readResult(settings, key, suite);
    if (known) return known;
  }
  return null;
}

async function readResult(settings: Settings, key: string, suite: string): Promise<TestReport | null> {
  const path = fileOf(settings, key);
  const file = await stat(path).catch(() => null);
  if (file === null || Date.now() - file.mtimeMs > MAX_AGE_MS) return null;
  try {
    const report = TestReport.parse(JSON.parse(await readFile(path, 'utf8')));
    return report.reused && report.verdict === 'passed' ? { ...report, suite } : null;
  } catch {
    return null;
  }
}

/** A flaky result says nothing about the next run, and a failure may pass in it: neither is kept. */
export async function keepResult(settings: Settings, key: string, sha: string, report: TestReport): Promise<void> {
  if (report.verdict !== 'passed' || report.counts.flaky > 0) return;
  const path = fileOf(settings, key);
  await mkdir(join(settings.root, 'results'), { recursive: true });
  const kept: TestReport = { ...report, output: report.output.slice(-4000), reused: { sha, at: new Date().toISOString() } };
  const fresh = `${path}.${process.pid}.${shortHash(`${performance.now()}`)}`;
  await writeFile(fresh, JSON.stringify(kept));
  // Readers see the old result or the new one, never half of it.
  await rename(fresh, path);
  await prune(settings);
}

async function prune(settings: Settings): Promise<void> {
  const folder = join(settings.root, 'results');
  const names = await readdir(folder);
  if (names.length <= MOST_KEPT) return;
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })));
  const old = dated.toSorted((a, b) => b.at - a.at).slice(MOST_KEPT);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}
