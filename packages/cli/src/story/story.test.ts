// What is told about a goal from its log alone: conversation, explanation, span tree.
import { describe, expect, test } from 'vitest';
import { verifyChain } from '@awo/goal';
import { plainStyle } from '../output/style.ts';
import { NEW, recordedRelease } from '../testing/recorded-release.ts';
import { explain, explanationLines } from './explanation.ts';
import { logLine, logRecord } from './log-lines.ts';
import { spansOf } from './spans.ts';
import { waterfall } from './waterfall.ts';
import { goalTitle } from './words.ts';

const log = recordedRelease();
const commits = log.map((l) => l.commit);

test('the recorded log is one that the checker accepts, so that these tests show what people will see', () => {
  expect(verifyChain(log)).toMatchObject({ ok: true, commits: log.length });
});

describe('goal titles', () => {
  test.each([
    [{ kind: 'release', revision: NEW, service: 'cart', environment: 'production', strategy: 'auto' }, 'release cart at 9ad01f20 to production'],
    [
      { kind: 'release', revision: 'v1', environment: 'staging', strategy: 'canary', onBusy: 'supersede' },
      'release everything that changed at v1 to staging as canary, superseding what is under way',
    ],
    [{ kind: 'rollback', environment: 'production' }, 'roll back production'],
    [{ kind: 'rollback', environment: 'production', service: 'cart' }, 'roll back cart in production'],
    [{ kind: 'test', revision: 'main' }, 'test main'],
    [{ kind: 'assess', revision: 'HEAD~1', base: 'main' }, 'assess HEAD~1 against main'],
  ] as const)('%j', (spec, title) => {
    expect(goalTitle(spec)).toBe(title);
  });
});

describe('the log as a conversation', () => {
  test('each line names who handed over to whom and what had happened', () => {
    const lines = log.map((entry) => logLine(entry, plainStyle));
    expect(lines).toHaveLength(log.length);
    expect(lines[1]).toMatch(/planner +→ impact +.*called vcs\.resolve on mcp-git.*decided plan: .*\(goal-understood\).*over to: find what it touches/);
    expect(lines.at(-1)).toMatch(/planner +→ nobody +.*goal rolled back/);
  });

  test('programs get the commit with its place in the stream', () => {
    expect(logRecord(log[0] ?? never())).toMatchObject({ seq: 100, from: 'planner', to: 'planner', goal: 'g7k2m9q4xw0', commit: { v: 1 } });
  });
});

describe('the explanation', () => {
  test('a decision comes with facts, rule, rejected alternatives, checks, who decided and the evidence', () => {
    const text = explanationLines(explain(commits), plainStyle, Infinity).join('\n');
    for (const part of [
      /rule +watch-rollout \/ error-rate-worse/,
      /numbers +old +1,604 req/,
      /rejected +hold: the sequential test has reached its bound/,
      /checks +✗ errors-no-worse/,
      /decided by +rules, as monitor-1/,
      /evidence +sha256:[0-9a-f]{64}/,
      /facts +targets \[cart\]/,
    ])
      expect(text).toMatch(part);
  });

  test('looks that decided the same are one block, with their number', () => {
    const lines = explanationLines(explain(commits), plainStyle, Infinity);
    expect(lines.filter((line) => line.includes('too-few-requests'))).toHaveLength(1);
    expect(lines.some((line) => line.includes('7 looks with this answer'))).toBe(true);
  });

  test('--step keeps one step; as data nothing is folded together', () => {
    const explanation = explain(commits, 'watch-cart-5');
    expect(explanation.decisions).toHaveLength(8);
    expect(explanation.decisions.every((d) => d.step === 'watch-cart-5')).toBe(true);
    expect(explanation).toMatchObject({ id: 'g7k2m9q4xw0', outcome: 'rolled-back' });
  });
});

describe('the span tree', () => {
  const root = spansOf(commits, Date.now()) ?? never();

  test('intake and one invoke_agent per step hang below the goal, and end where the steps ended', () => {
    expect(root.children[0]?.name).toBe('intake');
    const start = root.children.find((c) => c.detail.startsWith('start cart')) ?? never();
    expect(start.name).toBe('invoke_agent deploy');
    expect(start.end - start.start).toBe(1500);
    expect(start.children.map((c) => c.name)).toEqual(['gather', 'decide', 'execute_tool rollout.start']);
  });

  test('tools before the decision gathered its facts, those after it carried it out', () => {
    const plan = root.children.find((c) => c.detail === 'understand the goal') ?? never();
    expect(plan.children[0]).toMatchObject({ name: 'gather', children: [{ name: 'execute_tool vcs.resolve' }] });
  });

  test('a failed step is an error, each look of a watch a span of its own', () => {
    const watch = root.children.find((c) => c.detail.startsWith('watch cart')) ?? never();
    expect(watch).toMatchObject({ status: 'error', children: { length: 8 } });
  });

  test('it is drawn on one time axis within the width, with many looks folded into one row', () => {
    const lines = waterfall(root, plainStyle, 120);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(120);
    expect(lines.some((line) => line.includes('6 more looks'))).toBe(true);
    expect(lines[0]).toMatch(/^goal release {2}g7k2m9q4xw0 ✗ +13\.8 s {2}█+$/);
  });

  test('a goal that still runs has a tree as well', () => {
    const half = recordedRelease({ until: 'watching' }).map((l) => l.commit);
    expect(spansOf(half, Date.parse('2026-05-04T10:00:30.000Z'))).toMatchObject({ status: 'running', end: Date.parse('2026-05-04T10:00:30.000Z') });
    expect(spansOf([], 0)).toBeNull();
  });
});

function never(): never {
  throw new Error('missing');
}
