// What suites did in earlier runs of `awo test run`, one JSON object per line beside the work trees: their order and flakiness come from it.
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { SuiteRun } from '@awo/contracts';
import type { TestReport } from '@awo/contracts';

const LINES_KEPT = 5000;

const fileOf = (home: string, repo: string): string => join(home, 'tests', 'history', `${createHash('sha256').update(repo).digest('hex').slice(0, 12)}.jsonl`);

/** Oldest first. A line that cannot be read, such as one cut off by a crash, is left out. */
export async function readRuns(home: string, repo: string): Promise<SuiteRun[]> {
  const text = await readFile(fileOf(home, repo), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      const read = SuiteRun.safeParse(JSON.parse(line));
      return read.success ? [read.data] : [];
    } catch {
      return [];
    }
  });
}

/** `cycle`: when the run began, in milliseconds. Reused results are no runs, and some files of a suite are not the suite. */
export async function keepRuns(
  home: string,
  repo: string,
  run: { head: string; cycle: number; changed: string[] },
  reports: readonly TestReport[],
): Promise<void> {
  const lines = reports.filter(({ reused, only }) => !reused && !only).map((report) => JSON.stringify(runOf(run, report)));
  if (lines.length === 0) return;
  const file = fileOf(home, repo);
  await mkdir(join(home, 'tests', 'history'), { recursive: true });
  await appendFile(file, `${lines.join('\n')}\n`);
  const all = (await readFile(file, 'utf8')).split('\n');
  if (all.length > LINES_KEPT * 2) await writeFile(file, `${all.slice(-LINES_KEPT).join('\n')}`);
}

function runOf({ head, cycle, changed }: { head: string; cycle: number; changed: string[] }, report: TestReport): SuiteRun {
  const bad = report.cases
    .flatMap(({ name, file, outcome }) => (outcome === 'failed' || outcome === 'flaky' ? [{ test: name, file, outcome }] : []))
    .slice(0, 20);
  const outcome = report.verdict === 'broken' ? 'error' : report.verdict === 'failed' ? 'failed' : report.counts.flaky > 0 ? 'flaky' : 'passed';
  return {
    goal: `run-${cycle}`,
    head,
    line: { cycle, at: new Date(cycle).toISOString(), test: report.suite, outcome, durationMs: Math.round(report.durationMs), changed: changed.slice(0, 50) },
    ...(bad.length > 0 ? { bad } : {}),
  };
}
