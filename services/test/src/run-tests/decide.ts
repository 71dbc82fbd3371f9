// Judges what the suites reported. Pure.
import type { Verdict, SuiteResult } from '@awo/contracts';
import { excuse } from '@awo/test-order/ordering';
import { cut, type TestFacts } from './facts.ts';

export type TestVerdict = Verdict<'judge-tests'> & { /** Whether the plan may go on. */ proven: boolean };

/**
 * Green only when every chosen suite ran, none is broken and no test failed that is not quarantined. Flaky tests do not stop a release, and are named.
 * Nothing is retried until it is green: a failure is run once more, to tell which it is.
 */
export function decideTests(facts: TestFacts): TestVerdict {
  const { results, unknown } = facts;
  const { excused, expired } = excuse(results, facts.quarantine ?? [], facts.today ?? '');
  const failed = results.filter((result) => result.verdict === 'failed' && !excused.has(result.suite));
  const broken = results.filter((result) => result.verdict === 'broken');
  const flaky = results.filter((result) => result.flaky.length > 0);
  const because =
    failed.length > 0
      ? 'tests-failed'
      : broken.length + unknown.length > 0
        ? 'tests-broken'
        : results.length === 0
          ? 'nothing-to-run'
          : excused.size > 0
            ? 'passed-but-quarantined'
            : flaky.length > 0
              ? 'passed-with-flaky'
              : 'all-passed';
  const proven = because !== 'tests-failed' && because !== 'tests-broken';
  const bad = [
    ...failed.map(failure),
    ...broken.map((result) => `${result.suite} is broken: ${result.because ?? 'no reason given'}`),
    ...unknown.map((id) => `${id} is no suite of this revision`),
  ];
  const flakyNames = flaky.flatMap((result) => result.flaky.map((name) => `${result.suite}: ${name}`));
  return {
    kind: 'judge-tests',
    because,
    proven,
    choice: cut(choiceText(because, bad, flakyNames, [...excused.values()].flat(), facts), 600),
    figures: { ...figures(facts, flakyNames), quarantined: [...excused.values()].flat().slice(0, 10), quarantineExpired: expired.slice(0, 10) },
    alternatives: alternatives(proven, bad, flakyNames, results.length),
    checks: [
      check(
        'every chosen suite ran',
        unknown.length === 0 && results.length === facts.order.length,
        unknown.length > 0 ? `not in this revision: ${unknown.join(', ')}` : `${results.length} of ${facts.order.length}`,
      ),
      check('no suite is broken', broken.length === 0, broken.map((result) => `${result.suite}: ${result.because ?? ''}`).join('; ') || 'none'),
      check('no test failed', failed.length === 0, failed.map(failure).join('; ') || 'none'),
      ...(expired.length > 0 ? [check('no quarantine has expired', false, `they count again: ${expired.join('; ')}`)] : []),
    ],
  };
}

/** A suite with its first failing test: `cart: cart > totals (src/cart.test.ts) failed, and 2 more`. */
function failure(result: SuiteResult): string {
  const [first] = result.failing;
  const more = result.counts.failed - 1;
  const named = first === undefined ? 'failed' : `${first.name}${first.file === null ? '' : ` (${first.file})`} failed`;
  return `${result.suite}: ${named}${more > 0 ? `, and ${more} more` : ''}`;
}

function choiceText(because: TestVerdict['because'], bad: readonly string[], flaky: readonly string[], excused: readonly string[], facts: TestFacts): string {
  const total = sum(facts, 'passed');
  const ran = `${total} ${total === 1 ? 'test' : 'tests'} of ${facts.results.length} ${facts.results.length === 1 ? 'suite' : 'suites'}`;
  if (because === 'passed-but-quarantined') return `${ran} passed; quarantined: ${excused.join('; ')}.${silent(facts)}`;
  if (because === 'nothing-to-run') return 'No suite was chosen: nothing to prove.';
  if (because === 'all-passed') return `${ran} passed.${silent(facts)}`;
  if (because === 'passed-with-flaky') return `${ran} passed, but these failed first and passed in a second run: ${flaky.join('; ')}.${silent(facts)}`;
  return `Stop: ${bad.join('. ')}.`;
}

const inPart = ({ results }: TestFacts): string[] =>
  results.flatMap(({ suite, narrowed }) => (narrowed ? [`${suite}: ${narrowed.files} of ${narrowed.of} test files`] : []));

/** A green suite may have something to say: that few of its files see the change, that it found no tests, or that only its exit code could be read. */
const silent = (facts: TestFacts): string => {
  const part = inPart(facts);
  const said = facts.results.filter((result) => result.verdict === 'passed' && result.because !== null).map((result) => ` ${result.suite}: ${result.because}`);
  return [...(part.length > 0 ? [` Only what sees the change ran of ${part.join('; ')}.`] : []), ...said].join('');
};

function figures(facts: TestFacts, flaky: readonly string[]): NonNullable<TestVerdict['figures']> {
  const list = (lines: readonly string[]): string[] => lines.slice(0, 10).map((line) => cut(line, 200));
  return {
    suites: facts.results.length,
    passed: sum(facts, 'passed'),
    failed: sum(facts, 'failed'),
    skipped: sum(facts, 'skipped'),
    flaky: sum(facts, 'flaky'),
    durationMs: facts.durationMs,
    parallel: facts.parallel,
    cores: facts.cores,
    memoryFreeMb: facts.memoryFreeMb,
    firstFailureMs: facts.firstFailureMs ?? null,
    reused: list(facts.results.flatMap(({ suite, reused }) => (reused ? [`${suite}: passed at ${reused.slice(0, 12)}`] : []))),
    widened: list(facts.widened ?? []),
    ...(facts.results.some(({ narrowed }) => narrowed) ? { narrowed: list(inPart(facts)) } : {}),
    ...sharedFigures(facts, list),
    ...drawFigures(facts),
    order: list(facts.order.map(({ suite, because }) => `${suite}: ${because}`)),
    failing: list(facts.results.flatMap((result) => (result.verdict === 'failed' ? result.failing.map((test) => `${result.suite}: ${test.name}`) : []))),
    flakyTests: list(flaky),
  };
}

function alternatives(proven: boolean, bad: readonly string[], flaky: readonly string[], suites: number): NonNullable<TestVerdict['alternatives']> {
  if (!proven) return [{ kind: 'go-on', rejectedBecause: cut(bad.join('. '), 600) }];
  if (flaky.length > 0) return [{ kind: 'stop', rejectedBecause: 'Each failed test passed in its second run.' }];
  return suites === 0 ? [] : [{ kind: 'stop', rejectedBecause: 'No test failed.' }];
}

/** Who ran how many, where more than one agent took part, and what came back from whom. */
function sharedFigures({ results, givenBack = [] }: TestFacts, list: (lines: readonly string[]) => string[]): NonNullable<TestVerdict['figures']> {
  const shares = Map.groupBy(
    results.flatMap(({ by }) => by ?? []),
    (by) => by,
  );
  const agents = [...shares].map(([by, { length }]) => `${by}: ${length} ${length === 1 ? 'suite' : 'suites'}`);
  return { ...(agents.length > 1 ? { agents: list(agents) } : {}), ...(givenBack.length > 0 ? { givenBack: list(givenBack) } : {}) };
}

/** The design of the audit: with it anybody can draw again. */
const drawFigures = ({ audit }: TestFacts): NonNullable<TestVerdict['figures']> =>
  audit
    ? {
        leftOut: audit.leftOut.length,
        auditProbability: audit.probability,
        auditSeed: audit.seed,
        auditDrawn: audit.drawn.map((suite) => cut(suite, 200)).slice(0, 20),
      }
    : {};

const sum = (facts: TestFacts, key: keyof SuiteResult['counts']): number => facts.results.reduce((total, result) => total + result.counts[key], 0);
const check = (name: string, passed: boolean, detail: string) => ({ name, passed, detail: cut(detail, 600) });
