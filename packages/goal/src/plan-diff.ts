// The difference of two plans in words. Pure.
import type { PlanChange, PlanStep } from '@awo/contracts';

const sameStep = (a: PlanStep, b: PlanStep) =>
  a.kind === b.kind && a.role === b.role && a.when === b.when && a.needs.join() === b.needs.join() && JSON.stringify(a.input) === JSON.stringify(b.input);

/** What changed from one plan to the next; `reasons` gives the reason per step id, else the step's own. */
export function planDiff(before: readonly PlanStep[], after: readonly PlanStep[], reasons: Readonly<Record<string, string>> = {}): PlanChange[] {
  const old = new Map(before.map((s) => [s.id, s]));
  const fresh = new Set(after.map((s) => s.id));
  const why = (s: PlanStep) => reasons[s.id] ?? s.because;
  return [
    ...before.filter((s) => !fresh.has(s.id)).map((s): PlanChange => ({ change: 'removed', step: s.id, because: why(s) })),
    ...after.map((s): PlanChange => {
      const was = old.get(s.id);
      if (!was) return { change: 'added', step: s.id, because: why(s) };
      return { change: sameStep(was, s) ? 'kept' : 'changed', step: s.id, because: why(s) };
    }),
  ];
}
