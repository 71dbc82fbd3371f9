// Reads the JSON reports of jest, vitest, pytest, CTRF, Jenkins and GitLab, each by its own shape. Pure.
import { z } from 'zod';
import type { Reported } from './import-report.ts';
import { named } from './xml.ts';

type Outcome = Reported['outcome'];
const OUTCOMES = new Map<string, Outcome>([
  ...['passed', 'pass', 'success', 'fixed', 'ok'].map((word): [string, Outcome] => [word, 'passed']),
  ...['failed', 'fail', 'regression', 'xpassed'].map((word): [string, Outcome] => [word, 'failed']),
  ...['error', 'broken'].map((word): [string, Outcome] => [word, 'error']),
  ['flaky', 'flaky'],
]);
/** What did not run counts as skipped, whatever its runner calls it: pending, todo, disabled, xfailed. */
const outcomeOf = (word: string): Outcome => OUTCOMES.get(word.toLowerCase()) ?? 'skipped';

const Text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const Length = z.number().nullish();
const Stage = z.object({ duration: Length }).optional();

const Jest = z.object({
  startTime: z.number().optional(),
  testResults: z.array(
    z.object({
      name: Text,
      status: Text,
      assertionResults: z.array(z.object({ fullName: Text, title: Text, status: z.string(), duration: Length })),
    }),
  ),
});
const PytestCase = z.object({ nodeid: Text, name: Text, outcome: z.string(), duration: Length, setup: Stage, call: Stage, teardown: Stage });
const Pytest = z.object({ created: z.number().optional(), tests: z.array(PytestCase) });
const OldPytest = z.object({ report: z.object({ created_at: Text, tests: z.array(PytestCase) }) });
const Ctrf = z.object({
  results: z.object({
    summary: z.object({ start: z.number().optional() }).optional(),
    tests: z.array(
      z.object({
        name: Text,
        status: z.string(),
        duration: Length,
        suite: z.union([z.string(), z.array(z.string())]).optional(),
        filePath: Text,
        flaky: z.boolean().nullish(),
        start: z.number().nullish(),
      }),
    ),
  }),
});
const Jenkins = z.object({
  suites: z.array(z.object({ timestamp: Text, cases: z.array(z.object({ className: Text, name: Text, status: z.string(), duration: Length })) })),
});
const GitLab = z.object({
  test_suites: z.array(z.object({ test_cases: z.array(z.object({ status: z.string(), name: Text, classname: Text, file: Text, execution_time: Length })) })),
});

const SECOND = 1000;
const times = (value: number | null | undefined, factor: number): number | undefined => (value === null || value === undefined ? undefined : value * factor);
/** Undefined for what no date can be made of. */
const stamp = (ms: number | null | undefined): string | undefined =>
  ms === null || ms === undefined || !(Math.abs(ms) < 8.64e15) || ms === 0 ? undefined : new Date(ms).toISOString();

/** Null where it is none of them. */
export function readJson(value: unknown): Reported[] | null {
  for (const read of [jest, ctrf, pytest, oldPytest, jenkins, gitLab]) {
    const found = read(value);
    if (found) return found;
  }
  return null;
}

function jest(value: unknown): Reported[] | null {
  const report = Jest.safeParse(value).data;
  if (!report) return null;
  const at = stamp(report.startTime);
  return report.testResults.flatMap((file): Reported[] =>
    // A file that could not be loaded has no test to name.
    file.assertionResults.length === 0 && file.status === 'failed'
      ? [{ test: file.name || '(unnamed)', outcome: 'error', durationMs: undefined, at }]
      : file.assertionResults.map((test) => ({
          test: named(file.name, test.fullName.trim() || test.title),
          outcome: outcomeOf(test.status),
          durationMs: times(test.duration, 1),
          at,
        })),
  );
}

function ctrf(value: unknown): Reported[] | null {
  const results = Ctrf.safeParse(value).data?.results;
  return (
    results?.tests.map((test) => ({
      test: named(test.filePath || [test.suite ?? []].flat().join(' > '), test.name),
      outcome: test.flaky && test.status === 'passed' ? ('flaky' as const) : outcomeOf(test.status),
      durationMs: times(test.duration, 1),
      at: stamp(test.start ?? results.summary?.start),
    })) ?? null
  );
}

const pytestCase = (test: z.infer<typeof PytestCase>, at: string | undefined): Reported => {
  const stages = [test.setup, test.call, test.teardown].flatMap((stage) => stage?.duration ?? []);
  const whole = stages.length > 0 ? stages.reduce((a, b) => a + b, 0) : test.duration;
  // A strict xfail that fails as it should is no result of the code.
  return { test: test.nodeid || test.name || '(unnamed)', outcome: outcomeOf(test.outcome), durationMs: times(whole, SECOND), at };
};

function pytest(value: unknown): Reported[] | null {
  const report = Pytest.safeParse(value).data;
  return report?.tests.map((test) => pytestCase(test, stamp(times(report.created, SECOND)))) ?? null;
}

function oldPytest(value: unknown): Reported[] | null {
  const report = OldPytest.safeParse(value).data?.report;
  return report?.tests.map((test) => pytestCase(test, report.created_at || undefined)) ?? null;
}

function jenkins(value: unknown): Reported[] | null {
  return (
    Jenkins.safeParse(value).data?.suites.flatMap((suite) =>
      suite.cases.map((test) => ({
        test: named(test.className, test.name),
        outcome: outcomeOf(test.status),
        durationMs: times(test.duration, SECOND),
        at: suite.timestamp || undefined,
      })),
    ) ?? null
  );
}

function gitLab(value: unknown): Reported[] | null {
  return (
    GitLab.safeParse(value).data?.test_suites.flatMap((suite) =>
      suite.test_cases.map((test) => ({
        test: named(test.classname || test.file, test.name),
        outcome: outcomeOf(test.status),
        durationMs: times(test.execution_time, SECOND),
        at: undefined,
      })),
    ) ?? null
  );
}
