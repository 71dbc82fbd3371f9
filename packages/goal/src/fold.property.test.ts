// fold and next under random plans, edits, failures and halts: nothing is stuck, nothing runs twice, conclude is last.
import type { Event, GoalState, PlanStep } from '@awo/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldAll } from './fold.ts';
import { inFlight, next } from './next.ts';
import { AT, aborted, accepted, conclude, dispatched, failed, passed, planned, step } from './testing/goals.ts';

type Shape = { needs: number[]; when: PlanStep['when'] };
const when = fc.constantFrom('passed', 'failed', 'always');

/** Random acyclic needs: a step needs only steps before it. */
const steps = (prefix: string, max: number) =>
  fc
    .array(fc.record<Shape>({ needs: fc.array(fc.nat(30), { maxLength: 3 }), when }), { minLength: 1, maxLength: max })
    .map((shapes) => shapes.map((s, i) => step(`${prefix}${i}`, [...new Set(s.needs.filter((n) => n < i).map((n) => `${prefix}${n}`))], s.when)));

type Move = { pick: number; act: 'hand-over' | 'pass' | 'fail' | 'wait' | 'edit' | 'halt'; extra: PlanStep[]; remove: number };
const move = fc.record<Move>({
  pick: fc.nat(20),
  act: fc.oneof(
    { weight: 6, arbitrary: fc.constant('hand-over' as const) },
    { weight: 5, arbitrary: fc.constant('pass' as const) },
    { weight: 2, arbitrary: fc.constant('fail' as const) },
    { weight: 1, arbitrary: fc.constantFrom('wait', 'edit', 'halt') },
  ),
  extra: steps('e', 4),
  remove: fc.nat(20),
});

/** What the move leads to, or nothing where it cannot happen now. An edit comes, as in life, with the end of a step in flight. */
function eventsOf(state: GoalState, { pick, act, extra, remove }: Move): Event[] {
  const at = <T>(list: readonly T[]) => list[pick % Math.max(list.length, 1)];
  if (act === 'halt') return state.halted ? [] : [aborted()];
  if (act === 'hand-over') {
    const ready = at(next(state));
    return ready ? [dispatched(ready.id)] : [];
  }
  const busy = at(inFlight(state));
  if (!busy) return [];
  if (act === 'pass') return [passed(busy.id)];
  if (act === 'fail') return [failed(busy.id)];
  if (act === 'wait') return [{ type: 'step.waited', step: busy.id, until: AT, because: 'too early', memo: {} }];
  if (busy.id === conclude.id) return [];
  const known = state.steps.filter((s) => s.id !== conclude.id);
  const leaves = known.length > 0 && remove % 2 === 0 ? [known[remove % known.length]!.id] : [];
  return [planned(extra, leaves, state.planVersion + 1), passed(busy.id)];
}

const settled = (state: GoalState) => state.steps.filter((s) => s.status !== 'waiting' && s.status !== 'dispatched');

/** Plays the moves, then goes on without surprises until nothing is left; gives every event. */
function play(plan: PlanStep[], moves: Move[]): { events: Event[]; state: GoalState } {
  const events: Event[] = [accepted([...plan, conclude])];
  let state = foldAll(null, events, AT);
  const apply = (more: Event[]) => {
    if (more.length === 0) return;
    state = foldAll(state, more, AT);
    events.push(...more);
  };
  for (const m of moves) apply(eventsOf(state, m));
  for (let round = 0; round < 500; round++) {
    const [ready] = next(state);
    const [busy] = inFlight(state);
    if (!ready && !busy) break;
    apply(ready ? [dispatched(ready.id)] : [passed(busy!.id)]);
  }
  return { events, state };
}

const anyGame = fc.tuple(steps('s', 10), fc.array(move, { maxLength: 40 }));

test('every goal comes to its end: each step settles, none waits for ever', () => {
  fc.assert(
    fc.property(anyGame, ([plan, moves]) => {
      const { state } = play(plan, moves);
      expect(settled(state).length).toBe(state.steps.length);
    }),
    { numRuns: 500 },
  );
});

test('at any moment something is in flight, ready, or all is settled: a goal is never silently stuck', () => {
  fc.assert(
    fc.property(anyGame, ([plan, moves]) => {
      let state = foldAll(null, [accepted([...plan, conclude])], AT);
      for (const m of moves) {
        const events = eventsOf(state, m);
        if (events.length > 0) state = foldAll(state, events, AT);
        expect(next(state).length + inFlight(state).length > 0 || settled(state).length === state.steps.length).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('no step is handed over twice, whatever is edited, halted or waited for', () => {
  fc.assert(
    fc.property(anyGame, ([plan, moves]) => {
      const { events } = play(plan, moves);
      const handed = events.flatMap((e) => (e.type === 'step.dispatched' ? [e.step] : []));
      // A removed step's id may come back as a new one, but only if it was never begun.
      expect(new Set(handed).size).toBe(handed.length);
    }),
    { numRuns: 500 },
  );
});

test('conclude is handed over last, when every other step is settled', () => {
  fc.assert(
    fc.property(anyGame, ([plan, moves]) => {
      const { events } = play(plan, moves);
      const handed = events.flatMap((e) => (e.type === 'step.dispatched' ? [e.step] : []));
      expect(handed.at(-1)).toBe(conclude.id);
      expect(handed.filter((id) => id === conclude.id)).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});

test('folding the events again gives the same state, in one go or one by one', () => {
  fc.assert(
    fc.property(anyGame, ([plan, moves]) => {
      const { events, state } = play(plan, moves);
      expect(foldAll(null, events, AT)).toEqual(state);
      expect(events.reduce<GoalState | null>((s, e) => foldAll(s, [e], AT), null)).toEqual(state);
    }),
    { numRuns: 300 },
  );
});
