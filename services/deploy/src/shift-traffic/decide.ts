// Which weights to set next. Pure.
import type { Verdict } from '@awo/contracts';
import { short } from '../running.ts';
import type { ShiftFacts } from './gather.ts';

export type ShiftDecision = Verdict<'shift-traffic'> & {
  weights: { revision: string; weight: number }[];
  /** Why nothing may be shifted. */
  refused: string | null;
};

export function decideShift(facts: ShiftFacts): ShiftDecision {
  const { change, weight, now } = facts;
  const whole = weight >= 100 || change.base === null;
  const weights =
    whole || change.base === null
      ? [{ revision: change.head, weight: 100 }]
      : [
          { revision: change.head, weight },
          { revision: change.base, weight: 100 - weight },
        ];
  const refused = refusal(facts, whole);
  const to = whole ? 100 : weight;
  return {
    kind: 'shift-traffic',
    because: refused !== null ? 'not-ready' : whole ? 'switch-at-once' : 'next-step',
    choice: refused ?? `${change.service}: ${now.head} % -> ${to} % on ${short(change.head)}${whole ? '' : `, ${100 - to} % stay on ${short(change.base)}`}.`,
    figures: { weightBeforePercent: now.head, weightAfterPercent: refused ? now.head : to },
    checks: [
      { name: 'new-one-ready', passed: facts.headState === 'ready', detail: `${short(change.head)} is ${facts.headState ?? 'not there'}.` },
      {
        name: 'old-one-ready',
        passed: whole || facts.baseReady,
        detail: whole ? 'The old one gets no traffic.' : `${short(change.base)} ${facts.baseReady ? 'is ready' : 'is not ready'} for the rest.`,
      },
    ],
    weights,
    refused,
  };
}

function refusal({ change, headState, baseReady }: ShiftFacts, whole: boolean): string | null {
  if (headState !== 'ready') return `${change.service} ${short(change.head)} gets no traffic: it is ${headState ?? 'not running'}, not ready.`;
  if (!whole && !baseReady) return `${change.service} ${short(change.base)} is not ready for its share, so that the two cannot be compared.`;
  return null;
}
