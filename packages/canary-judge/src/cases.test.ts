// What a person meets when they put good, bad, odd and broken files to the judge: each verdict with the reason that leads to the next thing to do.
import { describe, expect, test } from 'vitest';
import { judgeCanary } from './judge.ts';
import { Policy } from './policy.ts';
import { readRows } from './read-rows.ts';
import { both, changed, counter, counts, errors, gauge, later, latency, named, rows, times, usual, without, type Raw, type Side } from './testing/cases.ts';

const lines = (all: Raw[]): string[] => all.map((row) => JSON.stringify(row));
const judge = async (baseline: string[], canary: string[], policy: object = {}) =>
  judgeCanary(await readRows([baseline], 'b.jsonl', 'baseline'), await readRows([canary], 'c.jsonl', 'canary'), Policy.parse(policy));
const season = (i: number): number => 1 + 0.9 * Math.sin(i / 9);
const one = errors(0.01);

describe('no difference is never called worse', () => {
  test.each<[string, Side, object?]>([
    ['errors', one],
    ['no error at all', errors(0)],
    ['every request fails, on both', errors(1)],
    ['a bad minute of both', errors((i) => (i > 50 && i < 56 ? 0.5 : 0.01))],
    ['errors that follow the day', errors((i) => 0.02 * season(i))],
    ['latency', latency(usual())],
    ['latency that follows the day', latency((r, i) => usual()(r) * (1 + 0.5 * Math.sin(i / 9)))],
    ['a gauge that never moves', gauge(() => 0)],
    ['rare events', counts(0)],
    ['a total that started again', counter(30, 40, 80)],
    ['no n and no direction', without(without(latency(usual()), 'n'), 'worse')],
    ['names that are no names', named(one, '__proto__')],
    ['names with quotes', named(one, 'a"b\'c\n$(x)')],
    ['times out of order', changed(one, (row, i) => ({ ...row, t: 1000 + 10 * ((i * 37) % 120) }))],
  ])('%s', async (_, side) => {
    expect(await judge(lines(side(1)), lines(side(2)))).toMatchObject({ verdict: 'pass', because: expect.stringMatching(/^no-worse/) as string });
  });
});

describe('harm fails', () => {
  test.each<[string, RegExp, Side, Side, object?]>([
    ['x1.5 errors', /worse: 1\.\d+ % of/, one, errors(0.015, 400)],
    ['x2 errors', /worse/, one, errors(0.02)],
    ['x5 errors', /worse/, one, errors(0.05)],
    ['errors where there were none', /worse/, errors(0), errors(0.003)],
    ['every request of the canary fails: a hundred times as much is no other unit', /100 % of/, one, errors(1)],
    ['a twentieth of the requests, x3 errors', /worse/, errors(0.01, 950), errors(0.03, 50)],
    ['a fault in the last rows', /worse/, one, errors((i) => (i > 100 ? 0.1 : 0.01))],
    ['a slower middle', /worse: median/, latency(usual()), latency(usual(1.2))],
    ['a longer tail', /tail-worse: p95/, latency(usual(), 1, 250), latency((r) => usual()(r) * (r.uniform() < 0.12 ? 5 : 1), 1, 250)],
    ['more scatter', /spread-worse/, gauge((r) => 50 + 2 * r.normal(), 'both'), gauge((r) => 50 + 6 * r.normal(), 'both')],
    ['a gauge that was zero', /worse/, gauge(() => 0), gauge(() => 3)],
    ['less of what should be more', /worse/, gauge((r) => 50 + 5 * r.normal(), 'lower'), gauge((r) => 40 + 5 * r.normal(), 'lower')],
    ['twice the events, from totals that start again', /started again/, counter(3, 40), counter(6, 60)],
    ['no direction, x5 errors', /worse/, without(one, 'worse'), without(errors(0.05), 'worse')],
    ['no n, x5', /worse/, without(one, 'n'), without(errors(0.05), 'n')],
    ['a fifth of the rows NaN, x5 errors', /worse/, one, changed(errors(0.05), (row, i) => (i % 5 === 0 ? { ...row, value: null } : row))],
    [
      'one critical metric of two',
      /^critical-metric-worse/,
      both(one, latency(usual())),
      both(errors(0.05), latency(usual())),
      { failWeight: 0.9, metrics: { errors: { critical: true } } },
    ],
  ])('%s', async (_, because, baseline, canary, policy) => {
    const answer = await judge(lines(baseline(1)), lines(canary(2)), policy);
    expect(answer).toMatchObject({ verdict: 'fail', because: expect.stringMatching(because) as string });
  });
});

describe('what says nothing is inconclusive, each with its own reason', () => {
  const twice = both(one, latency(usual()));
  test.each<[string, string, Side, Side, object?]>([
    ['nothing at all', 'no-data', () => [], () => []],
    ['no canary', 'no-data', one, () => []],
    ['no baseline', 'no-data', () => [], one],
    ['a canary without requests', 'no-data', one, changed(one, (row) => ({ ...row, n: 0, value: 0 }))],
    ['a source that died halfway', 'stale-metric', one, changed(one, (row, i) => (i < 60 ? row : null))],
    ['one metric of two that stopped', 'stale-metric', twice, changed(twice, (row) => (row['metric'] === 'latency' && Number(row['t']) > 1700 ? null : row))],
    ['a hole on one side', 'stale-metric', one, changed(one, (row, i) => (i < 50 || i > 74 ? row : null))],
    ['a source that repeats its last value', 'frozen-metric', latency(usual()), changed(latency(usual()), (row, i) => (i < 60 ? row : { ...row, value: 103 }))],
    ['one name in one file', 'only-in-baseline', twice, both(one, named(latency(usual()), 'latency_ms'))],
    ['other letters', 'only-in-baseline', one, named(one, 'Errors')],
    ['one source for both', 'same-rows', () => one(1), () => one(1)],
    ['n on one side only', 'mixed-units', one, without(one, 'n')],
    ['a metric that the policy names', 'missing-metric', one, one, { metrics: { absent: {} } }],
    ['a minute of skew', 'clock-skew', one, later(one, 60)],
    ['milliseconds', 'clock-skew', one, changed(one, (row) => ({ ...row, t: 1000 * Number(row['t']) }))],
    ['another day', 'not-concurrent', one, later(one, 86_400)],
    ['a third NaN', 'unusable-rows', one, changed(one, (row, i) => (i % 3 === 0 ? { ...row, value: null } : row))],
    ['per cent', 'mixed-units', one, times(one, 100)],
    ['per cent in half of the rows', 'mixed-units', one, times(one, 100, (i) => i % 2 === 0)],
    ['seconds', 'mixed-units', latency(usual()), times(latency(usual()), 0.001)],
    ['seconds in one row of twenty', 'mixed-units', latency(usual()), times(latency(usual()), 0.001, (i) => i % 20 === 0)],
    ['three rows', 'too-few-points', errors(0.01, 200, 3), errors(0.01, 200, 3)],
    ['six requests, all bad', 'too-few-samples', errors(0, 1, 6), errors(1, 1, 6)],
    ['a thousand requests', 'not-yet-significant', errors(0.01, 10), errors(0.01, 10)],
    ['another kind', 'no-data', one, changed(one, (row) => ({ ...row, kind: 'histogram' }))],
    ['texts for numbers', 'no-data', one, changed(one, (row) => ({ ...row, value: String(row['value']) }))],
    ['directions that differ', 'mixed-directions', one, changed(one, (row) => ({ ...row, worse: 'lower' }))],
    ['errors while it warmed up', 'warm-up', one, errors((i) => (i < 20 ? 0.2 : 0.01))],
    ['a metric that does not weigh enough', 'below-fail-weight', twice, both(errors(0.05), latency(usual())), { failWeight: 0.9 }],
  ])('%s: %s', async (_, because, baseline, canary, policy) => {
    const answer = await judge(lines(baseline(1)), lines(canary(2)), policy);
    expect(answer).toMatchObject({ verdict: 'inconclusive', because: expect.stringMatching(new RegExp(`^${because}:`)) as string });
  });
});

test('slow replies of the first moments alone are a warm-up: left out, and named', async () => {
  const cold = latency((r, i) => usual(i < 20 ? 3 : 1)(r));
  const answer = await judge(lines(latency(usual())(1)), lines(cold(2)));
  expect(answer).toMatchObject({ verdict: 'pass', metrics: [{ because: expect.stringContaining('worse in the first') as string }] });
});

test('what is left out is named by file, line and value', async () => {
  const canary = lines(one(2));
  canary.splice(60, 0, '%%%');
  canary[3] = '{"t":1030,"metric":"errors","kind":"rate","value":NaN,"n":200}';
  canary.push('{"t":2200,"met');
  const { verdict, leftOut } = await judge(lines(one(1)), canary);
  expect(verdict).toBe('pass');
  expect(leftOut.map((l) => [l.lines, l.example])).toEqual([
    [[4], 'c.jsonl:4: "NaN"'],
    [[61], 'c.jsonl:61: %%%'],
    [[122], 'c.jsonl:122: {"t":2200,"met'],
  ]);
});

test('a label that both sides share is a stratum, so that more requests of a bad route are no fault of the canary', async () => {
  const route = (share: number, n: number, name: string): Side => changed(errors(share, n), (row) => ({ ...row, labels: { route: name } }));
  const old = both(route(0.001, 180, '/x'), route(0.05, 20, '/y'));
  const fresh = both(route(0.001, 20, '/x'), route(0.05, 180, '/y'));
  const verdicts = await Promise.all([1, 2, 3, 4, 5, 6].map(async (seed) => (await judge(lines(old(10 * seed + 1)), lines(fresh(10 * seed + 2)))).verdict));
  expect(verdicts.filter((v) => v === 'fail')).toHaveLength(0);
});

test('a file of any size is judged by a number of rows that can be held, old and new ones alike', async () => {
  const many = (p: number): string[] =>
    lines(rows((r) => ({ metric: 'errors', kind: 'rate', value: r.uniform() < p ? 1 : 0, n: 1, worse: 'higher' }), 50_000)(p * 1000));
  const answer = await judge(many(0.01), many(0.011));
  expect(answer.metrics[0]?.n).toEqual([50_000, 50_000]);
  expect(answer.leftOut.map((l) => l.reason)).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('of 4 neighbours added up') as string));
});
