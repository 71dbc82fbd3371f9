// What the verdict on tests is made from: one short result per suite. JSON, so that the decision can be replayed.
import { createHash } from 'node:crypto';
import type { Digest, Quarantined, SuiteResult, TestReport } from '@awo/contracts';
import type { Draw } from '@awo/test-order/ordering';

export type TestFacts = {
  head: string;
  /** In the order in which they were started, with the reason for their place. */
  order: { suite: string; because: string }[];
  /** Asked for, and not in the repository at `head`. */
  unknown: string[];
  results: SuiteResult[];
  /** How many ran at the same time, and what set that number. */
  parallel: number;
  cores: number;
  memoryFreeMb: number;
  durationMs: number;
  // What follows is missing in facts that older versions recorded.
  /** From the start of the step to the first suite that did not pass; null: all passed. */
  firstFailureMs?: number | null;
  /** What was left out, and which of it is run afterwards all the same. A fact: it can be drawn again from its seed. Null where nothing was left out. */
  audit?: Draw | null;
  /** Suites that would have been left out, had audits not found the selection unsafe. */
  widened?: string[];
  quarantine?: Quarantined[];
  /** The day of the run, UTC. */
  today?: string;
  /** Suites that another agent had begun and that came back, with the reason. */
  givenBack?: string[];
};

const MESSAGE_MAX = 500;

/** A report cut down to what a decision and a commit need. */
export function resultOf(report: TestReport, evidence: Digest): SuiteResult {
  const named = (outcome: 'failed' | 'flaky') => report.cases.filter((test) => test.outcome === outcome).slice(0, 10);
  return {
    suite: report.suite,
    verdict: report.verdict,
    counts: report.counts,
    failing: named('failed').map(({ name, file, message }) => ({
      name: cut(name, 200),
      file: file === null ? null : cut(file, 200),
      message: cut(message ?? '', MESSAGE_MAX),
    })),
    flaky: named('flaky').map(({ name }) => cut(name, 200)),
    because: report.because === null ? null : cut(report.because, MESSAGE_MAX),
    durationMs: Math.round(report.durationMs),
    evidence,
    ...(report.reused ? { reused: report.reused.sha } : {}),
  };
}

/** At most `max` characters, with a mark where something is missing. */
export const cut = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 4)} ...`);

/** A suite's id as the name of a tool call: ids may hold slashes and colons, action names may not. */
export function actionOf(suite: string): string {
  const plain = `run-${suite}`;
  if (/^[A-Za-z0-9_-]{1,80}$/.test(plain)) return plain;
  const digest = createHash('sha256').update(suite).digest('hex').slice(0, 8);
  return `${plain.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 70)}-${digest}`;
}
