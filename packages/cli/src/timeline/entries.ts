// What a commit means to somebody who looks on: the entries of the timeline. Pure.
import type { Commit, Decision, GoalState, Outcome, PlanChange, StepState } from '@awo/contracts';
import { between } from '../output/quantities.ts';
import { goalTitle, repositoryOf, stepTitle } from '../story/words.ts';

type OfStep = { step: string; role: string; title: string };
export type Entry = { at: string } & (
  | { kind: 'accepted'; goal: string; title: string; repo: string | undefined }
  | ({ kind: 'held'; decision: Decision; looks: number } & OfStep)
  | ({ kind: 'settled'; status: 'passed' | 'failed'; decisions: Decision[]; message: string | undefined; durationMs: number } & OfStep)
  | { kind: 'left-out'; status: 'skipped' | 'cancelled'; steps: string[] }
  | { kind: 'replanned'; from: number; to: number; changes: PlanChange[] }
  | { kind: 'decided'; decision: Decision; step: string; role: string; title: string }
  | { kind: 'acted'; who: string; action: string; because: string }
  | { kind: 'ended'; outcome: Outcome; because: string; durationMs: number }
);

/** The entries of one commit, in the order in which they happened. `before` is the state that it found. */
export function entriesOf(before: GoalState | undefined, commit: Commit): Entry[] {
  const { at, events, state } = commit;
  let entries: Entry[] = [];
  const settles = new Set(events.flatMap((e) => (e.type === 'step.passed' || e.type === 'step.failed' ? [e.step] : [])));
  const waits = new Set(events.flatMap((e) => (e.type === 'step.waited' ? [e.step] : [])));
  const decisions = (step: string) => events.flatMap((e) => (e.type === 'decision.made' && e.step === step ? [e.decision] : []));
  const ofStep = (id: string): OfStep => {
    const step = state.steps.find((s) => s.id === id);
    return { step: id, role: step?.role ?? commit.by.author, title: step ? stepTitle(step) : id };
  };
  for (const event of events) {
    if (event.type === 'goal.accepted') entries.push({ at, kind: 'accepted', goal: event.goal, title: goalTitle(event.spec), repo: repositoryOf(event.spec) });
    else if (event.type === 'plan.changed') entries.push({ at, kind: 'replanned', from: before?.planVersion ?? 1, to: event.version, changes: event.changes });
    else if (event.type === 'step.passed' || event.type === 'step.failed') {
      const status = event.type === 'step.passed' ? 'passed' : 'failed';
      const message = event.type === 'step.failed' ? event.message : undefined;
      entries.push({
        at,
        kind: 'settled',
        status,
        message,
        decisions: decisions(event.step),
        durationMs: between(startOf(before, event.step) ?? event.startedAt, at),
        ...ofStep(event.step),
      });
    } else if (event.type === 'decision.made' && !settles.has(event.step)) {
      const looks = state.steps.find((s) => s.id === event.step)?.wait?.looks ?? 1;
      if (waits.has(event.step)) entries.push({ at, kind: 'held', decision: event.decision, looks, ...ofStep(event.step) });
      else entries.push({ at, kind: 'decided', decision: event.decision, ...ofStep(event.step) });
    } else if (event.type === 'human.acted') entries.push({ at, kind: 'acted', who: event.who, action: event.action, because: event.because });
    else if (event.type === 'goal.ended')
      entries.push({ at, kind: 'ended', outcome: event.outcome, because: event.because, durationMs: between(state.acceptedAt, at) });
  }
  // A step says why the plan changes; the change itself is read after it.
  entries.sort((a, b) => Number(a.kind === 'replanned') - Number(b.kind === 'replanned'));
  const ended = entries.find((e) => e.kind === 'ended');
  // The last decision of a goal is its end: said once.
  if (ended) entries = entries.filter((e) => e.kind !== 'decided' || e.decision.choice !== ended.because);
  const place = entries.findIndex((e) => e.kind === 'ended');
  entries.splice(place < 0 ? entries.length : place, 0, ...leftOut(before, commit));
  return entries;
}

const startOf = (state: GoalState | undefined, step: string) => state?.steps.find((s) => s.id === step)?.startedAt;

/** Steps that this commit made impossible or unwanted; the fold says so, no event does. */
function leftOut(before: GoalState | undefined, { state, at }: Commit): Entry[] {
  const was = new Map(before?.steps.map((s) => [s.id, s.status]));
  return (['skipped', 'cancelled'] as const).flatMap((status): Entry[] => {
    const steps = state.steps.filter((s) => s.status === status && was.get(s.id) !== status && was.has(s.id)).map(stepTitle);
    return steps.length > 0 ? [{ at, kind: 'left-out', status, steps }] : [];
  });
}

/** What is in somebody's hands now. */
export const running = (state: GoalState): StepState[] => state.steps.filter((s) => s.status === 'dispatched');
