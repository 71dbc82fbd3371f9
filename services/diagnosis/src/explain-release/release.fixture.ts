// A release of the cart that calls the catalog, as a diagnosis gets to see it: five of eighty requests to the new one failed.
import { type EvidenceCollected, LATENCY_BOUNDS_MS } from '@awo/contracts';
import { bundleOf } from './bundle.ts';
import type { ChangedService, DiagnosisFacts, Observed, Sample, Watched } from './facts.ts';

export const BASE = 'a'.repeat(40);
export const HEAD = 'b'.repeat(40);
const T0 = Date.UTC(2026, 0, 1, 12);
export const at = (s: number): string => new Date(T0 + s * 1000).toISOString();

export const counters = (revision: string, requests: number, errors: number, samples: Sample[] = []) => ({
  revision,
  weight: 0,
  requests,
  errors,
  latency: LATENCY_BOUNDS_MS.map(() => 0),
  customersWithErrors: errors,
  firstErrorAt: samples[0]?.at ?? null,
  samples,
});
export const sample = (s: number, body: string): Sample => ({ at: at(s), method: 'POST', path: '/cart', status: 500, body });
export const watched = (because: string, old: [number, number], fresh: [number, number], extra: Partial<Watched> = {}, newP95Ms = 21): Watched => ({
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
    new: { requests: fresh[0], errors: fresh[1], p95Ms: newP95Ms, customersWithErrors: fresh[1], restarts: 0, memoryBytes: 9e7 },
  },
  past: { requests: 9000, errors: 2, p95Ms: 20 },
  ...extra,
});

const TRACE = ['listening on 4711', 'TypeError: total is undefined', '    at addItem (/srv/worktrees/b/cart/src/cart.ts:31:9)'];

export const cart = (extra: Partial<ChangedService> = {}): ChangedService => ({
  change: { service: 'cart', base: BASE, head: HEAD },
  startedAt: at(-5),
  trafficSince: at(-1),
  fresh: counters(HEAD, 80, 5, [sample(1, 'TypeError: total is undefined')]),
  old: counters(BASE, 9720, 2),
  commits: [
    { sha: HEAD, subject: 'Faster totals', files: ['cart/src/cart.ts', 'cart/src/cart.test.ts'] },
    { sha: 'c'.repeat(40), subject: 'Update docs', files: ['docs/cart.md'] },
  ],
  ...extra,
});

/** Once a second for five minutes before and during the release: `during` from the release on. */
export const track = (entity: string, metric: string, before: number, during: number): EvidenceCollected['tracks'][number] => {
  const seconds = Array.from({ length: 310 }, (_, i) => i - 300);
  return {
    entity,
    metric,
    t: seconds.map((s) => T0 + s * 1000),
    v: seconds.map((s) => (s < 0 ? before : during) * (1 + 0.02 * Math.sin(s * 1.7))),
  };
};
export const collected = (extra: Partial<EvidenceCollected> = {}): EvidenceCollected => ({
  at: T0 + 12_000,
  topology: {
    nodes: [
      { id: 'cart', kind: 'service', labels: { host: '127.0.0.1:41001' } },
      { id: 'catalog', kind: 'service', labels: { host: '127.0.0.1:41002' } },
    ],
    edges: [{ from: 'cart', to: 'catalog', kind: 'calls' }],
  },
  tracks: [
    track('cart', 'requests_per_second', 80, 72),
    track('catalog', 'up', 1, 1),
    track('catalog', 'error_ratio', 0, 0),
    track('catalog', 'probe_ms', 3, 3),
  ],
  logs: [],
  changes: [],
  ...extra,
});

export const facts = (extra: Partial<Observed> = {}): DiagnosisFacts => {
  const observed: Observed = {
    at: T0 + 12_000,
    failed: [{ step: 'watch-cart-10', kind: 'watch-rollout', service: 'cart', code: 'error-rate-worse', message: '5 of 80 failed', settledAt: at(10) }],
    watched: [watched('error-rate-worse', [720, 0], [80, 5])],
    changed: [cart()],
    logs: { cart: TRACE },
    failing: [],
    collected: collected(),
    machine: { load1: 0.9, cores: 2, memoryFreeBytes: 2e9, memoryTotalBytes: 8e9 },
    ...extra,
  };
  const { failed, watched: watches, changed } = observed;
  return { environment: 'production', failed, watched: watches, changed, bundle: bundleOf(observed), missing: [] };
};
export const failing = (code: string) => [{ step: 'watch-cart-10', kind: 'watch-rollout', service: 'cart', code, message: code, settledAt: at(10) }];

export const refused = 'fetch failed: connect ECONNREFUSED 127.0.0.1:41002';
export const catalogDown = collected({
  tracks: [track('cart', 'requests_per_second', 80, 72), track('catalog', 'up', 1, 0), track('catalog', 'error_ratio', 0, 0.9)],
});

/** A request a second that the cart answers and hands to the catalog; from the release on every second one fails, first at `origin`. */
export const tracesFailingAt = (origin: 'cart' | 'catalog'): NonNullable<EvidenceCollected['traces']> =>
  Array.from({ length: 310 }, (_, i) => i - 300).flatMap((s) => {
    const fails = s >= 0 && s % 2 === 0;
    const span = { trace: `t${s}`, start: T0 + s * 1000 };
    return [
      { ...span, span: 'a', parent: null, entity: 'cart', name: 'POST /cart', durationMs: 20, error: fails },
      { ...span, span: 'b', parent: 'a', entity: 'catalog', name: 'GET /items', start: span.start + 5, durationMs: 4, error: fails && origin === 'catalog' },
    ];
  });
