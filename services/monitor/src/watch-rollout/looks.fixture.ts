// Looks at a rollout as tests write them: what each saw, a second apart.
import { LATENCY_BOUNDS_MS, observedMetric, type TrafficCounters } from '@awo/contracts';
import { decideWatch, type WatchDecision } from './decide.ts';
import type { Reading, WatchFacts } from './facts.ts';
import { factsOf } from './rows.ts';
import { emptyCounters, NEW, OLD, POLICY } from './simulated-rollout.ts';

type Seen = { requests: number; errors?: number; ms?: number };
export type Look = {
  old?: Seen;
  fresh?: Seen;
  state?: string;
  restarts?: number;
  oldRestarts?: number;
  memoryMb?: number | null;
  /** Weight of the new one, where it is not the one that is watched. */ share?: number;
};

export const counters = (revision: string, { requests, errors = 0, ms = 10 }: Seen): TrafficCounters => {
  const c = emptyCounters(revision);
  c.latency[LATENCY_BOUNDS_MS.findIndex((b) => ms <= b)] = requests;
  return { ...c, requests, errors };
};

const add = (a: TrafficCounters, b: TrafficCounters): TrafficCounters => ({
  ...a,
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  latency: a.latency.map((n, i) => n + (b.latency[i] ?? 0)),
});

/** Looks a second apart; what each saw is added to the counters. */
export function watch(
  looks: Look[],
  change: Partial<WatchFacts['input']> = {},
  policy: Partial<WatchFacts['policy']> = {},
  base: string | null = OLD,
  more: (look: number) => Partial<Reading> = () => ({}),
  onFacts: (facts: WatchFacts) => void = () => {},
): WatchDecision {
  let [old, fresh] = [counters(OLD, { requests: 2000, errors: 1 }), counters(NEW, { requests: 0 })];
  let decision: WatchDecision | null = null;
  for (const [i, look] of looks.entries()) {
    old = add(old, counters(OLD, look.old ?? { requests: 0 }));
    fresh = add(fresh, counters(NEW, look.fresh ?? { requests: 0 }));
    const at = new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString();
    const figures = (revision: string, restarts: number, memoryMb: number | null, state = 'ready') => ({
      revision,
      state,
      memoryBytes: memoryMb === null ? null : memoryMb * 1048576,
      cpuSeconds: 0,
      openFiles: 1,
      restarts,
      uptimeMs: 1,
    });
    const reading = {
      input: { environment: 'production', change: { service: 'cart', base, head: NEW }, weight: 20, concurrent: true, expectedRps: null, ...change },
      policy: { ...POLICY, ...policy },
      servicesWatched: 1,
      elapsedMs: i * 1000,
      traffic: { at, revisions: base === null ? [fresh] : [old, { ...fresh, weight: look.share ?? change.weight ?? 20 }] },
      processes: {
        at,
        revisions: [figures(OLD, look.oldRestarts ?? 0, 80), figures(NEW, look.restarts ?? 0, look.memoryMb === undefined ? 70 : look.memoryMb, look.state)],
      },
    };
    const facts = factsOf({ ...reading, ...more(i) }, decision === null ? null : decision.memo, null);
    onFacts(facts);
    decision = decideWatch(facts);
    if (decision.verdict !== 'hold') break;
  }
  if (decision === null) throw new Error('a watch needs a look');
  return decision;
}

export const times = (n: number, look: Look): Look[] => Array.from({ length: n }, () => look);
export const good: Look = { old: { requests: 64 }, fresh: { requests: 16 } };

/** A metric of awo.yaml, 3 for the old one. */
const queue = observedMetric('queue', { kind: 'gauge', query: 'x' });
export const told =
  (value: number | null, trouble: string | null = null) =>
  (look: number): Partial<Reading> => ({
    observed: [{ metric: queue, old: { value: 3 + (look % 2) / 10, of: null, trouble: null }, fresh: { value, of: null, trouble } }],
  });
