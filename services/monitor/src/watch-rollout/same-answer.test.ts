// A decision can be had again by hand: the recorded rows as files, and the policy beside them, give `awo canary judge` the same answer.
import { expect, it } from 'vitest';
import { judgeCanary, parsePolicy, readRows, usableRows } from '@awo/canary-judge';
import type { WatchFacts } from './facts.ts';
import { judgePolicy } from './judge-policy.ts';
import { playRollout } from './simulated-rollout.ts';

const lines = (rows: WatchFacts['rows']['canary']): string[] => rows.map((row) => JSON.stringify(row));

it.each([
  ['bad', [10, 40], 0.05],
  ['good', [10, 40], 0],
  ['bad, switched at once', [100], 0.05],
] as const)('at every look of a release: %s', async (_, weights, ratio) => {
  const facts: WatchFacts[] = [];
  playRollout({ seed: 7, rps: 80, weights: [...weights], old: {}, fresh: { errors: () => ratio }, onFacts: (f) => facts.push(f) });
  expect(facts.length).toBeGreaterThan(1);
  for (const f of facts) {
    const policy = parsePolicy(JSON.stringify(judgePolicy(f)), 'policy.json');
    const [b, c] = [await readRows([lines(f.rows.baseline)], 'b.jsonl', 'baseline'), await readRows([lines(f.rows.canary)], 'c.jsonl', 'canary')];
    expect(judgeCanary(b, c, policy)).toEqual(judgeCanary(usableRows(f.rows.baseline), usableRows(f.rows.canary), judgePolicy(f)));
  }
});
