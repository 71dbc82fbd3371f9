// Simulations with fixed seeds: false alarms stay below alpha however often one looks, real faults are found soon.
import { describe, expect, it } from 'vitest';
import { compareProportions, judgeProportions, startProportions, updateProportions } from './proportions.ts';
import { requestsToExclude } from './margin-test.ts';
import { seededRandom } from './seeded-random.ts';
import { oddsInterval, startWorse, updateWorse } from './worse-test.ts';

type Run = { weight: (i: number) => number; old: (i: number) => number; fresh: (i: number) => number; requests: number; perLook: number };

/** Plays requests one by one through a weighted router and looks every `perLook` of them. */
function play(seed: number, run: Run, alpha: number, margin: number) {
  const random = seededRandom(seed);
  let state = startProportions({ margin });
  const look = { old: { n: 0, bad: 0 }, new: { n: 0, bad: 0 } };
  let canary = 0;
  let passedAt: number | null = null;
  for (let i = 1; i <= run.requests; i++) {
    const isNew = random() < run.weight(i);
    const bad = random() < (isNew ? run.fresh(i) : run.old(i)) ? 1 : 0;
    const side = isNew ? look.new : look.old;
    side.n += 1;
    side.bad += bad;
    if (isNew) canary += 1;
    if (i % run.perLook !== 0) continue;
    state = updateProportions(state, look);
    look.old = { n: 0, bad: 0 };
    look.new = { n: 0, bad: 0 };
    const verdict = judgeProportions(state, { alpha, risk: 0.05 });
    if (verdict.kind === 'worse') return { worseAt: { requests: i, canary }, passedAt };
    if (verdict.kind === 'no-worse') passedAt ??= i;
  }
  return { worseAt: null, passedAt };
}

const rate = (runs: number, run: Run, alpha: number, margin = 0.02) => {
  const results = Array.from({ length: runs }, (_, seed) => play(seed * 7919 + 13, run, alpha, margin));
  const canary = results.flatMap((r) => (r.worseAt === null ? [] : [r.worseAt.canary])).sort((a, b) => a - b);
  return {
    found: canary.length / runs,
    passed: results.filter((r) => r.passedAt !== null).length / runs,
    median: canary[Math.floor(canary.length / 2)] ?? Infinity,
    p90: canary[Math.floor(canary.length * 0.9)] ?? Infinity,
  };
};

const always = (x: number) => () => x;

describe('false alarms', () => {
  it('stay below alpha = 5 % with a look at every single request', () => {
    const r = rate(400, { weight: always(0.2), old: always(0.05), fresh: always(0.05), requests: 2000, perLook: 1 }, 0.05);
    expect(r.found).toBeLessThanOrEqual(0.05);
  });

  it('stay below alpha = 5 % with 100 looks while the weight goes from 5 to 50 %', () => {
    const r = rate(400, { weight: (i) => (i < 2000 ? 0.05 : i < 5000 ? 0.2 : 0.5), old: always(0.02), fresh: always(0.02), requests: 8000, perLook: 80 }, 0.05);
    expect(r.found).toBeLessThanOrEqual(0.05);
  });

  it('stay below alpha = 5 % when everything gets worse just as the weight rises between two looks, because each look is compared with itself only', () => {
    const level = (i: number) => (i <= 3040 ? 0.002 : 0.2);
    const r = rate(300, { weight: (i) => (i <= 3040 ? 0.05 : 0.5), old: level, fresh: level, requests: 6000, perLook: 80 }, 0.05);
    expect(r.found).toBeLessThanOrEqual(0.05);
  });

  it('do not come from a new one that is better', () => {
    expect(rate(200, { weight: always(0.25), old: always(0.05), fresh: always(0.01), requests: 4000, perLook: 80 }, 0.05).found).toBeLessThanOrEqual(0.01);
  });
});

describe('power at alpha = 0.5 %: 5 % errors against 0.2 %', () => {
  for (const [weight, median, p90] of [
    [0.05, 120, 220],
    [0.1, 140, 260],
    [0.2, 170, 320],
  ] as const) {
    it(`at ${weight * 100} % of 100 rps: found in 99 of 100 runs, half of them within ${median} canary requests and 9 of 10 within ${p90}`, () => {
      const r = rate(200, { weight: always(weight), old: always(0.002), fresh: always(0.05), requests: 12_000, perLook: 100 }, 0.005, 0.005 / weight);
      expect(r.found).toBeGreaterThanOrEqual(0.99);
      expect(r.median).toBeLessThanOrEqual(median);
      expect(r.p90).toBeLessThanOrEqual(p90);
    });
  }
});

describe('evidence for "no worse"', () => {
  it('wrongly passes at most 5 % of new ones whose rise is just the margin', () => {
    const r = rate(300, { weight: always(0.25), old: always(0.01), fresh: always(0.035), requests: 8000, perLook: 80 }, 1e-9, 0.025);
    expect(r.passed).toBeLessThanOrEqual(0.05);
  });

  it('passes 9 of 10 new ones without errors within 640 requests of all, at 5, 25 and 50 % alike', () => {
    for (const weight of [0.05, 0.25, 0.5]) {
      const passed = rate(100, { weight: always(weight), old: always(0), fresh: always(0), requests: 640, perLook: 80 }, 0.005, 0.006 / weight).passed;
      expect(passed, `${weight}`).toBeGreaterThanOrEqual(0.9);
    }
  });

  it('passes 2 of 3 healthy new ones (0.1 % errors, as the old one) within 720 requests of all, and 9 of 10 within 2000', () => {
    for (const weight of [0.05, 0.25, 0.5]) {
      const passed = (requests: number) =>
        rate(200, { weight: always(weight), old: always(0.001), fresh: always(0.001), requests, perLook: 80 }, 0.005, 0.006 / weight).passed;
      expect(passed(720), `${weight}`).toBeGreaterThanOrEqual(0.66);
      expect(passed(2000), `${weight}`).toBeGreaterThanOrEqual(0.9);
    }
  });

  it('is not there without requests, and needs as many as the rule of three says', () => {
    expect(judgeProportions(startProportions(), { alpha: 0.01, risk: 0.05 })).toMatchObject({ kind: 'undecided', pValue: 1 });
    expect(requestsToExclude(0.02, 0.05)).toBe(149);
    const old = { n: 1000, bad: 0 };
    expect(compareProportions(old, { n: 140, bad: 0 }, { alpha: 0.01, risk: 0.05, margin: 0.02 }).kind).toBe('undecided');
    expect(compareProportions(old, { n: 156, bad: 0 }, { alpha: 0.01, risk: 0.05, margin: 0.02 }).kind).toBe('no-worse');
  });
});

describe('a burst of bad requests in one look', () => {
  it('cannot prove anything alone where looks are capped, however large it is', () => {
    const burst = { old: { n: 70, bad: 0 }, new: { n: 10, bad: 10 } };
    const capped = updateWorse(startWorse({ capNats: 3 }), burst);
    expect(capped.peak).toBeLessThanOrEqual(3);
    expect(updateWorse(startWorse(), burst).peak).toBeGreaterThan(10);
    expect(oddsInterval(capped, 0.05)).toBeNull();
  });
});

describe('the confidence sequence', () => {
  it('holds the true odds ratio in at least 95 % of runs at every look', () => {
    let missed = 0;
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed + 1);
      const draw = (n: number, p: number) => Array.from({ length: n }, () => random()).filter((x) => x < p).length;
      let state = startWorse();
      for (let look = 0; look < 40; look++) {
        state = updateWorse(state, { old: { n: 60, bad: draw(60, 0.05) }, new: { n: 20, bad: draw(20, 0.136) } });
        const interval = oddsInterval(state, 0.05);
        // 0.05 and 0.136 are odds of 1/19 and 3/19: a ratio of 3; the grid is 28 % wide.
        if (interval === null || interval.low > 3.2 || interval.high < 2.8) {
          missed += 1;
          break;
        }
      }
    }
    expect(missed / 200).toBeLessThanOrEqual(0.05);
  });

  it('survives JSON, so that it can be kept between looks', () => {
    const look = { old: { n: 75, bad: 1 }, new: { n: 5, bad: 2 } };
    const once = updateProportions(startProportions(), look);
    expect(updateProportions(JSON.parse(JSON.stringify(once)), look)).toEqual(updateProportions(once, look));
  });
});
