// What a policy can ask for beyond a comparison: known shares, budgets, rules, proof since a time; and what each must not let pass.
import { seededRandom } from '@awo/analysis';
import { describe, expect, it, test } from 'vitest';
import { judgeCanary } from './judge.ts';
import { logNoRise } from './judge-shares.ts';
import { Policy } from './policy.ts';
import { usableRows } from './read-rows.ts';
import type { Row } from './row.ts';

type Errors = { metrics?: Record<string, object>; passSince?: number; alpha?: number };
const policy = (errors: object, rest: Errors = {}) => Policy.parse({ minSamples: 1, minPoints: 1, ...rest, metrics: { errors, ...rest.metrics } });
const rate = (t: number, bad: number, n: number, metric = 'errors', labels = {}): Row => ({
  t,
  metric,
  kind: 'rate',
  value: bad / n,
  n,
  worse: 'higher',
  labels,
});
const times = (count: number, of: (t: number) => Row): Row[] => Array.from({ length: count }, (_, t) => of(t));
const judge = (baseline: Row[], canary: Row[], asked: Policy) => judgeCanary(usableRows(baseline), usableRows(canary), asked);
const verdicts = (baseline: Row[], canary: Row[], asked: Policy) => {
  const { verdict, because, metrics } = judge(baseline, canary, asked);
  return { verdict, because, of: Object.fromEntries(metrics.map((m) => [m.metric, m.because.split(':')[0]])) };
};

describe('a canary without a baseline beside it', () => {
  const known = { known: { low: 0.001, high: 0.002, n: 4000 }, tolerance: { share: 0.02 }, burst: 30 };
  it.each([
    ['pass', 'no-worse', 0],
    ['fail', 'metrics-worse', 4],
    ['inconclusive', 'not-yet-significant', 1],
  ] as const)('is judged by what is known of it: %s (%s) at %i errors of 80 a look', (verdict, because, bad) => {
    const canary = times(verdict === 'inconclusive' ? 1 : 5, (t) => rate(t, bad, 80));
    expect(verdicts([], canary, policy(known))).toMatchObject({ verdict, because: expect.stringMatching(`^${because}`) as string });
  });

  it('stays without a verdict where nothing is known, however good it looks', () => {
    expect(
      verdicts(
        [],
        times(50, (t) => rate(t, 0, 100)),
        policy({}),
      ),
    ).toMatchObject({ verdict: 'inconclusive', because: expect.stringMatching(/^no-data/) as string });
  });
});

test('what is within the budget does no harm, however well it is proven', () => {
  const [old, fresh] = [times(40, (t) => rate(t, 0, 4000)), times(40, (t) => rate(t, 4, 4000))];
  expect(judge(old, fresh, policy({})).verdict).toBe('fail');
  const answer = judge(old, fresh, policy({ tolerance: { budget: 0.002 } }));
  expect(answer).toMatchObject({ verdict: 'pass', because: expect.stringMatching(/^no-worse/) as string });
  expect(answer.metrics[0]?.pValue).toBeLessThan(0.001);
});

test('tolerated odds are no harm, more than those are', () => {
  const fresh = (bad: number) => times(60, (t) => rate(t, bad, 100));
  const old = fresh(10);
  const asked = policy({ tolerance: { odds: 2 }, burst: 30 });
  expect(judge(old, fresh(17), asked).verdict).not.toBe('fail');
  expect(judge(old, fresh(17), policy({ burst: 30 })).verdict).toBe('fail');
  expect(judge(old, fresh(30), asked).verdict).toBe('fail');
});

test('rows from before do not show the absence of harm since, but what they show of harm counts', () => {
  const [old, fresh] = [times(40, (t) => rate(t, 0, 100)), times(40, (t) => rate(t, 0, 100))];
  expect(judge(old, fresh, policy({})).verdict).toBe('pass');
  expect(judge(old, fresh, policy({}, { passSince: 38 })).verdict).toBe('inconclusive');
  const early = fresh.map((row, t) => (t < 10 ? rate(t, 9, 100) : row));
  expect(judge(old, early, policy({}, { passSince: 30 })).verdict).toBe('fail');
});

test('what looked bad once and did not go on is no suspicion: it would hold a good canary for ever', () => {
  const [old, fresh] = [times(150, (t) => rate(t, 1, 100)), times(150, (t) => rate(t, t === 0 ? 11 : 1, 100))];
  const asked = policy({ burst: 30, tolerance: { share: 0.02 } }, { alpha: 0.01 });
  expect(judge(old.slice(0, 2), fresh.slice(0, 2), asked).because).toMatch(/^suspicious/);
  expect(judge(old, fresh, asked).verdict).toBe('pass');
});

test('a hundred times the errors are no other unit where both sides name theirs', () => {
  const unit = { unit: 'share' };
  const [old, fresh] = [times(20, (t) => rate(t, 1, 200, 'errors', unit)), times(20, (t) => rate(t, 100, 200, 'errors', unit))];
  expect(judge(old, fresh, policy({})).verdict).toBe('fail');
});

test('a metric of more weight gets more of alpha', () => {
  const rows = (bad: number) => times(12, (t) => rate(t, t % 2 === 0 ? bad : 0, 40));
  const others = times(12, (t) => rate(t, 0, 40, 'other'));
  const { pValue = 0 } = judge(rows(0), rows(1), policy({})).metrics[0] ?? {};
  const asked = (weight: number) => policy({ weight, tolerance: { share: 0.4 } }, { alpha: pValue * 1.5, metrics: { other: {} } });
  expect(judge([...rows(0), ...others], [...rows(1), ...others], asked(1)).verdict).not.toBe('fail');
  expect(judge([...rows(0), ...others], [...rows(1), ...others], asked(3)).verdict).toBe('fail');
});

describe('rules', () => {
  const growth = { fillUp: 24, loss: 48, doublingSeconds: 60 };
  const gauge = (t: number, value: number): Row => ({ t, metric: 'memory', kind: 'gauge', value, n: 20 });
  const restarts = (t: number, value: number): Row => ({ t, metric: 'restarts', kind: 'counter', value, n: 1 });
  const steady = times(20, (t) => rate(t, 0, 100));
  it.each([
    ['growing', 'fail', (t: number) => 60 + 20 * t],
    ['steady', 'pass', (t: number) => 60 + (t % 5)],
    ['may-be-growing', 'inconclusive', (t: number) => 60 + 1.5 * t],
  ] as const)('say of a gauge that it is %s (%s), with or without a baseline', (because, verdict, at) => {
    const memory = times(20, (t) => gauge(t, at(t)));
    const asked = policy({}, { metrics: { memory: { growth } } });
    for (const old of [[], [gauge(19, 70)]])
      expect(verdicts([...steady, ...old], [...steady, ...memory], asked)).toMatchObject({ verdict, of: { errors: 'no-worse', memory: because } });
  });

  it.each([
    ['grows-on-both', 'pass', (t: number) => 60 + 18 * t],
    ['growing', 'fail', (t: number) => 60 + 2 * t],
    ['growing', 'fail', () => 60],
  ] as const)('say %s (%s) of what a process of the baseline that is as young does as well, or does not', (because, verdict, beside) => {
    const asked = policy({}, { metrics: { memory: { growth } } });
    const [old, fresh] = [beside, (t: number) => 60 + 20 * t].map((at) => [...steady, ...times(20, (t) => gauge(t, at(t)))]) as [Row[], Row[]];
    expect(verdicts(old, fresh, asked)).toMatchObject({ verdict, of: { memory: because } });
  });

  it.each([
    ['happened', 'fail', 0, 1],
    ['happened-on-both', 'pass', 1, 1],
    ['never-happened', 'pass', 0, 0],
  ] as const)('say %s (%s) of what must never happen: %i on the baseline, %i on the canary', (because, verdict, before, after) => {
    const asked = policy({}, { metrics: { restarts: { never: true } } });
    const side = (more: number) => [...steady, restarts(-1, 3), restarts(19, 3 + more)];
    expect(verdicts(side(before), side(after), asked)).toMatchObject({ verdict, of: { restarts: because } });
  });

  it('that have no rows let nothing pass', () => {
    expect(verdicts(steady, steady, policy({}, { metrics: { memory: { growth } } })).verdict).toBe('inconclusive');
  });
});

test('the absence of a rise is shown wrongly in at most 5 of 100 canaries whose rise is just the tolerated one', () => {
  let passed = 0;
  for (let seed = 0; seed < 300; seed++) {
    const random = seededRandom(seed * 7919 + 13);
    const draw = (n: number, p: number) => ({ n, bad: Array.from({ length: n }, () => random()).filter((x) => x < p).length });
    const looks = Array.from({ length: 100 }, () => ({ old: draw(60, 0.01), new: draw(20, 0.035) }));
    if (looks.some((_, i) => i % 4 === 0 && logNoRise(looks.slice(0, i + 1), 0.025) >= Math.log(20))) passed += 1;
  }
  expect(passed / 300).toBeLessThanOrEqual(0.05);
});
