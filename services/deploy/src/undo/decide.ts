// What is still to be done until everything is as it was. Pure.
import type { ServiceChange, ServiceStatus, Verdict } from '@awo/contracts';
import { isAlive, isReady, short, weightOf } from '../running.ts';
import type { UndoFacts } from './gather.ts';

export type UndoAction = { do: 'start' | 'give-traffic' | 'stop'; service: string; revision: string };
export type UndoDecision = Verdict<'undo'> & { actions: UndoAction[] };

export function decideUndo(facts: UndoFacts): UndoDecision {
  const actions = facts.services.flatMap(({ change, status }) => takeBack(change, status));
  const figures = { failedStep: facts.failed?.step ?? null, actionsToDo: actions.length, actions: actions.map(say).slice(0, 50) };
  if (actions.length === 0) {
    return { kind: 'undo', because: 'already-undone', choice: 'Everything is as it was before; nothing is left to take back.', figures, actions };
  }
  const services = [...new Set(actions.map((a) => a.service))].join(', ');
  return {
    kind: 'undo',
    because: facts.aborted ? 'aborted' : 'rollout-failed',
    choice: `${services}: ${actions.map(say).join(', then ')}.`.slice(0, 600),
    figures,
    alternatives: [{ kind: 'leave it and mend forward', rejectedBecause: 'Customers meet the fault until a mend is found; what ran before is known to work.' }],
    actions,
  };
}

function takeBack(change: ServiceChange, status: ServiceStatus | null): UndoAction[] {
  const { service, base, head } = change;
  if (status === null || base === head) return [];
  const stop: UndoAction[] = isAlive(status, head) || weightOf(status, head) > 0 ? [{ do: 'stop', service, revision: head }] : [];
  if (base === null) return stop;
  const start: UndoAction[] = isReady(status, base) ? [] : [{ do: 'start', service, revision: base }];
  const shift: UndoAction[] = weightOf(status, base) === 100 && start.length === 0 ? [] : [{ do: 'give-traffic', service, revision: base }];
  // Where the two must not run together there is no other way than a short gap.
  return status.sideBySide || start.length === 0 ? [...start, ...shift, ...stop] : [...stop, ...start, ...shift];
}

const WORDS = { start: 'start', 'give-traffic': 'all traffic to', stop: 'stop' } as const;
export const say = (a: UndoAction): string => `${WORDS[a.do]} ${short(a.revision)}`;
