// What is still to be done until everything is as it was; what must not be done, and is held for a person. Pure.
import type { ServiceChange, ServiceStatus, Verdict } from '@awo/contracts';
import { isAlive, isReady, short, weightOf } from '../running.ts';
import type { UndoFacts } from './gather.ts';

export type UndoAction = { do: 'start' | 'give-traffic' | 'stop'; service: string; revision: string };
/** A service that stays as it is, and what a person can do about it. */
type Held = { service: string; because: string; wayOut: string[] };
export type UndoDecision = Verdict<'undo'> & { actions: UndoAction[]; held: Held[] };

export function decideUndo(facts: UndoFacts): UndoDecision {
  const { back, held } = whatStays(facts);
  const actions = back.flatMap(({ change, status }) => takeBack(change, status));
  const figures = {
    failedStep: facts.failed?.step ?? null,
    actionsToDo: actions.length,
    actions: actions.map(say).slice(0, 50),
    ...(held.length === 0 ? {} : { held: held.map((h) => h.service) }),
  };
  if (held.length > 0) {
    const undone = actions.length === 0 ? '' : ` ${actions.map((a) => `${a.service}: ${say(a)}`).join(', then ')}.`;
    return {
      kind: 'undo',
      because: 'roll-back-frozen',
      choice: `${held.map((h) => `${h.service} stays as it is: ${h.because}`).join(' ')}${undone} A person is called.`.slice(0, 600),
      figures,
      alternatives: [
        { kind: 'roll back', rejectedBecause: `The old one must not come back: ${held[0]?.because ?? ''}`.slice(0, 600) },
        { kind: 'roll forward', rejectedBecause: 'No repair is known yet; the commands for one are prepared.' },
      ],
      actions,
      held,
    };
  }
  if (actions.length === 0) {
    return { kind: 'undo', because: 'already-undone', choice: 'Everything is as it was before; nothing is left to take back.', figures, actions, held };
  }
  const services = [...new Set(actions.map((a) => a.service))].join(', ');
  return {
    kind: 'undo',
    because: facts.aborted ? 'aborted' : 'rollout-failed',
    choice: `${services}: ${actions.map(say).join(', then ')}.`.slice(0, 600),
    figures,
    alternatives: [{ kind: 'leave it and mend forward', rejectedBecause: 'Customers meet the fault until a mend is found; what ran before is known to work.' }],
    actions,
    held,
  };
}

/** One unit, taken back from its end: callers first. From the first service on that cannot go back everything stays, as it may rely on what was released before it. */
function whatStays({ services, frozen, environment }: UndoFacts): { back: UndoFacts['services']; held: Held[] } {
  const first = services.findIndex(({ change }) => frozen.some((f) => f.service === change.service));
  if (first === -1) return { back: services, held: [] };
  const held = services.slice(first).flatMap(({ change, status }): Held[] => {
    const { service, base, head } = change;
    const own = frozen.find((f) => f.service === service);
    const reliedOn = services[first]?.change.service ?? '';
    if (!own && !isAlive(status, head)) return [];
    const shares = `${short(head)} has ${weightOf(status, head)} %, ${short(base)} ${base === null ? 0 : weightOf(status, base)} %`;
    const because = own ? `${own.passedBy} has passed the point of no return (${shares}). ${own.because}` : `${reliedOn} may rely on it (${shares}).`;
    const where = `--env ${environment}`;
    return [
      {
        service,
        because,
        wayOut: [
          `roll forward: npx awo release ${service} ${where} --ref REPAIR --strategy full --emergency "REASON" --wait`,
          `all traffic to the new one as it is: npx awo release ${service} ${where} --ref ${short(head)} --strategy full --emergency "REASON" --wait`,
          `back, once somebody has made sure that it can be done: npx awo release ${service} ${where} --ref ${short(base)} --strategy full --emergency "REASON" --wait`,
        ],
      },
    ];
  });
  return { back: services.slice(0, first), held };
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
