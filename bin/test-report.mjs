// What vitest itself counted and what failed, from its JSON report.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { outsideErrorsOf } from './outside-errors-reporter.mjs';
import { ROOT } from './paths.mjs';

/** Enough to see what was expected and what came. */
const MESSAGE_CHARS = 1500;

/** `failures` are texts, one for each failed test or file. A suite that ended badly without a failed test counts as one failed. */
export function readReport(path, code) {
  if (!path || !existsSync(path)) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0, failures: [] };
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [...report.testResults.flatMap(failuresOf), ...outsideOf(path)],
  };
}

const outsideOf = (path) =>
  existsSync(outsideErrorsOf(path))
    ? JSON.parse(readFileSync(outsideErrorsOf(path), 'utf8')).map(({ near, text }) => `outside of a test${near ? `, near ${near}` : ''}\n${indented(text)}`)
    : [];

function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(ROOT, name);
  const tests = assertionResults.filter((test) => test.status === 'failed');
  // A file can fail as a whole: an import, or what its tests begin with.
  if (status === 'failed' && tests.length === 0) return [`${file}\n${indented(message)}`];
  return tests.map((test) => `${file} > ${test.fullName}\n${indented(test.failureMessages.join('\n'))}`);
}

const indented = (text) =>
  text
    .slice(0, MESSAGE_CHARS)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
