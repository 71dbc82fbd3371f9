// A release of several steps keeps its level as a whole, and a late fault is still found soon.
import { describe, expect, it } from 'vitest';
import { handOver, logRestarting, startRestarting, takeOver, updateRestarting, updateRestartingAgainst } from './restarting.ts';
import { seededRandom } from './seeded-random.ts';

function release(seed: number, fresh: (step: number) => number) {
  const random = seededRandom(seed);
  const draw = (n: number, p: number) => Array.from({ length: n }, () => random()).filter((x) => x < p).length;
  let state = startRestarting();
  for (const [i, weight] of [0.05, 0.1, 0.25, 0.5].entries()) {
    if (i > 0) state = takeOver(handOver(state));
    for (let look = 0; look < 12; look++) {
      const n = Math.round(80 * weight);
      state = updateRestarting(state, { old: { n: 80 - n, bad: draw(80 - n, 0.01) }, new: { n, bad: draw(n, fresh(i)) } });
      if (state.peak >= Math.log(1 / 0.05)) return { step: i, look };
    }
  }
  return null;
}

describe('evidence over a whole release', () => {
  it('gives at most 5 % false alarms at alpha = 5 % over four steps of twelve looks', () => {
    const alarms = Array.from({ length: 500 }, (_, seed) => release(seed, () => 0.01)).filter((r) => r !== null).length;
    expect(alarms / 500).toBeLessThanOrEqual(0.05);
  });

  it('finds a fault that begins in the last step (10 % errors) within its twelve looks in 9 of 10 runs', () => {
    const found = Array.from({ length: 200 }, (_, seed) => release(seed, (step) => (step === 3 ? 0.1 : 0.01))).filter((r) => r?.step === 3).length;
    expect(found / 200).toBeGreaterThanOrEqual(0.9);
  });

  it('starts at an e-value of one, whatever the number of steps', () => {
    let state = startRestarting();
    for (let step = 0; step < 6; step++) {
      expect(logRestarting(state)).toBeCloseTo(0, 5);
      state = takeOver(handOver(state));
    }
  });

  it('is handed over in less than a kilobyte, and nothing of it is lost', () => {
    let state = startRestarting();
    for (let look = 0; look < 30; look++) state = updateRestarting(state, { old: { n: 70, bad: 1 }, new: { n: 10, bad: look % 5 === 0 ? 1 : 0 } });
    const handover = handOver(state);
    expect(JSON.stringify(handover).length).toBeLessThan(400);
    expect(logRestarting(takeOver(JSON.parse(JSON.stringify(handover))))).toBeCloseTo(logRestarting(state), 1);
  });

  it('goes on against a fixed share when the old one has no traffic any more', () => {
    expect(updateRestartingAgainst(startRestarting(), 0.002, { n: 200, bad: 10 }).peak).toBeGreaterThan(Math.log(1 / 0.001));
    expect(updateRestartingAgainst(startRestarting(), 0.002, { n: 2000, bad: 4 }).peak).toBeLessThan(1);
  });
});
