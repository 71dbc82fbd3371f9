// What the tests of the bus write: small plans, events and commits.
import type { Event, GoalState, PlanStep } from '@awo/contracts';
import { goalIdFor } from './inbox.ts';

let count = 0;
/** A goal of its own for each test, so that tests share a server. */
export const freshGoal = () => goalIdFor(`test:${process.pid}:${count++}`);

export const step = (id: string, needs: string[] = [], role: PlanStep['role'] = 'impact'): PlanStep => ({
  id,
  kind: 'relay',
  role,
  needs,
  when: 'passed',
  input: {},
  because: `${id} is needed`,
});
export const accepted = (goal: string, plan: PlanStep[]): Event => ({
  type: 'goal.accepted',
  goal,
  spec: { kind: 'assess', repo: '/repo', revision: 'HEAD' },
  source: 'test',
  plan,
});
export const passed = (id: string, output: Record<string, unknown> = {}): Event => ({
  type: 'step.passed',
  step: id,
  startedAt: '2026-01-01T00:00:00.000Z',
  output,
  evidence: [],
});
export const statusOf = (state: GoalState | undefined) => Object.fromEntries((state?.steps ?? []).map((s) => [s.id, s.status]));
export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};
