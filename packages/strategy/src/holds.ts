// What keeps a release from beginning now: a freeze, a budget that burns, no room for two. Pure.
import type { Verdict } from '@awo/contracts';
import { burnOf } from './burn.ts';
import type { ServiceFacts, StrategyFacts } from './facts.ts';
import { frozenAt } from './freeze.ts';

export type Obstacle = {
  because: Extract<Verdict<'choose-strategy'>['because'], 'in-freeze' | 'burning-too-fast' | 'no-room-for-two'>;
  detail: string;
  /** Known not to pass before this; null: it may pass at any time. */
  notBefore: string | null;
  /** How a person goes on nonetheless. */
  wayOut: string;
};

/** A second process may take half as much again as the first. */
const ROOM = 1.5;

export const hasRoom = ({ capacity: { memoryFreeBytes, memoryOfBaseBytes } }: ServiceFacts, further = 1): boolean =>
  memoryFreeBytes === null || memoryOfBaseBytes === null || memoryFreeBytes >= ROOM * further * memoryOfBaseBytes;

/** The first thing in the way of these services, or null. An emergency overrules freezes and burning, never the lack of room. */
export function obstacleTo(facts: StrategyFacts, touched: readonly ServiceFacts[]): Obstacle | null {
  return (facts.emergency === null ? (freezeOf(facts) ?? burningOf(facts, touched)) : null) ?? roomOf(touched);
}

export function freezeOf({ at, policy }: Pick<StrategyFacts, 'at' | 'policy'>): Obstacle | null {
  const frozen = at === null ? null : frozenAt(policy.freeze, at);
  if (!frozen) return null;
  return {
    because: 'in-freeze',
    detail: `Nothing is released until ${frozen.endsAt.slice(0, 16)}Z: ${frozen.reason} (${frozen.zone}).`,
    notBefore: frozen.endsAt,
    wayOut: 'An emergency goes out with --emergency REASON, which is recorded.',
  };
}

function burningOf(facts: StrategyFacts, touched: readonly ServiceFacts[]): Obstacle | null {
  // A repair has to get in: whoever asks for a direct release means one. A repository that always wants it so does not.
  if (facts.askedDirect ?? facts.wish === 'full') return null;
  for (const service of touched) {
    const { alert } = burnOf(service.past, facts.policy.errorBudgetRatio);
    if (alert?.severity === 'page')
      return {
        because: 'burning-too-fast',
        detail: `${service.change.service}: ${alert.because}, before anything was changed.`,
        notBefore: null,
        wayOut: 'A repair goes out with --strategy full, anything else with --emergency REASON.',
      };
  }
  return null;
}

function roomOf(touched: readonly ServiceFacts[]): Obstacle | null {
  const tight = touched.find((s) => s.baseRuns && s.sideBySide && !hasRoom(s));
  if (!tight) return null;
  const mb = (bytes: number | null): number => Math.round((bytes ?? 0) / 1048576);
  const { memoryFreeBytes, memoryOfBaseBytes } = tight.capacity;
  return {
    because: 'no-room-for-two',
    detail: `${tight.change.service} takes ${mb(memoryOfBaseBytes)} MB, and ${mb(memoryFreeBytes)} MB are free: a second one needs ${ROOM} times as much.`,
    notBefore: null,
    wayOut: 'Free memory, or say sideBySide: false in awo.yaml: the old one then ends before the new one starts.',
  };
}
