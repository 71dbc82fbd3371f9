// How a `remediate` goal ended, and what is to be remembered of it. Pure.
import { type IncidentOutcome, REPAIR_INPUTS, type GoalState, type Outcome } from '@awo/contracts';
import type { ConcludeDecision, ConcludeFacts } from '../conclude/conclude.ts';

type Step = ConcludeFacts['steps'][number];

/** The first rule that fits wins; null: the rules of every goal apply. */
export function decideRepaired(steps: readonly Step[]): ConcludeDecision | null {
  const of = (kind: Step['kind']) => steps.filter((s) => s.kind === kind);
  const decision = (outcome: Outcome, because: ConcludeDecision['because'], choice: string): ConcludeDecision => ({
    kind: 'conclude',
    because,
    outcome,
    choice: choice.slice(0, 600),
  });
  const says = (s: Step | undefined): string => s?.message ?? (typeof s?.output?.['says'] === 'string' ? s.output['says'] : '');
  const undo = of('undo-repair').find((s) => s.status === 'failed');
  if (undo) return decision('needs-human', 'undo-incomplete', `Taking the repair back failed: ${undo.message ?? undo.code ?? ''}. Somebody has to look.`);
  const kept = of('verify-repair').findLast((s) => s.status === 'passed');
  // A second fault that nothing was found for is left to a person, also where the first one is mended.
  if (kept && !Array.isArray(kept.output?.['left'])) {
    const chosen = of('choose-repair').findLast((s) => typeof s.output?.['chosen'] === 'string');
    return decision('done', 'repaired', `${String(chosen?.output?.['chosen'] ?? 'repaired')}: ${says(kept)}`);
  }
  const observed = of('observe-incident')[0];
  if (observed?.status === 'passed' && observed.output?.['confirmed'] === false) return decision('done', 'resolved-by-itself', says(observed));
  if (observed?.status === 'passed' && observed.output?.['confirmed'] === null) return decision('needs-human', 'not-repaired', says(observed));
  const tried = of('verify-repair').filter((s) => s.status === 'failed').length;
  const stopped = steps.findLast((s) => s.status === 'failed' && s.kind !== 'diagnose');
  const choice = of('choose-repair').findLast((s) => s.status === 'passed' && s.output?.['chosen'] === null);
  if (stopped === undefined && choice === undefined) return kept ? decision('needs-human', 'not-repaired', says(kept)) : null;
  const why = choice ? says(choice) : says(stopped);
  return decision(
    'needs-human',
    'not-repaired',
    `${kept ? `${says(kept)} ` : ''}${tried > 0 ? `${tried} repair${tried === 1 ? '' : 's'} tried and taken back. ` : ''}${why}`,
  );
}

/** What was tried, with what came of it. */
export function incidentOf(state: GoalState, decision: ConcludeDecision, now: Date): IncidentOutcome | null {
  const { spec } = state;
  if (spec.kind !== 'remediate') return null;
  return {
    goal: state.id,
    environment: spec.environment,
    service: spec.service,
    symptom: spec.symptom,
    at: now.toISOString(),
    outcome: decision.outcome,
    because: decision.because,
    repairs: triedIn(state),
    tookMs: now.getTime() - Date.parse(state.acceptedAt),
  };
}

function triedIn(state: GoalState): IncidentOutcome['repairs'] {
  return state.steps
    .filter((s) => s.kind === 'verify-repair' && (s.status === 'passed' || s.status === 'failed'))
    .map((s) => {
      const { repair } = REPAIR_INPUTS['verify-repair'].parse(s.input);
      return { entity: repair.entity, cause: repair.cause, kind: repair.kind, service: repair.service, worked: s.status === 'passed' };
    });
}
