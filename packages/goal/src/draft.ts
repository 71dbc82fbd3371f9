// A draft commit from the state before and the events: folds, picks what is handed over. Pure.
import { COMMIT_VERSION, FIRST_PREV } from '@awo/contracts';
import type { Addressee, Author, Commit, Event, GoalState } from '@awo/contracts';
import { foldAll } from './fold.ts';
import { next } from './next.ts';

export type Draft = { commit: Commit; to: Addressee };
export type Writer = { author: Author; instance: string };

/**
 * Builds the commit that follows `before`. The first step that becomes ready is dispatched by the same commit;
 * where several are ready the writer appends one more commit for each (`draftDispatch`).
 */
export function draftCommit(before: { state: GoalState; prev: string } | null, goal: string, events: Event[], by: Writer, at: string): Draft {
  const after = foldAll(before?.state ?? null, events, at);
  const [ready] = next(after);
  const all: Event[] = ready ? [...events, { type: 'step.dispatched', step: ready.id }] : events;
  const state = ready ? foldAll(after, [{ type: 'step.dispatched', step: ready.id }], at) : after;
  return {
    to: ready?.role ?? 'nobody',
    commit: { v: COMMIT_VERSION, goal, prev: before?.prev ?? FIRST_PREV, at, by, events: all, state, ...(ready ? { dispatch: { step: ready.id } } : {}) },
  };
}

/** The commit that hands over one more ready step, or null when nothing is left to hand over. */
export function draftDispatch(before: { state: GoalState; prev: string }, by: Writer, at: string): Draft | null {
  const [ready] = next(before.state);
  if (!ready) return null;
  const events: Event[] = [{ type: 'step.dispatched', step: ready.id }];
  const state = foldAll(before.state, events, at);
  return { to: ready.role, commit: { v: COMMIT_VERSION, goal: before.state.id, prev: before.prev, at, by, events, state, dispatch: { step: ready.id } } };
}
