// tests.run: one suite at one commit, in a clean work tree, a failure run once more.
import { mkdtemp, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RetryableError, TerminalError, type TestReport, testsRun } from '@awo/contracts';
import { z } from 'zod';
import { attempt, type Place } from './attempt.ts';
import { instrument } from './command/instrument.ts';
import { narrow } from './command/narrow.ts';
import { prepareHome, suiteEnvironment } from './process/environment.ts';
import { makeScratch, removeOrphanScratch, removeScratch } from './process/scratch.ts';
import { endMarked, endOrphans, runMark } from './process/strays.ts';
import { brokenReport, reportOf } from './report.ts';
import { shortHash, type Settings } from './settings.ts';
import { slots } from './slots.ts';
import { combine, judge, seenAgain } from './verdict.ts';
import { isThere } from './work-tree/install.ts';
import { leaseTree, pruneTrees } from './work-tree/lease.ts';

type Args = z.output<typeof testsRun.input>;

/** The handler of tests.run. Throws RetryableError where the server stops in mid-run, TerminalError where there is nothing to run. */
export function suiteRunner(settings: Settings): (args: Args, ctx: { signal: AbortSignal }) => Promise<TestReport> {
  const turns = slots(settings.cores, settings.minFreeBytes);
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
      const giveBack = await turns.take(signal);
      try {
        return await runSuite(settings, args, mark, signal);
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

async function runSuite(settings: Settings, { repo, sha, suite, install }: Args, mark: string, signal: AbortSignal): Promise<TestReport> {
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
      return await runTwiceAtMost(suite, { tree: lease.tree, dir, reports, env, signal, mark });
    } finally {
      lease.release();
    }
  } finally {
    await removeScratch(scratch);
    await pruneTrees(settings, repo);
  }
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
