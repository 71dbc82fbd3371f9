// tests.*: run a repository's own test commands at one commit.
import { z } from 'zod';
import { Sha } from '../ids.ts';
import { Install, Suite } from '../repo-model.ts';
import { capability } from './capability.ts';

export const TestCase = z.object({
  name: z.string().max(600),
  file: z.string().max(600).nullable(),
  outcome: z.enum(['passed', 'failed', 'skipped', 'flaky']),
  durationMs: z.number().nullable(),
  message: z.string().max(4000).optional(),
});
export type TestCase = z.infer<typeof TestCase>;

/** What one run of one suite said. `broken`: it did not get as far as running tests (install, syntax, time). */
export const TestReport = z.object({
  suite: z.string(),
  verdict: z.enum(['passed', 'failed', 'broken']),
  counts: z.object({ passed: z.number().int(), failed: z.number().int(), skipped: z.number().int(), flaky: z.number().int() }),
  /** Failed and flaky cases first; at most 500. */
  cases: z.array(TestCase).max(500),
  exitCode: z.number().int().nullable(),
  durationMs: z.number(),
  /** Set when broken, and where another verdict needs a word: no tests found, a bad exit code over green tests. */
  because: z.string().max(2000).nullable(),
  /** Head and tail of the output, at most 200 KB. */
  output: z.string(),
  /** Set where the suite was not run: the same command passed over the same content in the same environment, at this commit and time. */
  reused: z.object({ sha: z.string(), at: z.string() }).optional(),
  /** Set where only these files of the suite were asked for and run. */
  only: z.array(z.string()).optional(),
});
export type TestReport = z.infer<typeof TestReport>;

export const testsRun = capability({
  name: 'tests.run',
  description: 'Run one test suite of a repository at one commit in a clean work tree. A failure is run once more: green then means flaky.',
  input: z.object({
    repo: z.string(),
    sha: Sha,
    suite: Suite,
    install: z.array(Install),
    /** Test files, from the repository's root, that are run before the rest where the runner can: a failure there ends the suite. */
    first: z.array(z.string()).max(20).optional(),
    /** Test files, from the repository's root: where the runner takes files, and each test of these passes, the rest is not run. */
    only: z.array(z.string()).max(50).optional(),
    /** Runs only while nobody waits for another suite, at a lower priority. */
    background: z.boolean().optional(),
    /** Runs also where a result could be reused. */
    fresh: z.boolean().optional(),
  }),
  output: TestReport,
  effect: 'none',
  timeoutMs: 1_800_000,
  spread: true,
});
