// What every parser gives, and what it is given. Pure.
import type { TestCase } from '@awo/contracts';

/** The output of one run of a command, and the report files that it left. */
export type RunOutput = {
  stdout: string;
  stderr: string;
  /** Something in the middle of the output is missing: no parser may miss a test then. */
  truncated: boolean;
  reports: readonly { path: string; text: string }[];
  /** Whether a path relative to the suite's directory is a file. */
  isFile(path: string): boolean;
};

export type Counts = { passed: number; failed: number; skipped: number; flaky: number };

export type Parsed = {
  format: string;
  cases: TestCase[];
  /** Files or packages that could not be loaded, compiled or collected: their tests did not run. */
  loadErrors: { where: string; message: string }[];
  /** Where the output tells more tests than it names. */
  counts?: Counts;
};

/** Null: this is not the parser's format. */
export type Parser = (output: RunOutput) => Parsed | null;

const cut = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 4)} ...`);

/** A test case within the bounds of the contract. */
export function testCase(
  name: string,
  outcome: TestCase['outcome'],
  more: { file?: string | null; durationMs?: number | null; message?: string } = {},
): TestCase {
  const message = more.message?.trim();
  const durationMs = more.durationMs ?? null;
  return {
    name: cut(name.trim() || '(no name)', 600),
    file: more.file ? cut(more.file, 600) : null,
    outcome,
    durationMs: durationMs !== null && Number.isFinite(durationMs) ? durationMs : null,
    ...(message ? { message: cut(message, 4000) } : {}),
  };
}

/** A file that could not be loaded, as a failed case, so that it is named like one. */
export const loadErrorCase = (where: string, message: string): TestCase => testCase(`could not load ${where}`, 'failed', { file: where, message });

export const countsOf = (cases: readonly TestCase[]): Counts => {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, flaky: 0 };
  for (const each of cases) counts[each.outcome] += 1;
  return counts;
};

/** Joins suite and test names the way people read them. */
export const namePath = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' > ');
