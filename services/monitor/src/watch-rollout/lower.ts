// Traffic down to the step before on suspicion, and up again. It decides nothing but how many customers are at risk meanwhile. Pure.
import type { MetricAnswer } from '@awo/canary-judge';
import type { Signs } from './decide.ts';
import type { WatchMemo } from './facts.ts';
import { shortName } from './numbers.ts';
import { countersOf, isBeside } from './series.ts';

export type Lowering = {
  because: 'lowered-on-suspicion' | 'raised-again';
  choice: string;
  from: number;
  to: number;
  lowered: NonNullable<WatchMemo['lowered']>;
};

/**
 * The judge calls a metric suspicious where its evidence of harm stands at an e-value of 10 by now: 10 bets to 1 against "no worse", where 1 / alpha and
 * more is asked for to undo. It is no peek at alpha, as no verdict follows. A metric that is no worse ever comes to 10 in 1 of 10 releases at most
 * (J. Ville 1939).
 */
const isSuspicious = ({ because }: MetricAnswer): boolean => because.startsWith('suspicious:');

/** Once per watch, never while a person or another shift moves the traffic, and up again as soon as nothing is suspicious any more. Null: it stays. */
export function lowering(s: Signs): Lowering | null {
  const { facts, memo, answer } = s;
  const { weight, lowerTo, change } = facts.input;
  if (lowerTo === undefined || !isBeside(facts) || facts.isShifting || facts.vouched) return null;
  const share = countersOf(facts, change.head)?.weight ?? 0;
  const suspect = answer.metrics.find(isSuspicious);
  if (memo.lowered === undefined && suspect !== undefined && share > lowerTo) {
    const choice = `${shortName(s)} goes down from ${share} to ${lowerTo} % while this is looked into: ${suspect.metric} ${suspect.because}`;
    return { because: 'lowered-on-suspicion', choice, from: share, to: lowerTo, lowered: 'now' };
  }
  if (memo.lowered !== 'now' || suspect !== undefined) return null;
  const choice = `${shortName(s)} goes up again from ${share} to ${weight} %: nothing is suspicious any more.`;
  return { because: 'raised-again', choice, from: share, to: weight, lowered: 'before' };
}
