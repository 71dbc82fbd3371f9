// Tests of decide in test.
import { Decision, DECISIONS, type TestReport, type SuiteResult } from '@awo/contracts';
import { describe, expect, test } from 'vitest';
import { judged } from './act.ts';
import { decideTests } from './decide.ts';
import { actionOf, resultOf, type TestFacts } from './facts.ts';
import { orderSuites } from '@awo/test-order/ordering';

const evidence = `sha256:${'a'.repeat(64)}` as const;
const result = (suite: string, more: Partial<SuiteResult> = {}): SuiteResult => ({
  suite,
  verdict: 'passed',
  counts: { passed: 3, failed: 0, skipped: 0, flaky: 0 },
  failing: [],
  flaky: [],
  because: null,
  durationMs: 10,
  evidence,
  ...more,
});
const facts = (results: SuiteResult[], more: Partial<TestFacts> = {}): TestFacts => ({
  head: 'f'.repeat(40),
  order: results.map(({ suite }) => ({ suite, because: 'its unit changed' })),
  unknown: [],
  results,
  parallel: 2,
  cores: 2,
  memoryFreeMb: 4000,
  durationMs: 20,
  ...more,
});

const green = result('web');
const flaky = result('catalog', { counts: { passed: 2, failed: 0, skipped: 0, flaky: 1 }, flaky: ['search > settles'] });
const failed = result('cart', {
  verdict: 'failed',
  counts: { passed: 1, failed: 3, skipped: 0, flaky: 0 },
  failing: [{ name: 'cart > totals', file: 'cart/total.test.js', message: '2 !== 3' }],
});
const one = { ...failed, counts: { ...failed.counts, failed: 1 } };
const known = (more: object = {}): Partial<TestFacts> => ({
  today: '2026-03-01',
  quarantine: [{ test: 'cart > t*', until: '2026-03-01', owner: '@ada', ...more }],
});
const broken = result('lib', { verdict: 'broken', counts: { passed: 0, failed: 0, skipped: 0, flaky: 0 }, because: '`npm ci` ended with exit code 1.' });

describe('one row per reason', () => {
  test.each([
    ['all-passed', true, facts([green, green]), /^6 tests of 2 suites passed\.$/],
    [
      'all-passed',
      true,
      facts([result('web', { counts: { passed: 0, failed: 0, skipped: 0, flaky: 0 }, because: 'No tests were found.' })]),
      /0 tests of 1 suite passed\. web: No tests were found\./,
    ],
    ['passed-with-flaky', true, facts([green, flaky]), /failed first and passed in a second run: catalog: search > settles/],
    ['tests-failed', false, facts([green, failed]), /^Stop: cart: cart > totals \(cart\/total\.test\.js\) failed, and 2 more\.$/],
    ['tests-failed', false, facts([flaky, broken, failed]), /cart > totals.*lib is broken: `npm ci`/],
    ['tests-broken', false, facts([green, broken]), /lib is broken: `npm ci` ended with exit code 1/],
    ['tests-broken', false, facts([green], { unknown: ['gone'] }), /gone is no suite of this revision/],
    ['passed-but-quarantined', true, facts([green, one], known()), /^4 tests of 2 suites passed; quarantined: cart: cart > totals, until 2026-03-01, @ada\.$/],
    ['tests-failed', false, facts([failed], known()), /and 2 more/],
    ['tests-failed', false, facts([one], known({ suite: 'web' })), /^Stop: cart/],
    ['tests-failed', false, facts([one], { ...known(), today: '2026-03-02' }), /^Stop: cart/],
    ['nothing-to-run', true, facts([]), /nothing to prove/],
  ] as const)('%s (proven: %s)', (because, proven, given, choice) => {
    const verdict = decideTests(given);
    expect(verdict).toMatchObject({ kind: 'judge-tests', because, proven });
    expect(verdict.choice).toMatch(choice);
  });

  test('every reason of this kind of decision has a row above', () => {
    const given = [facts([green]), facts([one], known()), facts([flaky]), facts([failed]), facts([broken]), facts([])];
    expect(new Set(given.map((each) => decideTests(each).because))).toEqual(new Set(DECISIONS['judge-tests']));
  });

  test('the checks say which of them stopped it', () => {
    expect(decideTests(facts([failed, broken])).checks?.map(({ name, passed }) => [name, passed])).toEqual([
      ['every chosen suite ran', true],
      ['no suite is broken', false],
      ['no test failed', false],
    ]);
  });
});

describe('size', () => {
  const long = 'x'.repeat(5000);
  const report = (n: number): TestReport => ({
    suite: `suite-${n}-${'s'.repeat(60)}`,
    verdict: 'failed',
    counts: { passed: 0, failed: 400, skipped: 0, flaky: 50 },
    cases: [
      ...Array.from({ length: 400 }, (_, i) => ({
        name: `t${i} ${long}`.slice(0, 600),
        file: long.slice(0, 600),
        outcome: 'failed' as const,
        durationMs: 1,
        message: long.slice(0, 4000),
      })),
      ...Array.from({ length: 50 }, () => ({ name: long.slice(0, 600), file: null, outcome: 'flaky' as const, durationMs: 1 })),
    ],
    exitCode: 1,
    durationMs: 1,
    because: long.slice(0, 2000),
    output: long,
  });

  test('hundreds of huge suites give an output of at most 8 KB with at most ten failing tests, as every commit carries it', () => {
    const output = judged(Array.from({ length: 200 }, (_, n) => resultOf(report(n), evidence)));
    expect(Buffer.byteLength(JSON.stringify(output))).toBeLessThanOrEqual(8 * 1024);
    expect(output.failing.length).toBeGreaterThan(0);
    expect(output.failing.length).toBeLessThanOrEqual(10);
  });

  test('an ordinary failure keeps its whole message', () => {
    expect(judged([failed]).failing).toEqual([{ suite: 'cart', name: 'cart > totals', file: 'cart/total.test.js', message: '2 !== 3' }]);
  });

  test('a suite that did not pass comes first and is never the one that is left out', () => {
    const many = [...Array.from({ length: 300 }, (_, n) => result(`green-${n}`)), failed];
    expect(judged(many).suites[0]?.suite).toBe('cart');
  });

  test('the decision on them fits its schema', () => {
    const verdict = decideTests(facts(Array.from({ length: 200 }, (_, n) => resultOf(report(n), evidence))));
    const { proven: _, ...decision } = verdict;
    expect(() => Decision.parse({ ...decision, facts: [evidence], by: 'rules' })).not.toThrow();
    expect(Buffer.byteLength(JSON.stringify(verdict))).toBeLessThan(12 * 1024);
  });
});

describe('order', () => {
  const suite = (id: string, unit: string) => ({ id, unit, dir: unit, command: ['true'], runner: 'exit-code' as const, timeoutMs: 1, install: [], at: '' });
  const suites = [suite('z-none', 'docs'), suite('a-implicit', 'web'), suite('m-direct', 'lib'), suite('b-direct', 'cart')];

  test('suites of changed units go first, because that is where a failure is likely', () => {
    const impact = {
      units: [
        { id: 'lib', change: 'direct' as const, because: '' },
        { id: 'cart', change: 'direct' as const, because: '' },
        { id: 'web', change: 'implicit' as const, because: '' },
      ],
    };
    expect(orderSuites(suites, impact).map((place) => [place.suite.id, place.because])).toEqual([
      ['b-direct', 'its unit changed'],
      ['m-direct', 'its unit changed'],
      ['a-implicit', 'its unit is reached through others'],
      ['z-none', 'its unit is not touched'],
    ]);
  });

  test('without an impact the order is by id, so that two runs are the same', () => {
    expect(orderSuites(suites, null).map((place) => place.suite.id)).toEqual(['a-implicit', 'b-direct', 'm-direct', 'z-none']);
  });
});

test('two suites never share the name of a tool call, whatever their ids hold', () => {
  const ids = ['web', 'services/web', 'services-web', 'services:web', 'x'.repeat(200), `${'x'.repeat(200)}y`];
  const names = ids.map(actionOf);
  expect(new Set(names).size).toBe(ids.length);
  expect(names.every((name) => /^[A-Za-z0-9_-]{1,80}$/.test(name))).toBe(true);
  expect(names[0]).toBe('run-web');
});

test('a quarantine that is over is said, and its test counts again', () => {
  const verdict = decideTests(facts([one], { ...known(), today: '2026-03-02' }));
  expect(verdict.checks).toContainEqual({
    name: 'no quarantine has expired',
    passed: false,
    detail: 'they count again: cart: cart > totals, until 2026-03-01, @ada',
  });
});

test('what was left out and how it was drawn stand in the decision, so that anybody can draw again', () => {
  const audit = { of: 'g1', base: 'a'.repeat(40), leftOut: ['x', 'y'], probability: 0.1, seed: 'g1', drawn: ['y'] };
  expect(decideTests(facts([green], { audit })).figures).toMatchObject({ leftOut: 2, auditProbability: 0.1, auditSeed: 'g1', auditDrawn: ['y'] });
});

describe('who took part', () => {
  const by = (...agents: string[]) => agents.map((agent, n) => result(`s${n}`, { by: agent }));

  test('more than one agent: each with its share, and what came back with the reason', () => {
    const { figures } = decideTests(facts(by('test-1', 'test-2', 'test-1'), { givenBack: ['s2: test-3 was silent for 5 s'] }));
    expect(figures).toMatchObject({ agents: ['test-1: 2 suites', 'test-2: 1 suite'], givenBack: ['s2: test-3 was silent for 5 s'] });
  });

  test.each([
    ['one agent ran all of it', by('test-1', 'test-1')],
    ['facts of an older version, which say nothing of agents', [green, flaky]],
  ])('%s: there is nothing to say', (_, results) => {
    const { figures } = decideTests(facts(results));
    expect(figures).not.toHaveProperty('agents');
    expect(figures).not.toHaveProperty('givenBack');
  });
});
