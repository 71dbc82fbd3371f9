// Whether there is something to go back to, and what. Pure.
import type { Verdict } from '@awo/contracts';
import { short } from '../running.ts';
import type { RestoreFacts } from './gather.ts';

export type RestoreDecision = Verdict<'restore'>;

export function decideRestore({ environment, targets, emergency = null }: RestoreFacts): RestoreDecision {
  const without = targets.filter((t) => t.previous === null);
  if (without.length > 0 || targets.length === 0) {
    const names = without.map((t) => t.service).join(', ') || 'any service';
    return {
      kind: 'restore',
      because: 'no-previous',
      choice: `Nothing is known to have run in ${environment} before the present ${names}. Release the revision you want instead.`,
    };
  }
  const frozen = targets.filter((t) => t.frozen);
  const checks = targets.map((t) => ({
    name: `way-back of ${t.service}`.slice(0, 80),
    passed: !t.frozen,
    detail: t.frozen ?? 'Nothing says that the previous one could not come back.',
  }));
  if (frozen.length > 0 && emergency === null) {
    return {
      kind: 'restore',
      because: 'roll-back-frozen',
      choice: `Nothing is touched: ${frozen.map((t) => `${t.service} must not go back to ${short(t.previous)}: ${t.frozen}`).join(' ')}`.slice(0, 600),
      checks,
      alternatives: [
        {
          kind: 'roll back',
          rejectedBecause: 'What the present revision has done would break the previous one. Whoever has made sure that it does not: --emergency REASON.',
        },
        { kind: 'roll forward', rejectedBecause: 'No repair is known yet. Release one: npx awo release SERVICE --ref REPAIR --strategy full.' },
      ],
    };
  }
  const moves = targets.map((t) => `${t.service}: ${short(t.current)} -> ${short(t.previous)}`);
  return {
    kind: 'restore',
    because: 'previous-known',
    choice: `Back to what ran before. ${moves.join(', ')}.`.slice(0, 600),
    figures: { moves, ...(frozen.length === 0 ? {} : { emergency }) },
    checks,
    alternatives: [{ kind: 'canary', rejectedBecause: 'What ran before is known; a way back is wanted at once.' }],
  };
}
