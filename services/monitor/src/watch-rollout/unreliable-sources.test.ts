// Sources that fail at random: nothing is promoted without evidence, and a silent look is counted once only.
import { expect, test } from 'vitest';
import { isWithoutEvidence, playUnreliable } from './unreliable-sources.ts';

const all = Array.from({ length: 40 }, (_, seed) => playUnreliable(seed));

test('no release is promoted without evidence, however its source fails', () => {
  expect(all.filter(isWithoutEvidence)).toEqual([]);
  expect(all.filter((e) => e.isDead).every((e) => e.decision.verdict === 'failed')).toBe(true);
  // The sources did fail, and good releases did get through.
  expect(all.reduce((sum, e) => sum + e.looksLost, 0)).toBeGreaterThan(100);
  expect(all.filter((e) => e.decision.verdict === 'passed').length).toBeGreaterThan(5);
});

test('what a source told before it was silent is not counted again when it answers', () => {
  for (const e of all) expect(e.decision.memo.total.fresh.requests).toBeLessThanOrEqual(e.freshRequests);
});
