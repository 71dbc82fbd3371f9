// Hands the verdict on: what the next steps and people need in the commit, everything else by digest.
import type { StepContext, StepResult } from '@awo/agent';
import type { Digest, TestsJudged, SuiteResult } from '@awo/contracts';
import type { TestVerdict } from './decide.ts';
import { cut, type TestFacts } from './facts.ts';

const OUTPUT_MAX_BYTES = 8 * 1024;
const EVIDENCE_MAX = 40;
/** How much of each test is kept, from generous to bare, until the output fits into a commit. */
const SIZES = [
  { failing: 10, message: 500, suites: 50 },
  { failing: 10, message: 200, suites: 40 },
  { failing: 10, message: 60, suites: 20 },
  { failing: 5, message: 0, suites: 10 },
] as const;

export async function reportTests(ctx: StepContext, verdict: TestVerdict, facts: TestFacts): Promise<StepResult> {
  const output = judged(facts.results);
  const evidence = await evidenceOf(ctx, facts.results);
  if (verdict.proven) return { kind: 'passed', output, evidence };
  return { kind: 'failed', code: 'tests-failed', message: cut(verdict.choice.replace(/^Stop: /, ''), 2000), output, evidence };
}

/** At most 8 KB: suites that did not pass first, long messages cut. The full reports are in the evidence. */
export function judged(results: readonly SuiteResult[]): TestsJudged {
  const sorted = [...results].sort((a, b) => Number(a.verdict === 'passed') - Number(b.verdict === 'passed'));
  const outputs = SIZES.map((size) => sized(sorted, size));
  return outputs.find((output) => Buffer.byteLength(JSON.stringify(output)) <= OUTPUT_MAX_BYTES) ?? sized(sorted, { failing: 3, message: 0, suites: 5 });
}

function sized(results: readonly SuiteResult[], size: { failing: number; message: number; suites: number }): TestsJudged {
  const failing = results.flatMap((result) => {
    const named = result.failing.map((test) => ({ suite: result.suite, ...test }));
    // A broken suite has a reason where others have a test.
    return result.verdict === 'broken'
      ? [{ suite: result.suite, name: '(broken)', file: null, message: result.because ?? '' }, ...named]
      : result.verdict === 'failed'
        ? named
        : [];
  });
  return {
    suites: results.slice(0, size.suites).map(({ suite, verdict, counts: { passed, failed, flaky, skipped }, durationMs, reused }) => ({
      suite,
      verdict,
      passed,
      failed,
      flaky,
      skipped,
      durationMs,
      ...(reused ? { reused: true } : {}),
    })),
    failing: failing.slice(0, size.failing).map((test) => ({ ...test, message: cut(test.message, Math.max(4, size.message)) })),
    flaky: results.flatMap((result) => result.flaky.map((name) => `${result.suite}: ${name}`)).slice(0, size.failing),
  };
}

/** One digest per suite; with more suites than a commit takes, one list of them all. */
async function evidenceOf(ctx: Pick<StepContext, 'putEvidence'>, results: readonly SuiteResult[]): Promise<Digest[]> {
  const digests = results.map((result) => result.evidence);
  if (digests.length <= EVIDENCE_MAX) return digests;
  return [await ctx.putEvidence({ reports: results.map(({ suite, evidence }) => ({ suite, evidence })) })];
}
