// A change against what was not changed: what tells a cause from a coincidence, and what acquits or accuses that which both depend on.
import type { ComparisonRow } from '@awo/contracts';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { evidenceOf, type EvidenceBundle } from '../evidence-bundle.ts';
import { comparisonsOf } from './comparisons.ts';

const row = (fresh: [value: number, n: number], old: [value: number, n: number], extra: Partial<ComparisonRow> = {}): ComparisonRow => ({
  entity: 'pay',
  control: 'pay@old',
  metric: 'error_ratio',
  fresh: { value: fresh[0], n: fresh[1] },
  old: { value: old[0], n: old[1] },
  concurrent: true,
  ...extra,
});
const oddsOf = (...rows: ComparisonRow[]): number => comparisonsOf(rows).get('pay')?.points ?? Number.NaN;

describe('a comparison', () => {
  test('speaks for the change the more, the less chance explains it', () => {
    expect(oddsOf(row([0.05, 40], [0, 400]))).toBeLessThan(oddsOf(row([0.05, 140], [0, 1400])));
    expect(oddsOf(row([0.05, 140], [0, 1400]))).toBeGreaterThan(3);
  });
  test('of one failed request in few is none', () => expect(oddsOf(row([1 / 30, 30], [0, 300]))).toBe(0));
  test('in which neither fails speaks neither for nor against', () => expect(oddsOf(row([0, 100], [0, 900]))).toBe(0));
  test('in which the unchanged one fails alike speaks against the change', () => {
    const compared = comparisonsOf([row([0.08, 100], [0.08, 900])]).get('pay');
    expect(compared?.points).toBeLessThan(-2);
    expect(compared?.against[0]?.says).toBe('The unchanged one is about as bad: 8 of 100 requests failed, of pay@old 72 of 900 at the same time.');
  });
  test('of latencies takes the ratio, as tails scatter with their size', () => {
    const latency = { metric: 'latency_p95_ms' };
    expect(oddsOf(row([21, 100], [20, 900], latency))).toBe(0);
    expect(oddsOf(row([80, 100], [20, 900], latency))).toBe(oddsOf(row([800, 100], [200, 900], latency)));
    expect(oddsOf(row([80, 100], [20, 900], latency))).toBeGreaterThan(3);
  });
  test('that a sequential test called worse counts as much as its level allows, and no more', () => {
    expect(oddsOf(row([25, 100], [20, 900], { metric: 'latency_p95_ms', worse: true }))).toBeCloseTo(2.08, 1);
  });
  test('with what was before counts half, because something else may have changed with the switch', () => {
    const [beside, before] = [true, false].map((concurrent) => oddsOf(row([0.2, 100], [0, 900], { concurrent })));
    expect(before).toBe((beside ?? 0) / 2);
  });
  test('without any request says nothing', () => expect(oddsOf(row([0, 0], [0, 0]))).toBe(0));
});

const AT = 1_700_000_000_000;
/** `store`, which pay calls, is as slow as can be from the beginning on. */
const bundle = (comparisons: ComparisonRow[], extra: Partial<EvidenceBundle> = {}): EvidenceBundle => ({
  incident: { at: AT, entity: 'pay', symptom: 'error rate worse', window: [AT, AT + 60_000], baseline: [AT - 600_000, AT - 1] },
  topology: { nodes: [{ id: 'store', kind: 'service' }], edges: [{ from: 'pay', to: 'store', kind: 'calls' }] },
  tracks: [{ entity: 'store', metric: 'error_ratio', ...points((t) => (t < AT ? 0.001 : 0.4)) }],
  logs: [],
  changes: [{ t: AT, entity: 'pay', kind: 'commit', what: '"Round up"', revision: '1234567', files: ['src/pay.ts'] }],
  comparisons,
  ...extra,
});
const points = (v: (t: number) => number) => {
  const t = Array.from({ length: 66 }, (_, i) => AT - 600_000 + i * 10_000);
  return { t, v: t.map(v) };
};
const asked = (given: EvidenceBundle) => diagnose(evidenceOf(given));
const first = (given: EvidenceBundle) => asked(given).hypotheses[0];

describe('what changed and unchanged both depend on', () => {
  test('is acquitted by an unchanged one that was well beside it, however bad it looks itself', () => {
    const answer = asked(bundle([row([0.1, 200], [0, 1800])]));
    expect([answer.verdict, answer.hypotheses[0]]).toMatchObject([
      'found',
      { entity: 'pay', cause: 'recent-change', nextCheck: 'Read what commit 1234567 changed in src/pay.ts.' },
    ]);
    expect(
      answer.hypotheses
        .find((h) => h.entity === 'store')
        ?.against.map((s) => s.says)
        .join(),
    ).toContain('pay@old depends on it as well, so that it does not make the difference');
  });
  test('loses as much as the comparison tells, and gains as much', () => {
    const score = (...rows: ComparisonRow[]): number => asked(bundle(rows)).hypotheses.find((h) => h.entity === 'store')?.score ?? Number.NaN;
    const alone = score();
    expect(score(row([0.1, 200], [0, 1800]))).toBeLessThan(alone - 1);
    expect(score(row([0.1, 200], [0.1, 1800], { before: { value: 0, n: 9000 } }))).toBeGreaterThan(alone + 1);
  });
  test('is acquitted of the difference also where it made both worse: the changed one is worse by far more', () => {
    const latency = { metric: 'latency_p95_ms', before: { value: 15, n: 4000 } };
    const answer = asked(bundle([row([143, 38], [39.5, 488], latency)], { tracks: [{ entity: 'store', metric: 'load_per_core', t: [AT], v: [10] }] }));
    expect(answer).toMatchObject({ verdict: 'found', because: expect.stringContaining('recent-change on pay') });
  });
  test('is accused by an unchanged one that became worse as well', () => {
    const given = bundle([row([0.1, 200], [0.1, 1800], { before: { value: 0, n: 9000 } })]);
    expect(first(given)).toMatchObject({
      entity: 'store',
      for: expect.arrayContaining([{ evidence: expect.any(String), says: expect.stringContaining('became worse too') }]),
    });
  });
  test('is not parted from the change where nothing ran beside it: neither is called found', () => {
    const boom = { t: AT + 1000, entity: 'pay', level: 'error', message: 'TypeError: x is undefined' };
    const answer = asked(bundle([row([0.1, 200], [0, 1800], { concurrent: false })], { logs: [boom] }));
    expect(answer.verdict).toBe('ambiguous');
    expect(answer.hypotheses.map((h) => h.entity).toSorted()).toEqual(['pay', 'store']);
  });
  test('is parted from the change where nobody knows that it was better before', () => {
    const boom = { t: AT + 1000, entity: 'pay', level: 'error', message: 'TypeError: x is undefined' };
    const tracks = [{ entity: 'store', metric: 'load_per_core', t: [AT], v: [10] }];
    expect(asked(bundle([row([0.1, 200], [0, 1800], { concurrent: false })], { logs: [boom], tracks }))).toMatchObject({ verdict: 'found' });
  });
  test('is the cause where all errors of the changed one are calls to it', () => {
    const refused = { t: AT + 1000, entity: 'pay', level: 'error', message: 'connect to store failed: connection refused' };
    const asks = (tracks: EvidenceBundle['tracks']) => asked(bundle([row([0.1, 200], [0, 1800], { concurrent: false })], { logs: [refused], tracks }));
    expect(asks(bundle([]).tracks).hypotheses[0]).toMatchObject({ entity: 'store' });
    // And what it says of a store that is well does not clear the change.
    const scores = [bundle([]).tracks, []].map((tracks) => asks(tracks).hypotheses.find((h) => h.entity === 'pay')?.score ?? Number.NaN);
    expect(scores[0]).toBeLessThan(scores[1] ?? 0);
  });
});

test('what was measured and is as always is ruled out by name, so that a reader sees what else was thought of', () => {
  const well = bundle([row([0.1, 200], [0, 1800])], { tracks: [{ entity: 'store', metric: 'error_ratio', ...points(() => 0.001) }] });
  expect(asked(well).ruledOut).toEqual([{ entity: 'store', says: 'As always: error_ratio 0.00100, before 0.00100.' }]);
});

test('what is full is full, also where nobody measured it before', () => {
  const full = (v: number): EvidenceBundle => bundle([], { changes: [], tracks: [{ entity: 'store', metric: 'memory_used_ratio', t: [AT], v: [v] }] });
  expect(first(full(0.99))).toMatchObject({ entity: 'store', cause: 'memory-exhausted' });
  expect(asked(full(0.6)).hypotheses).toEqual([]);
});

test('a comparison that is missing is said where something was changed, and not where nothing was', () => {
  const missing = (given: EvidenceBundle): string => first(given)?.missing.join() ?? '';
  expect(missing(bundle([]))).toContain('comparisons.jsonl');
  expect(missing(bundle([], { changes: [] }))).not.toContain('comparisons.jsonl');
});

describe('a changed file is named', () => {
  const names = (message: string, file: string): boolean =>
    asked(
      bundle([], {
        tracks: [],
        logs: [{ t: AT, entity: 'pay', level: 'error', message }],
        changes: [{ t: AT, entity: 'pay', kind: 'commit', what: '', revision: '1234567', files: [file] }],
      }),
    ).hypotheses.some((h) => h.for.some((s) => s.says.startsWith(`An error names ${file}`)));
  test.each([
    ['Node', '    at add (/srv/w/cart/src/cart.ts:31:9)', 'cart/src/cart.ts'],
    ['Node modules', '    at file:///srv/w/cart/src/cart.ts:31:9', 'cart/src/cart.ts'],
    ['Python', '  File "/srv/w/search/app.py", line 12, in find', 'search/app.py'],
    ['Go', '\t/srv/w/pay/main.go:44 +0x1d', 'pay/main.go'],
    ['Java', '\tat shop.Cart.add(Cart.java:12)', 'src/main/java/shop/Cart.java'],
  ])('by a stack frame of %s', (_language, text, file) => expect(names(text, file)).toBe(true));
  test('only by its whole path, and only with a line: a log may name any file', () => {
    expect(names('at add (/srv/w/other-cart/src/cart.ts:31:9)', 'cart/src/cart.ts')).toBe(false);
    expect(names('reading cart/src/cart.ts failed', 'cart/src/cart.ts')).toBe(false);
  });
});
