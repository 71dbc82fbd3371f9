// Which weights to set next. Pure.
import type { Verdict } from '@awo/contracts';
import { short } from '../running.ts';
import type { ShiftFacts } from './gather.ts';

export type ShiftDecision = Verdict<'shift-traffic'> & {
  weights: { revision: string; weight: number }[];
  /** Who gets copies of requests instead of requests. */
  copies?: { revision: string; share: number };
  /** Why nothing may be shifted. */
  refused: string | null;
};

export function decideShift(facts: ShiftFacts): ShiftDecision {
  const { change, weight, now } = facts;
  const { base, head } = change;
  const shared = base !== null && weight < 100;
  const to = shared ? weight : 100;
  const newReady = facts.headState === 'ready';
  // A crashed old one is on its way back by itself: setting the weights waits for it.
  const oldServes = !shared || facts.baseState === 'ready' || facts.baseState === 'crashed';
  const checks = [
    { name: 'new-one-ready', passed: newReady, detail: `${change.service} ${short(head)} is ${facts.headState ?? 'not there'}.` },
    {
      name: 'old-one-serves-the-rest',
      passed: oldServes,
      detail: shared ? `${change.service} ${short(base)} is ${facts.baseState ?? 'not there'}.` : 'The old one gets no traffic.',
    },
  ];
  const refused = checks.find((c) => !c.passed)?.detail ?? null;
  return {
    kind: 'shift-traffic',
    because: refused !== null ? 'not-ready' : facts.copies ? 'copies-first' : shared ? 'next-step' : 'switch-at-once',
    choice:
      refused === null && facts.copies
        ? `${change.service}: ${short(head)} gets a copy of each request, and nobody its answers; all stay on ${short(base ?? head)}.`
        : refused === null
          ? `${change.service}: ${now.head} % -> ${to} % on ${short(head)}${shared ? `, ${100 - to} % stay on ${short(base)}` : ''}.`
          : `Weights stay as they are. ${refused}`,
    figures: { weightBeforePercent: now.head, weightAfterPercent: refused === null ? to : now.head },
    checks,
    weights: shared
      ? [
          { revision: head, weight: to },
          { revision: base, weight: 100 - to },
        ]
      : [{ revision: head, weight: 100 }],
    ...(facts.copies ? { copies: { revision: head, share: 100 } } : {}),
    refused,
  };
}
