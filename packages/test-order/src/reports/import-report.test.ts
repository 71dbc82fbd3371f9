// Every kind of report, as its tool writes it, and what is none.
import { describe, expect, test } from 'vitest';
import { importReport } from './import-report.ts';

const short = (text: string) =>
  importReport(text, 'r', 7).map((line) => `${line.test} ${line.outcome}${line.durationMs === undefined ? '' : ` ${line.durationMs}`}`);

const JUNIT = `<?xml version="1.0"?><testsuites><testsuite name="s" timestamp="2026-01-01T00:00:00Z"><testsuite>
<testcase classname="Cart" name="adds &amp; keeps" time="1,000.5"/><testcase classname="Cart" name="takes" time="0.25"><failure message="no">x</failure></testcase>
<testcase classname="Cart" name="waits"><skipped/></testcase><testcase classname="Cart" name="breaks"><error/></testcase><testcase name="again"><flakyFailure/></testcase>
</testsuite></testsuite></testsuites>`;
const JENKINS_XML = `<result><suites><suite><cases><case><duration>0.5</duration><className>C</className><testName>a</testName><skipped>false</skipped></case>
<case><className>C</className><testName>b</testName><skipped>false</skipped><errorDetails>no</errorDetails></case></cases></suite></suites></result>`;
const GO = [
  'not json',
  { Action: 'start', Package: 'x/y' },
  { Action: 'pass', Package: 'x/y', Test: 'TestA', Elapsed: 0.5 },
  { Action: 'fail', Package: 'x/y', Test: 'TestB/sub' },
  { Action: 'fail', Package: 'x/y' },
  { Action: 'fail', Package: 'x/z', Elapsed: 1 },
]
  .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  .slice(1)
  .concat('FAIL printed by a program')
  .join('\n');
const file = (results: object[]) => ({
  startTime: 1767225600000,
  testResults: [
    { name: 'a.test.js', status: 'failed', assertionResults: results },
    { name: 'b.test.js', status: 'failed', assertionResults: [] },
  ],
});

test.each<[string, string, string[]]>([
  ['JUnit XML', JUNIT, ['Cart::adds & keeps passed 1000500', 'Cart::takes failed 250', 'Cart::waits skipped', 'Cart::breaks error', 'again flaky']],
  ['the XML that Jenkins keeps', JENKINS_XML, ['C::a passed 500', 'C::b failed']],
  ['go test -json', GO, ['x/y/TestA passed 500', 'x/y/TestB/sub failed', 'x/z error 1000']],
  [
    'jest and vitest',
    JSON.stringify(
      file([
        { fullName: ' adds', title: 'adds', status: 'passed', duration: 3 },
        { title: 'old', fullName: null, status: 'todo', duration: null },
      ]),
    ),
    ['a.test.js::adds passed 3', 'a.test.js::old skipped', 'b.test.js error'],
  ],
  [
    'pytest-json-report',
    JSON.stringify({
      created: 1767225600.5,
      tests: [
        { nodeid: 't.py::a', outcome: 'passed', setup: { duration: 0.1 }, call: { duration: 0.2 } },
        { nodeid: 't.py::b', outcome: 'xfailed' },
      ],
    }),
    ['t.py::a passed 300', 't.py::b skipped'],
  ],
  [
    'pytest-json',
    JSON.stringify({ report: { created_at: '2026-01-01', tests: [{ name: 't.py::a', outcome: 'failed', duration: 0.2 }] } }),
    ['t.py::a failed 200'],
  ],
  [
    'CTRF',
    JSON.stringify({
      results: {
        tool: { name: 'x' },
        tests: [
          { name: 'a', status: 'passed', duration: 5, flaky: true, suite: ['s', 't'] },
          { name: 'b', status: 'other', duration: 1 },
        ],
      },
    }),
    ['s > t::a flaky 5', 'b skipped 1'],
  ],
  [
    'Jenkins JSON',
    JSON.stringify({
      suites: [
        {
          cases: [
            { className: 'C', name: 'a', status: 'REGRESSION', duration: 0.1 },
            { className: 'C', name: 'b', status: 'FIXED', duration: 0.1 },
          ],
        },
      ],
    }),
    ['C::a failed 100', 'C::b passed 100'],
  ],
  [
    'GitLab',
    JSON.stringify({
      total_count: 1,
      test_suites: [
        {
          name: 'rspec',
          test_cases: [
            { status: 'success', name: 'a', classname: 'C', execution_time: 0.1 },
            { status: 'error', name: 'b', classname: null, file: 'f.rb' },
          ],
        },
      ],
    }),
    ['C::a passed 100', 'f.rb::b error'],
  ],
])('%s', (_, text, lines) => {
  expect(short(text)).toEqual(lines);
  expect(importReport(`\uFEFF\n${text}`, 'r', 7).every((line) => line.cycle === 7)).toBe(true);
});

test('a date of the report becomes UTC; one that is none is left out', () => {
  expect(importReport(JUNIT, 'r', 1)[0]?.at).toBe('2026-01-01T00:00:00.000Z');
  expect(importReport(JUNIT.replace('2026-01-01T00:00:00Z', 'yesterday'), 'r', 1)[0]).not.toHaveProperty('at');
  expect(importReport(JSON.stringify({ created: 1e300, tests: [{ nodeid: 'a', outcome: 'passed' }] }), 'r', 1)[0]).not.toHaveProperty('at');
});

describe('what is no report is refused by name, because half a report would pass for a whole one', () => {
  test.each([
    ['', /r is no report: it is empty/],
    ['hello', /neither XML nor JSON/],
    ['<html></html>', /no testsuite/],
    ['{"a":1}', /none of these kinds/],
    ['{"results":', /broken JSON/],
    ['[1,2]', /none of these kinds/],
    ['null', /neither XML nor JSON/],
  ])('%j', (text, says) => {
    expect(() => importReport(text, 'r', 1)).toThrow(says);
  });

  test('suites in suites without end, and entities that would grow, end in an answer or a refusal', () => {
    const deep = `${'<testsuite>'.repeat(3000)}<testcase name="a"/>${'</testsuite>'.repeat(3000)}`;
    try {
      expect(short(deep)).toEqual(['a passed']);
    } catch (error) {
      expect(String(error)).toMatch(/no report/);
    }
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><testsuite><testcase name="&b;&#99999999;&#x41;"/></testsuite>';
    expect(short(bomb)).toEqual(['&b;&#99999999;A passed']);
  });
});
