// Whether there is something to go back to, and what. Pure.
import type { Verdict } from '@awo/contracts';
import { short } from '../running.ts';
import type { RestoreFacts } from './gather.ts';

export type RestoreDecision = Verdict<'restore'>;

export function decideRestore({ environment, targets }: RestoreFacts): RestoreDecision {
  const without = targets.filter((t) => t.previous === null);
  if (without.length > 0 || targets.length === 0) {
    const names = without.map((t) => t.service).join(', ') || 'any service';
    return {
      kind: 'restore',
      because: 'no-previous',
      choice: `Nothing is known to have run in ${environment} before the present ${names}. Release the revision you want instead.`,
    };
  }
  const moves = targets.map((t) => `${t.service}: ${short(t.current)} -> ${short(t.previous)}`);
  return {
    kind: 'restore',
    because: 'previous-known',
    choice: `Back to what ran before. ${moves.join(', ')}.`.slice(0, 600),
    figures: { moves },
    alternatives: [{ kind: 'canary', rejectedBecause: 'What ran before is known; a way back is wanted at once.' }],
  };
}
