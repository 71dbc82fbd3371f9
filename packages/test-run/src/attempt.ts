// One run of a suite's command in its work tree, and what it said in the terms of the report.
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize, relative } from 'node:path';
import type { Suite, TestCase } from '@awo/contracts';
import type { Instrumented } from './command/instrument.ts';
import { parseOutput } from './parse/index.ts';
import type { Parsed } from './parse/parsed.ts';
import { runCommand, type CommandResult } from './process/group.ts';
import { clearReports, readReports } from './report-files.ts';

export type Attempt = { command: string; result: CommandResult; parsed: Parsed | null };

/** Where a suite runs: its work tree, its folder in it, a folder for reports, and the environment. */
export type Place = { tree: string; dir: string; reports: string; env: Record<string, string>; signal: AbortSignal; mark: string; background?: boolean };

export async function attempt(suite: Suite, { command, env }: Pick<Instrumented, 'command' | 'env'>, place: Place): Promise<Attempt> {
  await clearReports(place.dir, place.reports, suite.runner);
  const result = await runCommand({
    command,
    cwd: place.dir,
    env: { ...place.env, ...env },
    timeoutMs: suite.timeoutMs,
    signal: place.signal,
    mark: place.mark,
    background: place.background ?? false,
  });
  place.signal.throwIfAborted();
  const reports = await readReports(place.dir, place.reports, suite.runner);
  const isFile = (path: string): boolean => statSync(join(place.dir, path), { throwIfNoEntry: false })?.isFile() ?? false;
  const parsed = parseOutput(suite.runner, { stdout: result.stdout, stderr: result.stderr, truncated: result.truncated, reports, isFile });
  // The command as the repository has it: what was added is of no use to a reader.
  return { command: suite.command.join(' '), result, parsed: parsed === null ? null : inRepositoryTerms(parsed, place) };
}

/** Paths in names, files and messages as seen from the suite's folder: the work tree's own path means nothing to a reader. */
function inRepositoryTerms(parsed: Parsed, place: Place): Parsed {
  const roots = [...new Set([place.tree, realpathSync(place.tree)])];
  const file = (path: string): string => {
    const root = roots.find((each) => path.startsWith(`${each}/`));
    return root === undefined ? path : relative(join(root, relative(place.tree, place.dir)), path);
  };
  const words = (text: string): string => roots.reduce((clean, root) => clean.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, ''), text);
  return {
    ...parsed,
    cases: parsed.cases.map((test) => ({
      ...test,
      name: words(test.name),
      file: test.file === null ? null : file(test.file),
      ...(test.message ? { message: words(test.message) } : {}),
    })),
    loadErrors: parsed.loadErrors.map(({ where, message }) => ({ where: file(where), message: words(message) })),
  };
}

/** The same file as seen from the repository's root. */
export const fromRoot = (suiteDir: string, test: TestCase): TestCase =>
  test.file === null || isAbsolute(test.file) ? test : { ...test, file: normalize(join(suiteDir, test.file)) };
