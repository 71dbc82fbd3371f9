// What runners print for people: mocha, jest, vitest, node's spec reporter, pytest. Used where a script hides the runner. Pure.
import { namePath, testCase, type Counts, type Parsed, type RunOutput } from './parsed.ts';

const PASSED = /^(\s*)[✔✓√✅]\s+(.+)$/;
const FAILED = /^(\s*)(?:[✖✕×✗❌]|\d+\))\s+(.+)$/;
const DURATION = /\s*\(?\b\d+(?:\.\d+)?\s?(?:ms|s|m)\)?$/;

export function parseTextReport(output: RunOutput): Parsed | null {
  const text = `${output.stdout}\n${output.stderr}`;
  const counts = summaries(text);
  if (counts === null) return null;
  const cases = [...markedCases(text), ...namedFailures(text)];
  const seen = new Set<string>();
  // Node marks the suites of a failed test as well.
  const isSuite = (name: string): boolean => cases.some((other) => other.name.startsWith(`${name} > `));
  const unique = cases.filter((each) => !seen.has(each.name) && seen.add(each.name) && !(each.outcome === 'failed' && isSuite(each.name)));
  return { format: 'text', cases: unique, loadErrors: [], counts };
}

/** The totals that runners print at the end, added up: a script may run several. Null where there are none. */
function summaries(text: string): Counts | null {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, flaky: 0 };
  let found = false;
  const add = (word: string, number: string): void => {
    const key = /^(passing|passed|pass|xfailed)$/.test(word) ? 'passed' : /^(failing|failed|fail|errors?|cancelled|xpassed)$/.test(word) ? 'failed' : 'skipped';
    counts[key] += Number(number);
    found = true;
  };
  for (const line of text.split('\n')) {
    const mocha = /^\s+(\d+) (passing|failing|pending)\b/.exec(line);
    if (mocha !== null) add(mocha[2] ?? '', mocha[1] ?? '');
    const node = /^ℹ (pass|fail|cancelled|skipped|todo) (\d+)$/.exec(line);
    if (node !== null) add(node[1] ?? '', node[2] ?? '');
    const list =
      /^\s*Tests:?\s+(.*\b(?:passed|failed|skipped|todo)\b.*)$/.exec(line)?.[1] ?? /^=* ?((?:\d+ [a-z]+,? ?)+)in [\d.]+s(?: \([\d:]+\))? ?=*$/.exec(line)?.[1];
    for (const [, number = '', word = ''] of list?.matchAll(/(\d+) (passed|failed|skipped|todo|pending|errors?|xfailed|xpassed)\b/g) ?? []) add(word, number);
  }
  return found ? counts : null;
}

/** Lines with a tick or a cross, below the titles they are indented under. What follows the totals repeats them. */
function markedCases(text: string): Parsed['cases'] {
  const cases: Parsed['cases'] = [];
  const titles: { indent: number; title: string }[] = [];
  for (const line of text.split('\n')) {
    if (/^\s+\d+ (passing|failing)\b|^✖ failing tests:|^⎯+|^ℹ tests \d/.test(line)) break;
    const mark = PASSED.exec(line) ?? FAILED.exec(line);
    const indent = /^\s*/.exec(line)?.[0].length ?? 0;
    while ((titles.at(-1)?.indent ?? -1) >= indent) titles.pop();
    if (mark === null) {
      const title = line.replace(/^\s*[▶❯]\s*/, '').trim();
      if (title !== '' && (indent > 0 || /^[▶❯]/.test(line))) titles.push({ indent, title: title.replace(DURATION, '') });
      continue;
    }
    const [label = '', directive] = (mark[2] ?? '').split(/ # (?=SKIP|TODO)/);
    const outcome = directive !== undefined ? 'skipped' : PASSED.test(line) ? 'passed' : 'failed';
    cases.push(testCase(namePath(...titles.map((each) => each.title), label.replace(DURATION, '')), outcome));
  }
  return cases;
}

/** Failures that jest, vitest and pytest name once more, with their file. */
function namedFailures(text: string): Parsed['cases'] {
  return text.split('\n').flatMap((line) => {
    const vitest = /^\s*FAIL\s+(?:\|\S+\|\s+)?(\S+\.[cm]?[jt]sx?)(?: > (.+?))?(?: \[ .+ \])?$/.exec(line);
    if (vitest !== null && vitest[2] !== undefined) return [testCase(vitest[2], 'failed', { file: vitest[1] })];
    const jest = /^\s*● (.+ › .+)$/.exec(line)?.[1];
    if (jest !== undefined) return [testCase(jest.split(' › ').join(' > '), 'failed')];
    const pytest = /^(?:FAILED|ERROR) (\S+?\.py)(?:::(\S+))?(?: - (.*))?$/.exec(line);
    if (pytest !== null) return [testCase(pytest[2]?.replaceAll('::', ' > ') ?? pytest[1] ?? '', 'failed', { file: pytest[1], message: pytest[3] })];
    return [];
  });
}
