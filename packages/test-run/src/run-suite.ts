// tests.run: one suite at one commit, in a clean work tree, a failure run once more; not at all where its result is known.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RetryableError, TerminalError, type TestReport, testsRun } from '@awo/contracts';
import { z } from 'zod';
import { attempt, type Place } from './attempt.ts';
import { instrument } from './command/instrument.ts';
import { narrow, pickFiles } from './command/narrow.ts';
import { prepareHome, suiteEnvironment } from './process/environment.ts';
import { makeScratch, removeOrphanScratch, removeScratch } from './process/scratch.ts';
import { endMarked, endOrphans, runMark } from './process/strays.ts';
import { brokenReport, reportOf } from './report.ts';
import { findResult, keepResult, resultKeys } from './reuse.ts';
import { shortHash, type Settings } from './settings.ts';
import { coresOf, slots } from './slots.ts';
import { combine, judge, seenAgain } from './verdict.ts';
import { isThere } from './work-tree/install.ts';
import { leaseTree, pruneTrees } from './work-tree/lease.ts';

type Args = z.output<typeof testsRun.input>;

/** The handler of tests.run. Throws RetryableError where the server stops in mid-run, TerminalError where there is nothing to run. */
export function suiteRunner(settings: Settings): (args: Args, ctx: { signal: AbortSignal }) => Promise<TestReport> {
  const turns = slots(settings.cores, settings.minFreeBytes, coresOf(join(settings.root, 'cores'), settings.cores));
  const installation = shortHash(settings.root);
  const ready = Promise.all([prepareHome(settings), endOrphans(installation), removeOrphanScratch(installation)]);
  // Reported by the first call that waits for it.
  ready.catch(() => undefined);
  let serial = 0;
  return async (args, { signal }) => {
    serial += 1;
    const mark = runMark(installation, `${serial}`);
    try {
      await ready;
      const keys = await resultKeys(settings, args, { signal, mark });
      const known = args.fresh ? null : await findResult(settings, keys, args.suite.id);
      if (known) return known;
      const giveBack = await turns.take(signal, { background: args.background ?? false });
      try {
        const report = await runSuite(settings, args, mark, signal);
        const key = report.only ? keys.narrow : keys.whole;
        if (key !== null) await keepResult(settings, key, args.sha, report);
        return report;
      } finally {
        giveBack();
      }
    } catch (error) {
      await endMarked((other) => other === mark);
      if (signal.aborted)
        throw new RetryableError('tool-unavailable', `Suite ${args.suite.id} was ended: its test server is stopping, or the call was given up.`);
      throw error;
    }
  };
}

async function runSuite(
  settings: Settings,
  { repo, sha, suite, install, only = [], first = [], background = false }: Args,
  mark: string,
  signal: AbortSignal,
): Promise<TestReport> {
  const scratch = await makeScratch(shortHash(settings.root));
  const env = suiteEnvironment(settings, scratch, mark);
  const reports = await mkdtemp(join(scratch, 'r'));
  try {
    const lease = await leaseTree(settings, repo, sha, install, { env, signal, mark });
    try {
      if (lease.failure !== null) return brokenReport(suite.id, lease.failure.because, lease.failure.output);
      const dir = join(lease.tree, suite.dir);
      if (relative(lease.tree, dir).startsWith('..'))
        throw new TerminalError('bad-arguments', `Suite ${suite.id} has dir "${suite.dir}", which is outside the repository.`);
      if (!(await isThere(dir))) return brokenReport(suite.id, `There is no folder ${suite.dir} at ${sha.slice(0, 12)}.`, '');
      const place = { tree: lease.tree, dir, reports, env, signal, mark, background };
      const some = only.length === 0 ? 'untold' : await runOnly(suite, only, place);
      if (typeof some !== 'string') return some;
      return (await runFirst(suite, some === 'failed' ? only : first, place)) ?? (await runTwiceAtMost(suite, place));
    } finally {
      lease.release();
    }
  } finally {
    await removeScratch(scratch);
    await pruneTrees(settings, repo);
  }
}

/** These files alone, where all pass. `untold`: the runner takes no files, one is not there, or none of their tests ran. */
async function runOnly(suite: Args['suite'], only: readonly string[], place: Place): Promise<TestReport | 'failed' | 'untold'> {
  const files = only.map((file) => relative(suite.dir, file));
  if (files.some((file) => file.startsWith('..') || !existsSync(join(place.dir, file)))) return 'untold';
  const part = pickFiles(suite, await readScripts(place.dir), place.reports, files);
  if (part === null) return 'untold';
  const run = await attempt(suite, part, place);
  const judged = judge(run, suite.runner);
  if (judged.verdict !== 'passed') return judged.verdict === 'failed' ? 'failed' : 'untold';
  return judged.counts.passed === 0 ? 'untold' : { ...reportOf(suite, judged, [run]), only: [...only] };
}

/** The files that are likeliest to fail, where the runner takes files: their failure is the suite's. Null: they passed, or cannot be run alone. */
async function runFirst(suite: Args['suite'], files: readonly string[], place: Place): Promise<TestReport | null> {
  const there = files.map((file) => relative(suite.dir, file)).filter((file) => !file.startsWith('..') && existsSync(join(place.dir, file)));
  if (there.length === 0) return null;
  const part = pickFiles(suite, await readScripts(place.dir), place.reports, there);
  // pytest runs all files in one process: what fails alone may pass among the others.
  if (part === null || part.runner === 'pytest') return null;
  const first = await attempt(suite, part, place);
  const judged = judge(first, suite.runner);
  if (!judged.retry) return null;
  const second = await attempt(suite, part, place);
  const again = judge(second, suite.runner);
  if (again.verdict !== 'failed') return null;
  const because = `Ended after ${there.join(', ')}, which failed before and did so again: the rest was not run.`;
  return reportOf(suite, { ...combine(judged, again, false), because }, [first, second]);
}

async function runTwiceAtMost(suite: Args['suite'], place: Place): Promise<TestReport> {
  const scripts = await readScripts(place.dir);
  const first = await attempt(suite, instrument(suite, scripts, place.reports), place);
  const judged = judge(first, suite.runner);
  if (!judged.retry) return reportOf(suite, judged, [first]);
  const again = narrow(
    suite,
    scripts,
    place.reports,
    judged.cases.filter((test) => test.outcome === 'failed'),
  );
  const second = await attempt(suite, again, place);
  const rejudged = judge(second, suite.runner);
  // A second run that hung says enough: a third one would hang as long.
  if (!again.partial || second.result.end.kind !== 'exited' || seenAgain(judged, rejudged))
    return reportOf(suite, combine(judged, rejudged, again.partial), [first, second]);
  const third = await attempt(suite, instrument(suite, scripts, place.reports), place);
  return reportOf(suite, combine(judged, judge(third, suite.runner), false), [first, second, third]);
}

const Manifest = z.object({ scripts: z.record(z.string(), z.string()).default({}) });

/** The scripts of the folder's package.json; none where there is none or it cannot be read: the command itself will tell. */
async function readScripts(dir: string): Promise<Record<string, string>> {
  const text = await readFile(join(dir, 'package.json'), 'utf8').catch(() => '{}');
  try {
    return Manifest.parse(JSON.parse(text)).scripts;
  } catch {
    return {};
  }
}
