// What of a repair is to be taken back. Pure.
import type { Verdict } from '@awo/contracts';
import type { UndoRepairFacts } from './gather.ts';

export type UndoRepairDecision = Verdict<'undo-repair'> & { undo: boolean };

export function decideUndoRepair({ repair, applied, aborted, why }: UndoRepairFacts): UndoRepairDecision {
  const figures = { repair: repair.kind, service: repair.service, applied };
  if (!applied || repair.undo === null) {
    const choice = applied
      ? `Nothing of ${repair.kind} ${repair.service} persists that could be taken back.`
      : `${repair.kind} ${repair.service} did not take place.`;
    return { kind: 'undo-repair', because: 'nothing-to-undo', choice, figures, undo: false };
  }
  return {
    kind: 'undo-repair',
    because: aborted ? 'aborted' : 'repair-failed',
    choice: `${repair.service} as it was before ${repair.kind}: ${why}`.slice(0, 600),
    figures,
    alternatives: [{ kind: 'leave it', rejectedBecause: 'A repair that does not help only makes the next look harder.' }],
    undo: true,
  };
}
