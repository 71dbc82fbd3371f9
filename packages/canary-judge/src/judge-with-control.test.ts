// A canary beside a control: what youth does is not blamed on a change, and what a change does is found all the same.
import { seededRandom } from '@awo/analysis';
import { describe, expect, test } from 'vitest';
import { judgeCanary } from './judge.ts';
import { judgeWithControl } from './judge-with-control.ts';
import { Policy } from './policy.ts';
import { usableRows } from './read-rows.ts';
import type { Row } from './row.ts';

const policy = Policy.parse({ alpha: 0.01, minSamples: 1, minPoints: 1, metrics: { errors: { burst: 30, tolerance: { share: 0.05 } } } });
const row = (t: number, bad: number, n: number, metric = 'errors'): Row => ({ t, metric, kind: 'rate', value: bad / n, n, worse: 'higher' });
const of = (looks: number, n: number, bad: number | ((t: number) => number)): Row[] =>
  Array.from({ length: looks }, (_, t) => row(t, typeof bad === 'number' ? bad : bad(t), n));

type Sides = { others: Row[]; control: Row[]; canary: Row[] };
/** The baseline holds the control's rows as well as those of the others. */
const judge = ({ others, control, canary }: Sides, asked = policy) =>
  judgeWithControl(usableRows([...others, ...control].toSorted((a, b) => a.t - b.t)), usableRows(canary), usableRows(control), asked);

test.each<[title: string, verdict: string, reason: RegExp, sides: Sides]>([
  [
    'it fails where all are better and the control agrees',
    'fail',
    /^worse: .*e-value/,
    { others: of(20, 80, 0), control: of(20, 10, 0), canary: of(20, 10, 1) },
  ],
  [
    'it waits where the control is as bad and not many requests have come',
    'inconclusive',
    /^may-be-youth: .* as young/,
    { others: of(15, 80, 0), control: of(15, 10, 1), canary: of(15, 10, 1) },
  ],
  [
    'it passes where it is no worse than the control, however much better the older ones are',
    'pass',
    /^no-worse: .*By the control/,
    { others: of(150, 80, 0), control: of(150, 10, 1), canary: of(150, 10, 1) },
  ],
  [
    'it fails where it is worse than the control, however bad the older ones are',
    'fail',
    /^worse: .*By the control/,
    { others: of(60, 80, 8), control: of(60, 10, 0), canary: of(60, 10, 1) },
  ],
  ['it passes where nobody fails', 'pass', /^no-worse/, { others: of(20, 80, 0), control: of(20, 10, 0), canary: of(20, 10, 0) }],
])('%s: %s', (_title, verdict, reason, sides) => {
  const answer = judge(sides);
  expect(answer.metrics[0]?.because).toMatch(reason);
  expect(answer.verdict).toBe(verdict);
});

test('a control that died or hangs has no say: the answer is the one without it', () => {
  const sides = { others: of(20, 80, (t) => t % 2), control: of(2, 10, 0), canary: of(20, 10, (t) => 1 + (t % 3)) };
  const { control, ...answer } = judge(sides);
  expect(control).toEqual([]);
  expect(answer).toEqual(judgeCanary(usableRows([...sides.others, ...sides.control].toSorted((a, b) => a.t - b.t)), usableRows(sides.canary), policy));
  expect(answer.verdict).toBe('fail');
});

test('what looks worse than the control keeps the canary from passing, though all others would let it', () => {
  const sides = { others: of(60, 80, 8), control: of(60, 10, 0), canary: of(60, 10, (t) => (t >= 55 ? 1 : 0)) };
  const { metrics, verdict, control } = judge(sides);
  expect(metrics[0]?.because).toMatch(/^suspicious: .*By the control/);
  expect(verdict).toBe('inconclusive');
  expect(control).toHaveLength(1);
});

test('chance that was against it while both were young does not hold it for long after', () => {
  const young = (bad: number) => (t: number) => (t < 10 ? bad : 0);
  const sides = { others: of(40, 80, 0), control: of(40, 10, young(3)), canary: of(40, 10, (t) => young(4 + (t % 2))(t)) };
  expect(judge(sides).metrics[0]?.because).toMatch(/^no-worse: .*By the control/);
});

test('a metric without a weight is shown, and neither fails nor holds anything', () => {
  const shown = Policy.parse({ ...policy, metrics: { ...policy.metrics, odd: { weight: 0, burst: 30 } } });
  const odd = (n: number, bad: number): Row[] => of(20, n, bad).map((one) => ({ ...one, metric: 'odd' }));
  const sides = { others: [...of(20, 80, 0), ...odd(80, 0)], control: [...of(20, 10, 0), ...odd(10, 1)], canary: [...of(20, 10, 0), ...odd(10, 1)] };
  expect(judge(sides, shown).verdict).toBe('pass');
});

test('no data is no data, with a control or without', () => {
  expect(judge({ others: [], control: [], canary: of(5, 10, 0) })).toMatchObject({ verdict: 'inconclusive', because: expect.stringMatching(/^no-data/) });
  expect(judge({ others: of(5, 10, 0), control: of(5, 10, 0), canary: [] })).toMatchObject({
    verdict: 'inconclusive',
    because: expect.stringMatching(/^no-data/),
  });
});

test('where most lines of the baseline are no rows, nothing passes, whatever the control says', () => {
  const [old, beside] = [usableRows(of(20, 80, 0)), usableRows(of(20, 10, 0))];
  const broken = { ...old, unusable: new Map([['', 100]]) };
  expect(judgeWithControl(old, beside, beside, policy).verdict).toBe('pass');
  expect(judgeWithControl(broken, beside, beside, policy)).toMatchObject({ verdict: 'inconclusive', because: expect.stringMatching(/^unusable-rows/) });
});

describe('at every look of many runs', () => {
  const RUNS = 120;
  /** Failed at any look. Shares of old, young and new. */
  function failed(old: number, young: number, fresh: number): number {
    let count = 0;
    for (let seed = 0; seed < RUNS; seed += 1) {
      const random = seededRandom(7919 * seed + 17);
      const draw = (t: number, n: number, share: number): Row => row(t, Array.from({ length: n }, random).filter((x) => x < share).length, n);
      const sides: Sides = { others: [], control: [], canary: [] };
      let seen = false;
      for (let t = 0; t < 25 && !seen; t += 1) {
        sides.others.push(draw(t, 80, old));
        sides.control.push(draw(t, 10, young));
        sides.canary.push(draw(t, 10, fresh));
        seen = judge(sides).verdict === 'fail';
      }
      if (seen) count += 1;
    }
    return count / RUNS;
  }

  test('a change that does nothing is called worse in no more than alpha of them', () => {
    // With a chance of 1 % each, more than 3 of 120 would be seen in 3 of 100 such tests.
    expect(failed(0.03, 0.03, 0.03)).toBeLessThanOrEqual(3 / 120);
  });

  test('where young ones fail ten times as often, a change that does nothing is called worse in fewer than 10 of 100', () => {
    expect(failed(0.01, 0.1, 0.1)).toBeLessThanOrEqual(0.1);
  });

  test('a change that fails ten times as often as a young one is found in nearly all', () => {
    expect(failed(0.01, 0.01, 0.1)).toBeGreaterThanOrEqual(0.9);
  });
});
