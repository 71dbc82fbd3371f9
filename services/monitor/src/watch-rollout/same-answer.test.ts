// A decision can be had again by hand: the recorded rows as files, and the policy beside them, give `awo canary judge` the same answer.
import { expect, it } from 'vitest';
import { judgeCanary, judgeWithControl, parsePolicy, readRows, usableRows } from '@awo/canary-judge';
import type { WatchFacts } from './facts.ts';
import { judgePolicy } from './judge-policy.ts';
import { playRollout } from './simulated-rollout.ts';

const lines = (rows: WatchFacts['rows']['canary']): string[] => rows.map((row) => JSON.stringify(row));

it.each([
  ['bad', [10, 40], 0.05, false],
  ['good', [10, 40], 0, false],
  ['bad, switched at once', [100], 0.05, false],
  ['bad, beside a control', [10, 40], 0.05, true],
  ['good, beside a control', [10, 40], 0, true],
] as const)('at every look of a release: %s', async (_, weights, ratio, control) => {
  const facts: WatchFacts[] = [];
  playRollout({ seed: 7, rps: 80, weights: [...weights], old: {}, fresh: { errors: () => ratio }, control, onFacts: (f) => facts.push(f) });
  expect(facts.length).toBeGreaterThan(1);
  expect(facts.some((f) => f.rows.control !== undefined)).toBe(control);
  for (const f of facts) {
    const policy = parsePolicy(JSON.stringify(judgePolicy(f)), 'policy.json');
    const [b, c] = [await readRows([lines(f.rows.baseline)], 'b.jsonl', 'baseline'), await readRows([lines(f.rows.canary)], 'c.jsonl', 'canary')];
    const [old, fresh] = [usableRows(f.rows.baseline), usableRows(f.rows.canary)];
    if (f.rows.control === undefined) expect(judgeCanary(b, c, policy)).toEqual(judgeCanary(old, fresh, judgePolicy(f)));
    else {
      const k = await readRows([lines(f.rows.control)], 'k.jsonl', 'control');
      expect(judgeWithControl(b, c, k, policy)).toEqual(judgeWithControl(old, fresh, usableRows(f.rows.control), judgePolicy(f)));
    }
  }
});
