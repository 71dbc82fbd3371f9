// firstFailures: which runs count, whose they are, and which two are held against each other.
import type { Commit } from '@awo/contracts';
import { expect, test } from 'vitest';
import { decided, planStep, recorder } from '../testing/recorder.ts';
import { firstFailures } from './first-failures.ts';

const PLANNED = { head: 'b'.repeat(40), subject: 's', base: null, environment: 'production', targets: [] };
let goals = 0;

/** What the test agent wrote to one goal. */
function run(repo: string, figures: Record<string, number | null>, environment = 'production'): Commit[] {
  const goal = `g${String(goals++).padStart(10, '0')}`;
  const { log, write } = recorder(goal, '2026-05-04T10:00:00.000Z');
  const spec = { kind: 'release', repo, revision: 'HEAD', environment, strategy: 'auto' } as const;
  const plan = [
    planStep({ id: 'plan', kind: 'plan', role: 'planner', needs: [], because: 'first' }),
    planStep({ id: 'tests', kind: 'run-tests', role: 'test', needs: ['plan'], because: 'proof', input: { suites: ['a'] } }),
  ];
  write('planner', [{ type: 'goal.accepted', goal, spec, source: 'cli', plan }]);
  write('planner', [{ type: 'step.passed', step: 'plan', startedAt: '2026-05-04T10:00:00.000Z', output: { ...PLANNED, repo }, evidence: [] }]);
  write('test', [decided('tests', { kind: 'judge-tests', because: 'all-passed', choice: 'x', figures })]);
  return log.map(({ commit }) => commit).filter(({ by }) => by.author === 'test');
}
const failed = (firstFailureMs: number) => ({ suites: 12, durationMs: 40_000, firstFailureMs });
const green = { suites: 12, durationMs: 40_000, firstFailureMs: null };

test('the first run that failed stands beside the last one, each repository by itself, and green runs only count', () => {
  const commits = [failed(39_500), green, failed(7000), failed(6700)].flatMap((figures) => run('/shop', figures));
  expect(firstFailures([...commits, ...run('/other', green)], null)).toEqual([
    {
      repo: '/shop',
      runs: 4,
      failing: 3,
      first: expect.objectContaining({ firstFailureMs: 39_500, durationMs: 40_000 }),
      last: expect.objectContaining({ firstFailureMs: 6700 }),
    },
    { repo: '/other', runs: 1, failing: 0, first: null, last: null },
  ]);
});

test('a run of no suite is none, and neither is one whose figures an older version did not record', () => {
  expect(firstFailures([...run('/shop', { suites: 0, durationMs: 2, firstFailureMs: null }), ...run('/shop', {})], null)).toEqual([]);
});

test('of one environment only what was meant for it counts', () => {
  const commits = [...run('/shop', failed(5000), 'staging'), ...run('/shop', failed(9000))];
  expect(firstFailures(commits, 'staging')).toMatchObject([{ runs: 1, first: { firstFailureMs: 5000 } }]);
});
