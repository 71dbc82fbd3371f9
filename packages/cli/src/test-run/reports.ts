// Reports of a run for other tools: JUnit XML and CTRF. Pure.
import type { TestCase, TestReport } from '@awo/contracts';

const escape = (text: string): string =>
  text
    // Characters that XML 1.0 cannot hold, not even escaped.
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
const seconds = (ms: number | null): string => ((ms ?? 0) / 1000).toFixed(3);

/** One `testsuite` per suite; a suite that could not be run is an error. */
export function junitOf(reports: readonly TestReport[]): string {
  const suites = reports.map((report) => {
    const cases = report.cases.map((one) => junitCase(report.suite, one));
    const broken =
      report.verdict === 'broken'
        ? [`    <testcase name="(suite)" classname="${escape(report.suite)}" time="0"><error message="${escape(report.because ?? '')}"/></testcase>`]
        : [];
    const { passed, failed, skipped, flaky } = report.counts;
    const total = Math.max(passed + failed + skipped + flaky, cases.length) + broken.length;
    return [
      `  <testsuite name="${escape(report.suite)}" tests="${total}" failures="${failed}" errors="${broken.length}" skipped="${skipped}" time="${seconds(report.durationMs)}">`,
      ...(report.reused ? [`    <properties><property name="reused-from" value="${escape(report.reused.sha)}"/></properties>`] : []),
      ...broken,
      ...cases,
      '  </testsuite>',
    ].join('\n');
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join('\n');
}

function junitCase(suite: string, { name, file, outcome, durationMs, message }: TestCase): string {
  const open = `    <testcase name="${escape(name)}" classname="${escape(suite)}"${file === null ? '' : ` file="${escape(file)}"`} time="${seconds(durationMs)}"`;
  if (outcome === 'failed') return `${open}><failure message="${escape((message ?? '').split('\n')[0] ?? '')}">${escape(message ?? '')}</failure></testcase>`;
  if (outcome === 'skipped') return `${open}><skipped/></testcase>`;
  // As Surefire writes what failed first and passed then.
  if (outcome === 'flaky') return `${open}><flakyFailure message="${escape((message ?? '').split('\n')[0] ?? '')}"/></testcase>`;
  return `${open}/>`;
}

/** Common Test Report Format (ctrf.io). */
export function ctrfOf(reports: readonly TestReport[], run: { startedAt: number; durationMs: number; tool: string }): object {
  const sum = (key: keyof TestReport['counts']): number => reports.reduce((total, { counts }) => total + counts[key], 0);
  const broken = reports.filter(({ verdict }) => verdict === 'broken');
  const tests = reports.flatMap((report) => [
    ...report.cases.map(({ name, file, outcome, durationMs, message }) => ({
      name,
      suite: report.suite,
      status: outcome === 'flaky' ? 'passed' : outcome,
      duration: Math.round(durationMs ?? 0),
      ...(outcome === 'flaky' ? { flaky: true, retries: 1 } : {}),
      ...(file === null ? {} : { filePath: file }),
      ...(message ? { message: message.split('\n')[0], trace: message } : {}),
    })),
    ...(report.verdict === 'broken'
      ? [{ name: '(suite)', suite: report.suite, status: 'failed', duration: Math.round(report.durationMs), message: report.because ?? '' }]
      : []),
  ]);
  const [passed, failed, skipped] = [sum('passed') + sum('flaky'), sum('failed') + broken.length, sum('skipped')];
  return {
    results: {
      tool: { name: run.tool },
      summary: { tests: passed + failed + skipped, passed, failed, skipped, pending: 0, other: 0, start: run.startedAt, stop: run.startedAt + run.durationMs },
      tests,
    },
  };
}
