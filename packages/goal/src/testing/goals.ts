// Small goals for tests: steps in one line, a log written as the runtime writes it.
import { subjects } from '@awo/contracts';
import type { Author, Event, GoalState, PlanStep } from '@awo/contracts';
import { hashOf } from '../chain.ts';
import type { ChainEntry } from '../chain.ts';
import { draftCommit, draftDispatch } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { foldAll } from '../fold.ts';

export const GOAL = 'g0123456789';
export const AT = '2026-01-01T00:00:00.000Z';

/** A step of the impact agent; its kind does not matter to the fold. */
export const step = (id: string, needs: string[] = [], when: PlanStep['when'] = 'passed', input: Record<string, unknown> = {}): PlanStep => ({
  id,
  kind: 'relay',
  role: 'impact',
  needs,
  when,
  input,
  because: `${id} is needed`,
});

export const conclude: PlanStep = { ...step('conclude', ['*'], 'always'), kind: 'conclude', role: 'planner' };

export const accepted = (plan: PlanStep[], goal = GOAL): Event => ({
  type: 'goal.accepted',
  goal,
  spec: { kind: 'assess', repo: '/repo', revision: 'HEAD' },
  source: 'test',
  plan,
});
export const dispatched = (id: string): Event => ({ type: 'step.dispatched', step: id });
export const passed = (id: string): Event => ({ type: 'step.passed', step: id, startedAt: AT, output: {}, evidence: [] });
export const failed = (id: string, code = 'internal'): Event => ({
  type: 'step.failed',
  step: id,
  startedAt: AT,
  code,
  message: `${id} failed`,
  output: {},
  evidence: [],
});
export const planned = (steps: PlanStep[], remove: string[] = [], version = 1): Event => ({ type: 'plan.changed', version, steps, remove, changes: [] });
export const aborted = (): Event => ({ type: 'human.acted', action: 'abort', who: 'Ada', because: 'changed her mind' });
export const acted = (action: 'pause' | 'resume' | 'promote'): Event => ({ type: 'human.acted', action, who: 'Ada', because: 'wants to look' });

/** The state after a plan and more events. */
export const after = (plan: PlanStep[], ...events: Event[]): GoalState => foldAll(null, [accepted(plan), ...events], AT);

export const statusOf = (state: GoalState): Record<string, string> => Object.fromEntries(state.steps.map((s) => [s.id, s.status]));

/** Writes commits as the runtime does: each hands over the first ready step, further ones get a commit each. */
export function writeLog(batches: readonly (readonly [Author, Event[]])[]): ChainEntry[] {
  const log: ChainEntry[] = [];
  let before: { state: GoalState; prev: string } | null = null;
  const append = ({ commit, to }: Draft) => {
    const bytes = new TextEncoder().encode(JSON.stringify(commit));
    log.push({ seq: log.length + 10, bytes, subject: subjects.log(commit.goal, commit.by.author, to) });
    before = { state: commit.state, prev: hashOf(bytes) };
    return before;
  };
  for (const [author, events] of batches) {
    const by = { author, instance: `${author}-1` };
    let now = append(draftCommit(before, GOAL, [...events], by, AT));
    for (let more = draftDispatch(now, by, AT); more; more = draftDispatch(now, by, AT)) now = append(more);
  }
  return log;
}
