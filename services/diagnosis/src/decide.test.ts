// One row per verdict, and what speaks for and against each candidate.
import { LATENCY_BOUNDS_MS, type Because } from '@awo/contracts';
import { describe, expect, it } from 'vitest';
import { decideDiagnosis } from './decide.ts';
import type { ChangedService, DiagnosisFacts, Neighbour, Sample, Watched } from './facts.ts';
import { reportOf } from './report.ts';

const BASE = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);
const T0 = Date.UTC(2026, 0, 1, 12);
const at = (s: number): string => new Date(T0 + s * 1000).toISOString();

const counters = (revision: string, requests: number, errors: number, samples: Sample[] = []) => ({
  revision,
  weight: 0,
  requests,
  errors,
  latency: LATENCY_BOUNDS_MS.map(() => 0),
  customersWithErrors: errors,
  firstErrorAt: samples[0]?.at ?? null,
  samples,
});
const sample = (s: number, body: string): Sample => ({ at: at(s), method: 'POST', path: '/cart', status: 500, body });
const running = (revision: string, state = 'ready') => ({ revision, state, memoryBytes: 9e7, cpuSeconds: 1, openFiles: 9, restarts: 0, uptimeMs: 1 });

const watched = (because: string, old: [number, number], fresh: [number, number], extra: Partial<Watched> = {}): Watched => ({
  step: 'watch-cart-10',
  service: 'cart',
  weight: 10,
  concurrent: true,
  because,
  passed: false,
  elapsedMs: 10_000,
  startedAt: at(0),
  settledAt: at(10),
  comparison: {
    old: { requests: old[0], errors: old[1], p95Ms: 20 },
    new: { requests: fresh[0], errors: fresh[1], p95Ms: 21, customersWithErrors: fresh[1], restarts: 0, memoryBytes: 9e7 },
  },
  past: { requests: 9000, errors: 2, p95Ms: 20 },
  ...extra,
});

const cart = (extra: Partial<ChangedService> = {}): ChangedService => ({
  change: { service: 'cart', base: BASE, head: HEAD },
  trafficSince: at(-1),
  rpsBefore: 80,
  fresh: counters(HEAD, 80, 5, [sample(1, 'TypeError: total is undefined')]),
  old: counters(BASE, 9720, 2),
  logs: ['listening on 4711', 'TypeError: total is undefined', '    at addItem (/srv/worktrees/b/cart/src/cart.ts:31:9)'],
  processes: [running(BASE)],
  commits: [
    { sha: HEAD, subject: 'Faster totals', files: ['cart/src/cart.ts', 'cart/src/cart.test.ts'] },
    { sha: 'c'.repeat(40), subject: 'Update docs', files: ['docs/cart.md'] },
  ],
  ...extra,
});

const catalog = (extra: Partial<Neighbour> = {}): Neighbour => ({
  service: 'catalog',
  address: 'http://127.0.0.1:41002',
  revisions: [counters('d'.repeat(40), 5000, 0)],
  processes: [running('d'.repeat(40))],
  ...extra,
});

const facts = (extra: Partial<DiagnosisFacts> = {}): DiagnosisFacts => ({
  environment: 'production',
  failed: [{ step: 'watch-cart-10', kind: 'watch-rollout', service: 'cart', code: 'error-rate-worse', message: '5 of 80 failed', settledAt: at(10) }],
  watched: [watched('error-rate-worse', [720, 0], [80, 5])],
  changed: [cart()],
  neighbours: [catalog()],
  machine: { load1: 0.9, cores: 2, memoryFreeBytes: 2e9 },
  missing: [],
  ...extra,
});

const refused = 'fetch failed: connect ECONNREFUSED 127.0.0.1:41002';
const catalogDown = catalog({
  processes: [running('d'.repeat(40), 'crashed')],
  revisions: [counters('d'.repeat(40), 5000, 40, [{ at: at(2), method: 'GET', path: '/items', status: 502, body: 'no answer' }])],
});

const TABLE: { because: Because; when: string; given: DiagnosisFacts; first: string }[] = [
  { because: 'cause-found', when: 'the errors name a file that the commit changed', given: facts(), first: 'commit' },
  {
    because: 'cause-found',
    when: 'only the new one fails and nothing names a file',
    first: 'commit',
    given: facts({ changed: [cart({ logs: [], fresh: counters(HEAD, 80, 5, [sample(1, 'sorry')]) })] }),
  },
  {
    because: 'cause-found',
    when: 'the new one is slower than the old one at the same time',
    first: 'commit',
    given: facts({ watched: [watched('latency-worse', [720, 0], [80, 0])], changed: [cart({ logs: [], fresh: counters(HEAD, 80, 0) })] }),
  },
  {
    because: 'cause-found',
    when: 'the new one crashed and the old one did not',
    first: 'commit',
    given: facts({
      watched: [watched('crashing', [720, 0], [60, 1])],
      changed: [cart({ logs: ['FATAL ERROR: heap out of memory'], fresh: counters(HEAD, 60, 1) })],
    }),
  },
  {
    because: 'cause-found',
    when: 'the new one never became healthy',
    first: 'commit',
    given: facts({
      watched: [],
      failed: [{ step: 'start-cart', kind: 'start-revision', service: 'cart', code: 'unhealthy', message: 'no answer on /', settledAt: at(1) }],
      changed: [cart({ fresh: null, trafficSince: null, logs: [] })],
    }),
  },
  {
    because: 'cause-found',
    when: 'a called service is down and both revisions fail for it',
    first: 'dependency',
    given: facts({
      watched: [watched('deadline-without-evidence', [720, 60], [80, 6])],
      changed: [cart({ logs: [], fresh: counters(HEAD, 80, 6, [sample(2, refused)]), old: counters(BASE, 9720, 62, [sample(2, refused)]) })],
      neighbours: [catalogDown],
    }),
  },
  {
    because: 'ambiguous',
    when: 'all was switched at once, and a called service fell in the same moment',
    first: 'commit',
    given: facts({
      watched: [watched('error-rate-worse', [9000, 2], [80, 20], { concurrent: false, weight: 100 })],
      changed: [cart({ logs: ['Error: boom', '    at add (/srv/worktrees/b/cart/src/cart.ts:31:9)'], fresh: counters(HEAD, 80, 20, [sample(1, refused)]) })],
      neighbours: [catalogDown],
    }),
  },
  {
    because: 'insufficient-evidence',
    when: 'the watch gave up without traffic',
    first: 'commit',
    given: facts({
      watched: [watched('deadline-without-evidence', [0, 0], [0, 0])],
      changed: [cart({ logs: [], fresh: counters(HEAD, 0, 0) })],
      machine: null,
    }),
  },
];

describe('a diagnosis', () => {
  for (const row of TABLE) {
    it(`is ${row.because} when ${row.when}`, () => {
      const decision = decideDiagnosis(row.given);
      expect(decision.because, JSON.stringify(decision.diagnosis.candidates, null, 1)).toBe(row.because);
      if (row.because === 'cause-found') expect(decision.diagnosis.candidates[0]?.kind).toBe(row.first);
    });
  }

  it('names the commit whose file stands in the stack, not the one beside it', () => {
    const { diagnosis } = decideDiagnosis(facts());
    expect(diagnosis.commits).toEqual([{ sha: HEAD, subject: 'Faster totals', files: ['cart/src/cart.ts', 'cart/src/cart.test.ts'] }]);
    expect(diagnosis.candidates[0]?.for.join(' ')).toContain('cart/src/cart.ts');
  });

  it('says since when, and about the how-manieth request of the new one it was', () => {
    const { diagnosis } = decideDiagnosis(facts());
    expect(diagnosis.since).toBe(at(1));
    expect(diagnosis.firstBadRequest).toBe(`POST /cart 500 at ${at(1)}, about request 16 of the new one`);
  });

  it('does not blame the commit for what the old one does as well', () => {
    const given = facts({
      watched: [watched('deadline-without-evidence', [720, 58], [80, 6])],
      changed: [cart({ old: counters(BASE, 9720, 60, [sample(2, 'TypeError: total is undefined')]) })],
    });
    const blamed = decideDiagnosis(given).diagnosis.candidates.find((c) => c.kind === 'commit');
    const alone = decideDiagnosis(facts()).diagnosis.candidates.find((c) => c.kind === 'commit');
    expect(blamed?.against).toEqual(expect.arrayContaining([expect.stringContaining('failed about as often'), expect.stringContaining('gave the same error')]));
    expect(blamed?.score).toBeLessThanOrEqual((alone?.score ?? 0) - 8);
  });

  it('weighs the machine: a busy one that slowed the old one down as well is a candidate', () => {
    const given = facts({
      machine: { load1: 9, cores: 2, memoryFreeBytes: 1e8 },
      watched: [watched('latency-worse', [720, 9], [80, 1], { past: { requests: 9000, errors: 2, p95Ms: 8 } })],
    });
    const machine = decideDiagnosis(given).diagnosis.candidates.find((c) => c.kind === 'machine');
    expect(machine?.for).toHaveLength(3);
  });

  it('weighs the load: three times the traffic is a candidate, the same traffic speaks against it', () => {
    const load = (rpsBefore: number) => decideDiagnosis(facts({ changed: [cart({ rpsBefore })] })).diagnosis.candidates.find((c) => c.kind === 'load');
    expect(load(25)?.for[0]).toContain('25 requests/s before, 80 during');
    expect(load(80)?.for).toEqual([]);
  });

  it('has for every other candidate the reason why it is not the first', () => {
    const decision = decideDiagnosis(facts());
    expect(decision.alternatives?.map((a) => a.kind)).toEqual(
      expect.arrayContaining(['machine: the machine', 'load: more traffic than before', 'dependency: service catalog']),
    );
    expect(decision.alternatives?.every((a) => a.rejectedBecause.length > 10)).toBe(true);
  });

  it('is a page that a person can read', () => {
    const page = reportOf(facts({ missing: ['observe.logs of web: gone'] }), decideDiagnosis(facts()));
    for (const part of [
      '# Diagnosis: production',
      '| cart | 10 % | 720 | 0 |',
      'commit bbbbbbb "Faster totals"',
      '- against:',
      '## Not known',
      'TypeError: total is undefined',
    ])
      expect(page).toContain(part);
  });
});
