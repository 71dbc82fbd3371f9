// Whole releases under seeded traffic: healthy ones pass in seconds, faults of every sort are found, false alarms are rare.
import { describe, expect, it } from 'vitest';
import type { TrafficCounters } from '@awo/contracts';
import { emptyCounters, NEW, OLD, playRollout, USUAL_LATENCY, type Ended, type Rollout } from './simulated-rollout.ts';

const CANARY = [10, 40, 50];
const healthy = { errors: () => 0.0005 };
const runs = (count: number, rollout: Omit<Rollout, 'seed'>): Ended[] =>
  Array.from({ length: count }, (_, i) => playRollout({ ...rollout, seed: 1000 + i * 17 }));
const share = (all: Ended[], test: (e: Ended) => boolean): number => all.filter(test).length / all.length;
const quantile = (values: number[], q: number): number => values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? Infinity;
const because = (e: Ended): string => e.decision.because;

describe('a healthy canary (0.05 % errors, as the old one) at 80 requests/s', () => {
  const all = runs(150, { rps: 80, weights: CANARY, old: healthy, fresh: healthy });

  it('is undone in at most 1 of 100 releases (alpha = 1 %)', () => {
    expect(share(all, (e) => e.decision.verdict === 'failed')).toBeLessThanOrEqual(0.01);
  });

  it('passes a step within 9 s in half of all cases and 9 of 10 within 20 s', () => {
    const steps = all.flatMap((e) => e.stepSeconds);
    expect(quantile(steps, 0.5)).toBeLessThanOrEqual(9);
    expect(quantile(steps, 0.9)).toBeLessThanOrEqual(20);
  });

  it('passes every step within 8 s where no request fails', () => {
    const steps = runs(30, { rps: 80, weights: CANARY, old: {}, fresh: {} }).flatMap((e) => e.stepSeconds);
    expect(quantile(steps, 0.9)).toBeLessThanOrEqual(8);
  });
});

describe('false alarms', () => {
  it('stay away when both revisions fail 3 % of their requests', () => {
    const all = runs(60, { rps: 80, weights: [25], old: { errors: () => 0.03 }, fresh: { errors: () => 0.03 }, policy: { watchDeadlineMs: 60_000 } });
    expect(share(all, (e) => because(e) === 'error-rate-worse')).toBeLessThanOrEqual(0.02);
  });

  it('stay away when both become three times slower at once', () => {
    const slower = (random: () => number, n: number) => USUAL_LATENCY(random) * (n > 4200 ? 3 : 1);
    const fresh = (random: () => number, n: number) => USUAL_LATENCY(random) * (n > 22 ? 3 : 1);
    const all = runs(40, { rps: 80, weights: [10], old: { latencyMs: slower }, fresh: { latencyMs: fresh } });
    expect(share(all, (e) => because(e) === 'latency-worse')).toBeLessThanOrEqual(0.05);
  });

  it('stay away from a new one that is slow until it is warm', () => {
    const cold = (random: () => number, n: number) => USUAL_LATENCY(random) * (n <= 15 ? 6 : 1);
    expect(share(runs(40, { rps: 80, weights: CANARY, old: {}, fresh: { latencyMs: cold } }), (e) => e.decision.verdict === 'failed')).toBeLessThanOrEqual(
      0.025,
    );
  });

  it('stay away from a new one that stands still for a moment now and then, as under a garbage collector', () => {
    // 8 requests in a row, every 150: about what a pause of 200 ms catches at 40 requests/s.
    const pausing = (random: () => number, n: number) => USUAL_LATENCY(random) + (n % 150 < 8 ? 150 : 0);
    const all = runs(60, { rps: 80, weights: CANARY, old: { latencyMs: pausing }, fresh: { latencyMs: pausing } });
    expect(share(all, (e) => because(e) === 'latency-worse')).toBeLessThanOrEqual(0.02);
  });

  it('stay away from a new one whose memory fills up to where the old one is', () => {
    const all = runs(20, { rps: 80, weights: CANARY, old: { memoryMb: () => 110 }, fresh: { memoryMb: (s) => 55 + 50 * (1 - Math.exp(-s / 8)) } });
    expect(share(all, (e) => e.decision.verdict === 'failed')).toBe(0);
  });
});

describe('beside a control', () => {
  const slow = (first: number) => (random: () => number, n: number) => USUAL_LATENCY(random) * (n <= first ? 4 : 1);
  const failing = (n: number) => (n < 100 ? 0.1 : 0);
  const filling = (s: number) => 60 + Math.min(120, 4 * s);
  it.each<[title: string, Pick<Rollout, 'old' | 'fresh'>]>([
    ['four times slower for 200 requests', { old: { latencyMs: slow(200) }, fresh: { latencyMs: slow(200) } }],
    ['failing a tenth of its first 100 requests', { old: { errors: failing }, fresh: { errors: failing } }],
    ['growing for half a minute', { old: { memoryMb: (s, n) => (n > 3000 ? 200 : filling(s)) }, fresh: { memoryMb: filling } }],
  ])('a process that is %s because it is young is not blamed on a change that does nothing', (_title, sides) => {
    const all = runs(25, { rps: 80, weights: CANARY, ...sides, control: true });
    expect(share(all, (e) => e.decision.verdict === 'failed')).toBeLessThanOrEqual(0.08);
    expect(all.every((e) => Number(e.decision.figures?.controlRequests) > 0)).toBe(true);
    expect(
      quantile(
        all.map((e) => e.seconds),
        0.5,
      ),
    ).toBeLessThanOrEqual(90);
  });

  it('a healthy one is undone in at most 1 of 100 releases, and passes as soon', () => {
    const all = runs(60, { rps: 80, weights: CANARY, old: healthy, fresh: healthy, control: true });
    expect(share(all, (e) => e.decision.verdict === 'failed')).toBeLessThanOrEqual(0.01);
    expect(
      quantile(
        all.flatMap((e) => e.stepSeconds),
        0.5,
      ),
    ).toBeLessThanOrEqual(9);
  });

  it.each<[title: string, within: number, Pick<Rollout, 'old' | 'fresh'>]>([
    ['5 % errors', 25, { old: healthy, fresh: { errors: () => 0.05 } }],
    ['replies twice as slow', 20, { old: {}, fresh: { latencyMs: (random) => 2 * USUAL_LATENCY(random) } }],
    [
      'twice as slow as a young one, which is slow as well',
      20,
      { old: { latencyMs: slow(200) }, fresh: { latencyMs: (random, n) => 2 * slow(200)(random, n) } },
    ],
    ['a leak of 20 MB/s', 10, { old: { memoryMb: () => 90 }, fresh: { memoryMb: (s) => 60 + 20 * s } }],
  ])('%s are found, in half of the runs within %i s', (_title, within, sides) => {
    const all = runs(25, { rps: 80, weights: CANARY, ...sides, control: true });
    expect(share(all, (e) => e.decision.verdict === 'failed')).toBeGreaterThanOrEqual(0.96);
    expect(
      quantile(
        all.map((e) => e.seconds),
        0.5,
      ),
    ).toBeLessThanOrEqual(within);
  });

  it('one that hangs from its first request on keeps nothing from being found', () => {
    const hung = (_look: number, counters: Map<string, TrafficCounters>) => {
      const control = [...counters.values()].find((c) => c.revision !== OLD && c.revision !== NEW);
      if (control !== undefined) Object.assign(control, emptyCounters(control.revision));
    };
    const all = runs(25, { rps: 80, weights: CANARY, old: healthy, fresh: { errors: () => 0.05 }, control: true, disturb: hung });
    expect(share(all, (e) => because(e) === 'error-rate-worse')).toBeGreaterThanOrEqual(0.95);
  });
});

describe('faults in a canary', () => {
  for (const [rps, weight, seconds] of [
    [60, 5, 90],
    [80, 10, 40],
    [100, 25, 16],
  ] as const) {
    it(`5 % errors at ${weight} % of ${rps} requests/s: undone, half of the runs within ${seconds / 2} s, 9 of 10 within ${seconds} s of watching`, () => {
      const all = runs(60, { rps, weights: [weight, 40, 50], old: healthy, fresh: { errors: () => 0.05 } });
      expect(share(all, (e) => because(e) === 'error-rate-worse')).toBeGreaterThanOrEqual(0.95);
      const times = all.map((e) => e.seconds);
      expect(quantile(times, 0.5)).toBeLessThanOrEqual(seconds / 2);
      expect(quantile(times, 0.9)).toBeLessThanOrEqual(seconds);
    });
  }

  for (const ratio of [0.02, 0.1, 0.3]) {
    it(`${ratio * 100} % errors never reach the end`, () => {
      const all = runs(40, { rps: 80, weights: CANARY, old: healthy, fresh: { errors: () => ratio } });
      expect(share(all, (e) => e.decision.verdict === 'failed')).toBeGreaterThanOrEqual(0.97);
    });
  }

  for (const factor of [2, 4]) {
    it(`replies ${factor} times slower are found within 30 s`, () => {
      const all = runs(40, { rps: 80, weights: CANARY, old: {}, fresh: { latencyMs: (random) => factor * USUAL_LATENCY(random) } });
      expect(share(all, (e) => because(e) === 'latency-worse' && e.seconds <= 30)).toBeGreaterThanOrEqual(0.97);
    });
  }

  it('one reply in ten 200 ms slower is found: the tail is watched as well as the middle', () => {
    const tail = (random: () => number) => USUAL_LATENCY(random) + (random() < 0.1 ? 200 : 0);
    expect(share(runs(40, { rps: 80, weights: CANARY, old: {}, fresh: { latencyMs: tail } }), (e) => because(e) === 'latency-worse')).toBeGreaterThanOrEqual(
      0.95,
    );
  });

  it('a crash after 60 requests is found at the next look', () => {
    const all = runs(10, { rps: 80, weights: CANARY, old: healthy, fresh: { crashesAt: 60 } });
    expect(all.every((e) => because(e) === 'crashing' && e.decision.comparison.new.requests < 120)).toBe(true);
  });

  it('a memory leak of 20 MB/s is found within 10 s', () => {
    const all = runs(10, { rps: 80, weights: CANARY, old: { memoryMb: () => 90 }, fresh: { memoryMb: (s) => 60 + 20 * s } });
    expect(all.every((e) => because(e) === 'memory-growing' && e.seconds <= 10)).toBe(true);
  });

  it('a leak of 150 KB per request (memory doubles within a minute at 10 % of 80 requests/s) is found before the last step ends', () => {
    const all = runs(10, { rps: 80, weights: CANARY, old: { memoryMb: () => 90 }, fresh: { memoryMb: (_, n) => 60 + 0.15 * n } });
    expect(all.map(because)).toEqual(all.map(() => 'memory-growing'));
  });

  it('an error that begins with the 300th request is found although 300 good ones came before', () => {
    const all = runs(40, { rps: 80, weights: CANARY, old: healthy, fresh: { errors: (n) => (n > 300 ? 0.1 : 0) } });
    expect(share(all, (e) => because(e) === 'error-rate-worse')).toBeGreaterThanOrEqual(0.95);
  });

  it('is compared by differences, so that a restart of the edge, which sets all counters back, changes no verdict', () => {
    const reset: Rollout['disturb'] = (look, counters) => {
      if (look !== 3) return;
      for (const c of counters.values()) Object.assign(c, { requests: 0, errors: 0, latency: c.latency.map(() => 0) });
    };
    const bad = runs(20, { rps: 80, weights: CANARY, old: healthy, fresh: { errors: () => 0.05 }, disturb: reset });
    expect(share(bad, (e) => because(e) === 'error-rate-worse')).toBeGreaterThanOrEqual(0.9);
    const good = runs(20, { rps: 80, weights: CANARY, old: {}, fresh: {}, disturb: reset });
    expect(share(good, (e) => because(e) === 'no-worse')).toBe(1);
  });
});

describe('after a switch at once', () => {
  it('a healthy new one (0.05 % errors) passes within 8 s in half of all cases and 9 of 10 within 16 s', () => {
    const all = runs(40, { rps: 80, weights: [100], old: healthy, fresh: healthy });
    expect(share(all, (e) => because(e) === 'healthy-after-switch')).toBeGreaterThanOrEqual(0.97);
    const times = all.map((e) => e.seconds);
    expect(quantile(times, 0.5)).toBeLessThanOrEqual(8);
    expect(quantile(times, 0.9)).toBeLessThanOrEqual(16);
  });

  it('5 % errors are found within 4 s, against the past of the old one', () => {
    const all = runs(40, { rps: 80, weights: [100], old: healthy, fresh: { errors: () => 0.05 } });
    expect(all.every((e) => because(e) === 'error-rate-worse')).toBe(true);
    expect(
      quantile(
        all.map((e) => e.seconds),
        0.9,
      ),
    ).toBeLessThanOrEqual(4);
  });

  it('a first release with customers is judged by the budget', () => {
    expect(runs(10, { rps: 40, weights: [100], old: null, fresh: {} }).every((e) => because(e) === 'healthy-after-switch')).toBe(true);
    expect(runs(10, { rps: 40, weights: [100], old: null, fresh: { errors: () => 0.2 } }).every((e) => because(e) === 'error-rate-worse')).toBe(true);
  });

  it('replies four times slower are found against the past of the old one', () => {
    const all = runs(20, { rps: 80, weights: [100], old: {}, fresh: { latencyMs: (random) => 4 * USUAL_LATENCY(random) } });
    expect(share(all, (e) => because(e) === 'latency-worse')).toBeGreaterThanOrEqual(0.95);
  });

  it('a service with one request in two seconds stays releasable', () => {
    const all = runs(10, { rps: 0.5, weights: [100], old: healthy, fresh: {}, expectedRps: 0.5 });
    expect(all.every((e) => because(e) === 'healthy-after-switch' && e.seconds <= 60)).toBe(true);
  });
});
