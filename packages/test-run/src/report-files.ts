// Report files: those the instrumented command writes beside the run, and those that Maven, Gradle and the like leave in the work tree.
import { glob, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Suite } from '@awo/contracts';

const MAX_FILES = 2000;
const MAX_BYTES = 32 * 1024 * 1024;
const LEFT_BY_ANY = ['.awo-junit.xml'];
const LEFT_BY_BUILD_TOOLS = [
  'junit.xml',
  '{test-results,reports}/**/*.xml',
  '**/target/{surefire,failsafe}-reports/TEST-*.xml',
  '**/build/test-results/**/*.xml',
];

const patterns = (runner: Suite['runner']): string[] =>
  runner === 'maven' || runner === 'gradle' || runner === 'junit' ? [...LEFT_BY_ANY, ...LEFT_BY_BUILD_TOOLS] : LEFT_BY_ANY;

/** Reports of an earlier run would be read as this run's: they go first. */
export async function clearReports(dir: string, reports: string, runner: Suite['runner']): Promise<void> {
  for (const path of await found(dir, reports, runner)) await rm(path, { force: true });
}

export async function readReports(dir: string, reports: string, runner: Suite['runner']): Promise<{ path: string; text: string }[]> {
  const files: { path: string; text: string }[] = [];
  for (const path of await found(dir, reports, runner)) if ((await stat(path)).size <= MAX_BYTES) files.push({ path, text: await readFile(path, 'utf8') });
  return files;
}

async function found(dir: string, reports: string, runner: Suite['runner']): Promise<string[]> {
  const own = (await readdir(reports)).map((name) => join(reports, name));
  const left: string[] = [];
  for await (const name of glob(patterns(runner), { cwd: dir, exclude: (path) => /(^|\/)(node_modules|\.git|\.venv)(\/|$)/.test(path) })) {
    if (left.length >= MAX_FILES) break;
    left.push(join(dir, name));
  }
  return [...own, ...left];
}
