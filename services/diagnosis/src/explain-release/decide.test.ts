// One row per verdict, and what speaks for and against each cause: the change, what it depends on, the machine, the load.
import type { Because } from '@awo/contracts';
import { describe, expect, it } from 'vitest';
import { decideDiagnosis } from './decide.ts';
import type { DiagnosisFacts } from './facts.ts';
import { at, BASE, cart, catalogDown, collected, counters, facts, failing, HEAD, refused, sample, tracesFailingAt, track, watched } from './release.fixture.ts';
import { reportOf } from './report.ts';

const TABLE: { because: Because; when: string; given: DiagnosisFacts; first: string | null }[] = [
  { because: 'cause-found', when: 'the errors name a file that the commit changed', given: facts(), first: 'recent-change on cart' },
  {
    because: 'cause-found',
    when: 'only the new one fails and nothing names a file',
    first: 'recent-change on cart',
    given: facts({ logs: {}, changed: [cart({ fresh: counters(HEAD, 80, 5, [sample(1, 'sorry')]) })] }),
  },
  {
    because: 'cause-found',
    when: 'nothing but the watch can be seen any more',
    first: 'recent-change on cart',
    given: facts({ logs: {}, collected: null, machine: null, changed: [cart({ fresh: null, old: null, commits: [] })] }),
  },
  {
    because: 'cause-found',
    when: 'the new one is slower than the old one at the same time',
    first: 'recent-change on cart',
    given: facts({
      failed: failing('latency-worse'),
      logs: {},
      watched: [watched('latency-worse', [720, 0], [80, 0], {}, 60)],
      changed: [cart({ fresh: counters(HEAD, 80, 0) })],
    }),
  },
  {
    because: 'cause-found',
    when: 'the new one crashed and the old one did not',
    first: 'recent-change on cart',
    given: facts({
      failed: failing('crashing'),
      logs: { cart: ['FATAL ERROR: heap out of memory'] },
      watched: [watched('crashing', [720, 0], [60, 1])],
      changed: [cart({ fresh: counters(HEAD, 60, 1) })],
    }),
  },
  {
    because: 'cause-found',
    when: 'the new one never became healthy',
    first: 'recent-change on cart',
    given: facts({
      watched: [],
      failed: [{ step: 'start-cart', kind: 'start-revision', service: 'cart', code: 'unhealthy', message: 'no answer on /', settledAt: at(1) }],
      logs: {},
      changed: [cart({ fresh: null, trafficSince: null })],
    }),
  },
  {
    because: 'cause-found',
    when: 'the first release of a service never became healthy, and nothing that could be the reason is wrong',
    first: 'recent-change on cart',
    given: facts({
      watched: [],
      failed: [{ step: 'start-cart', kind: 'start-revision', service: 'cart', code: 'unhealthy', message: 'no answer on /', settledAt: at(1) }],
      logs: {},
      changed: [cart({ change: { service: 'cart', base: null, head: HEAD }, fresh: null, old: null, trafficSince: null })],
    }),
  },
  {
    because: 'ambiguous',
    when: 'the first release of a service never became healthy while a called one is down',
    first: null,
    given: facts({
      watched: [],
      failed: [{ step: 'start-cart', kind: 'start-revision', service: 'cart', code: 'unhealthy', message: 'no answer on /', settledAt: at(1) }],
      logs: {},
      changed: [cart({ change: { service: 'cart', base: null, head: HEAD }, fresh: null, old: null, trafficSince: null })],
      collected: catalogDown,
    }),
  },
  {
    because: 'cause-found',
    when: 'a called service is down and both revisions fail for it',
    first: 'failing-component on catalog',
    given: facts({
      failed: failing('deadline-without-evidence'),
      logs: {},
      watched: [watched('deadline-without-evidence', [720, 60], [80, 6])],
      changed: [cart({ fresh: counters(HEAD, 80, 6, [sample(2, refused)]), old: counters(BASE, 9720, 62, [sample(2, refused)]) })],
      collected: catalogDown,
    }),
  },
  {
    because: 'ambiguous',
    when: 'all was switched at once, and a called service fell in the same moment',
    first: null,
    given: facts({
      watched: [watched('error-rate-worse', [9000, 2], [80, 20], { concurrent: false, weight: 100 })],
      logs: { cart: ['Error: boom', '    at add (/srv/worktrees/b/cart/src/cart.ts:31:9)'] },
      changed: [cart({ fresh: counters(HEAD, 80, 20, [sample(1, refused)]) })],
      collected: catalogDown,
    }),
  },
  {
    because: 'cause-found',
    when: 'all was switched at once, and all that the new one says is that a called service does not answer, which is down',
    first: 'failing-component on catalog',
    given: facts({
      watched: [watched('error-rate-worse', [9000, 2], [80, 20], { concurrent: false, weight: 100 })],
      logs: {},
      changed: [cart({ fresh: counters(HEAD, 80, 20, [sample(1, refused)]) })],
      collected: catalogDown,
    }),
  },
  {
    because: 'insufficient-evidence',
    when: 'the watch gave up without traffic, as there was none before',
    first: null,
    given: facts({
      collected: collected({ tracks: [track('cart', 'requests_per_second', 0, 0)] }),
      failed: failing('deadline-without-evidence'),
      logs: {},
      watched: [watched('deadline-without-evidence', [0, 0], [0, 0])],
      changed: [cart({ fresh: counters(HEAD, 0, 0) })],
      machine: null,
    }),
  },
];

const named = (h: { cause: string; entity: string } | undefined): string => `${h?.cause} on ${h?.entity}`;
const on = (given: DiagnosisFacts, entity: string) => decideDiagnosis(given).answer.hypotheses.find((h) => h.entity === entity);

describe('a diagnosis', () => {
  for (const row of TABLE) {
    it(`is ${row.because} when ${row.when}`, () => {
      const decision = decideDiagnosis(row.given);
      expect(decision.because, JSON.stringify(decision.answer, null, 1)).toBe(row.because);
      if (row.first !== null) expect(named(decision.diagnosis.hypotheses[0])).toBe(row.first);
    });
  }

  it('names the commit whose file stands in the stack, not the one beside it', () => {
    const { diagnosis, choice } = decideDiagnosis(facts());
    expect(diagnosis.commits).toEqual([{ sha: HEAD, subject: 'Faster totals', files: ['cart/src/cart.ts', 'cart/src/cart.test.ts'] }]);
    expect(diagnosis.hypotheses[0]?.for.map((s) => s.says).join(' ')).toContain('cart/src/cart.ts');
    expect(diagnosis.hypotheses[0]?.nextCheck).toContain('cart/src/cart.ts');
    expect(choice).toMatch(/^Cause: commit bbbbbbb "Faster totals" in cart \(\d+ %\)\. 5 of 80 requests failed, of cart@aaaaaaa 0 of 720 at the same time\.$/);
  });

  it('blames no commit for what a called service did', () => {
    const { diagnosis } = decideDiagnosis(TABLE.find((row) => row.first === 'failing-component on catalog')?.given ?? facts());
    expect(diagnosis.commits).toEqual([]);
  });

  it('says since when, and about the how-manieth request of the new one it was', () => {
    const { diagnosis } = decideDiagnosis(facts());
    expect(diagnosis.since).toBe(at(1));
    expect(diagnosis.firstBadRequest).toBe(`POST /cart 500 at ${at(1)}, about request 16 of the new one`);
  });

  it('does not blame the commit for what the old one does as well', () => {
    const blamed = on(facts({ failed: failing('deadline-without-evidence'), watched: [watched('deadline-without-evidence', [720, 58], [80, 6])] }), 'cart');
    expect(blamed?.against.map((s) => s.says).join(' ')).toMatch(/unchanged one is about as bad: 6 of 80 requests failed, of cart@aaaaaaa 58 of 720/);
    expect(blamed?.score ?? 0).toBeLessThan((on(facts(), 'cart')?.score ?? 0) - 4);
  });

  it('weighs the machine: a busy one that slowed the old one down as well is the cause, and no commit is blamed', () => {
    const slowed = {
      failed: failing('deadline-without-evidence'),
      logs: {},
      watched: [watched('deadline-without-evidence', [720, 9], [80, 1], { past: { requests: 9000, errors: 2, p95Ms: 4 } })],
    };
    const busy = facts({ ...slowed, machine: { load1: 9, cores: 2, memoryFreeBytes: 1e8, memoryTotalBytes: 8e9 } });
    const machine = on(busy, 'machine');
    expect(machine?.for.map((s) => s.says).join(' ')).toMatch(/load_per_core is 4\.50.*became worse too/);
    expect(
      on(busy, 'cart')
        ?.against.map((s) => s.says)
        .join(' '),
    ).toContain('became worse as well');
    expect(decideDiagnosis(busy)).toMatchObject({ because: 'cause-found', choice: expect.stringContaining('on machine'), diagnosis: { commits: [] } });
  });

  it('acquits what the old one depends on as well and was not hurt by, such as a busy machine', () => {
    const busy = facts({ machine: { load1: 9, cores: 2, memoryFreeBytes: 1e8, memoryTotalBytes: 8e9 } });
    expect(on(busy, 'machine')?.confidence ?? 0).toBeLessThan(0.05);
    expect(decideDiagnosis(busy)).toMatchObject({ because: 'cause-found', choice: expect.stringContaining('in cart') });
  });

  it('weighs the load: three times the traffic is a cause, the same traffic is ruled out', () => {
    const load = (before: number) =>
      decideDiagnosis(
        facts({
          failed: failing('latency-worse'),
          logs: {},
          watched: [watched('latency-worse', [720, 0], [80, 0], { past: { requests: 9000, errors: 2, p95Ms: 4 } })],
          collected: collected({ tracks: [track('cart', 'requests_per_second', before, before)] }),
        }),
      ).answer;
    expect(load(25).hypotheses.map(named)).toContain('load-changed on traffic of cart');
    expect(load(80).hypotheses.map(named)).not.toContain('load-changed on traffic of cart');
    expect(load(80).ruledOut).toContainEqual({ entity: 'traffic of cart', says: expect.stringContaining('before 80') });
  });

  it('counts what the old one wrote meanwhile neither for the new one nor against it', () => {
    const old = (seconds: number) => ({ entity: 'cart', t: Date.parse(at(seconds)), message: 'Error: cache is cold' });
    const given = (seconds: number) => facts({ collected: collected({ logs: [1, 2, 3, 4].map((i) => old(seconds + i)) }) });
    expect(given(0)).toEqual(facts());
    expect(given(-60).bundle.logs).toHaveLength(facts().bundle.logs.length + 4);
  });

  it('looks at the time of the watch that failed: a soak may come long after the first traffic', () => {
    const soak = watched('error-rate-worse', [9000, 2], [800, 40], { concurrent: false, weight: 100, startedAt: at(-60) });
    const { incident, logs } = facts({
      watched: [soak],
      changed: [cart({ trafficSince: at(-400), fresh: counters(HEAD, 800, 40, [sample(-300, 'early')]) })],
    }).bundle;
    expect(incident.window).toEqual([Date.parse(at(-61)), Date.parse(at(11))]);
    // What the new one wrote earlier is still no sign of what is usual.
    expect(logs.every((line) => Number(line.t) >= Date.parse(at(-61)))).toBe(true);
  });

  it.each([
    ['cart', 'cause-found'],
    ['catalog', 'ambiguous'],
  ] as const)('sees by traces where errors begin: all was switched at once, and %s fails without a failed call below: %s', (origin, because) => {
    const switched = (traces: ReturnType<typeof tracesFailingAt>) =>
      decideDiagnosis(
        facts({
          watched: [watched('error-rate-worse', [9000, 2], [80, 40], { concurrent: false, weight: 100 })],
          logs: {},
          changed: [cart({ fresh: counters(HEAD, 80, 40, [sample(1, 'sorry')]) })],
          collected: collected({ tracks: [track('cart', 'requests_per_second', 80, 72)], traces }),
        }),
      );
    const told = switched(tracesFailingAt(origin));
    expect(told.because).toBe(because);
    expect(told.answer.hypotheses.find((h) => h.entity === origin)?.for.map((f) => f.says)).toContainEqual(expect.stringContaining('errors begin here'));
  });

  it('leaves traces out while old and new run beside each other, as a span does not tell whose it is', () => {
    expect(facts({ collected: collected({ traces: tracesFailingAt('catalog') }) }).bundle.traces).toEqual([]);
  });

  it('has for every other cause the reason why it is not the first', () => {
    const decision = decideDiagnosis(facts());
    expect(decision.alternatives?.map((a) => a.kind)).toEqual(expect.arrayContaining(['machine', 'traffic of cart', 'catalog']));
    expect(decision.alternatives?.every((a) => a.rejectedBecause.length > 10)).toBe(true);
  });

  it('is the same again from facts that were written down and read', () => {
    for (const { given } of TABLE) expect(decideDiagnosis(JSON.parse(JSON.stringify(given)) as DiagnosisFacts)).toEqual(decideDiagnosis(given));
  });

  it('says of facts that an older version recorded that it weighed them otherwise', () => {
    const { bundle: _, ...older } = facts();
    expect(() => decideDiagnosis(older as DiagnosisFacts)).toThrow(/older version/);
  });

  it('is a page that a person can read', () => {
    const given = { ...facts(), missing: ['observe.logs of web: gone'] };
    const page = reportOf(given, decideDiagnosis(given));
    for (const part of [
      '# What stopped the release: production',
      '| cart | 10 % | 720 | 0 |',
      'commit bbbbbbb "Faster totals"',
      '- for: 5 of 80 requests failed',
      '## Gave no answer',
      'TypeError: total is undefined',
    ])
      expect(page).toContain(part);
  });
});
