// The arithmetic of levels and margins.
import { describe, expect, it } from 'vitest';
import { alphaPerService, noTrafficExpected, PASS_RISK, requestsExpected, requestsNeeded, riseAlone, toleratedRise } from './levels.ts';
import { POLICY } from './simulated-rollout.ts';

/** Requests without a single error after which a rise is excluded with risk `risk`: "rule of three", exact. */
const requestsToExclude = (rise: number, risk: number): number => Math.ceil(Math.log(1 / risk) / -Math.log(1 - rise));

const input = { environment: 'p', change: { service: 's', base: null, head: 'b'.repeat(40) }, weight: 100, concurrent: false, expectedRps: null };

describe('levels', () => {
  it('of all services of a release add up to its alpha', () => {
    expect(alphaPerService(POLICY, 3) * 3).toBeCloseTo(POLICY.alpha);
  });

  it('tolerate a rise that burns the budget six times too fast: less, the more customers are at risk', () => {
    expect([5, 10, 25, 50, 100].map((w) => toleratedRise(POLICY, w))).toEqual([0.12, 0.06, 0.024, 0.012, 0.006]);
    expect(toleratedRise(POLICY, 1)).toBe(0.15);
  });

  it('take about 500 requests of all to exclude it, at any weight', () => {
    for (const weight of [5, 10, 25, 50]) {
      const ofAll = requestsToExclude(toleratedRise(POLICY, weight), PASS_RISK) / (weight / 100);
      expect(ofAll).toBeGreaterThan(450);
      expect(ofAll).toBeLessThan(510);
    }
  });

  it('ask a new one that is alone for no more than its traffic brings', () => {
    expect(requestsNeeded({ ...POLICY, minRequests: 100 }, { ...input, expectedRps: 0.5 }, 0)).toBe(10);
    expect(requestsNeeded({ ...POLICY, minRequests: 100 }, { ...input, expectedRps: 80 }, 0)).toBe(100);
    expect(riseAlone(POLICY, { ...input, expectedRps: 80 }, 0)).toBe(0.006);
    expect(riseAlone(POLICY, { ...input, expectedRps: 0.5 }, 0)).toBeCloseTo(0.3);
  });

  it('take silence for normal only where the whole watch is to bring less than three requests', () => {
    const silent = (rps: number | null, elapsedMs: number, more = {}) => {
      const asked = { ...input, expectedRps: rps, ...more };
      return noTrafficExpected({ input: asked, elapsedMs, requestsExpected: requestsExpected(POLICY, asked) });
    };
    expect(silent(null, 3000)).toBe(true);
    expect(silent(0.02, 3000)).toBe(true);
    expect(silent(0.5, 3000)).toBe(false);
    expect(silent(0.5, 3000, { soakMs: 5000 })).toBe(true);
    expect(silent(0.02, 3000, { concurrent: true })).toBe(false);
  });
});
