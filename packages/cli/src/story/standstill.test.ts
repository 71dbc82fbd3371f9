// standstillOf: one row per reason, and what is only busy or waits on purpose is none.
import type { GoalState, StepState } from '@awo/contracts';
import { expect, test } from 'vitest';
import { standstillOf } from './standstill.ts';
import type { Pickup } from './standstill.ts';

const NOW = Date.parse('2026-01-01T00:10:00.000Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const step = (more: Partial<StepState> = {}): StepState => ({
  id: 'assess',
  kind: 'assess-impact',
  role: 'impact',
  needs: [],
  when: 'passed',
  input: {},
  because: 'test',
  status: 'dispatched',
  startedAt: ago(60),
  ...more,
});
const goal = (...steps: StepState[]): GoalState => ({
  id: 'g0000000000',
  spec: { kind: 'assess', revision: 'HEAD' },
  source: 'test',
  acceptedAt: ago(90),
  planVersion: 1,
  steps,
});
const wait = (seconds: number) => ({ until: ago(seconds), because: 'not yet', memo: {}, looks: 1 });
const none: Pickup = { pending: 0, unanswered: 0, asking: 0 };

test.each<[title: string, state: GoalState, pickup: Pickup | null, quietS: number, because: RegExp | null]>([
  ['nobody runs who could take the step', goal(step()), { ...none, pending: 1 }, 60, /^no impact agent asks for work$/],
  ['the one who had it died', goal(step()), { ...none, unanswered: 1 }, 60, /no impact agent asks for more work: 1 in hand, or left by one that died/],
  ['the consumer was deleted', goal(step()), null, 60, /consumer of impact is missing/],
  ['acknowledged, and nothing came of it', goal(step()), { ...none, asking: 16 }, 60, /no message of it is left/],
  ['a timer that did not ring', goal(step({ wait: wait(120) })), { ...none, asking: 16 }, 300, /its timer has not rung/],
  ['nobody was handed anything', goal(step({ status: 'passed' })), { ...none, asking: 16 }, 60, /nothing is under way/],
  ['in work, however long', goal(step()), { ...none, unanswered: 1, asking: 15 }, 60, null],
  ['a moment ago', goal(step({ startedAt: ago(2) })), none, 2, null],
  ['a timer that runs', goal(step({ wait: wait(-30) })), { ...none, asking: 16 }, 300, null],
  ['over', { ...goal(), ended: { outcome: 'done', because: 'x', at: ago(60) } }, none, 60, null],
])('%s', (_title, state, pickup, quietS, because) => {
  const found = standstillOf(state, ago(quietS), new Map(pickup ? [['impact', pickup]] : []), NOW);
  if (because) expect(found?.because).toMatch(because);
  else expect(found).toBeNull();
});
