// The report after an incident, from the log alone: what was seen, why, what was tried, what to change. Pure.
import type { Commit, GoalState } from '@awo/contracts';
import { REPAIR_INPUTS } from '@awo/contracts';
import { between, duration } from '../output/quantities.ts';
import { eventWords, outcomeWords, stepTitle } from '../story/words.ts';

export type IncidentReport = {
  goal: string;
  title: string;
  outcome: string;
  because: string;
  from: string;
  took: string;
  timeline: { at: string; says: string }[];
  causes: { cause: string; confidence: number; says: string[] }[];
  /** What a model that was asked read for which cause, or why it was of no help; empty where none was asked. */
  model: string[];
  tried: { repair: string; because: string; result: string }[];
  evidence: string[];
  change: string[];
};

/** Looks that only say "not yet" would hide the rest. */
const TOLD = new Set(['goal.accepted', 'decision.made', 'step.failed', 'human.acted', 'goal.ended']);

export function reportOf(commits: readonly Commit[]): IncidentReport | null {
  const state = commits.at(-1)?.state;
  if (state?.spec.kind !== 'remediate') return null;
  const { spec } = state;
  const titles = (id: string): string => state.steps.filter((s) => s.id === id).map(stepTitle)[0] ?? id;
  const told = commits.flatMap(({ at, events }) => events.filter((e) => TOLD.has(e.type)).map((event) => ({ at, says: eventWords(event, titles) })));
  const end = state.ended?.at ?? commits.at(-1)?.at ?? state.acceptedAt;
  return {
    goal: state.id,
    title: `${spec.service} in ${spec.environment}: ${spec.symptom}`,
    outcome: state.ended ? outcomeWords(state.ended.outcome) : 'still open',
    because: state.ended?.because ?? '',
    from: state.source,
    took: duration(between(state.acceptedAt, end)),
    timeline: told.filter((one, i) => one.says !== told[i - 1]?.says),
    causes: causesIn(state),
    model: readByModel(commits),
    tried: triedIn(state),
    evidence: [...new Set(state.steps.flatMap((s) => s.evidence ?? []))],
    change: toChange(state),
  };
}

function causesIn(state: GoalState): IncidentReport['causes'] {
  const output = state.steps.findLast((s) => s.kind === 'explain-incident' && s.status === 'passed')?.output;
  const hypotheses = Array.isArray(output?.['hypotheses'])
    ? (output['hypotheses'] as { entity: string; cause: string; confidence: number; says: string[] }[])
    : [];
  return hypotheses.map(({ entity, cause, confidence, says }) => ({ cause: `${cause} on ${entity}`, confidence, says }));
}

/** Enough of a digest to find it among the evidence. */
const DIGEST = /(sha256:[0-9a-f]{12})[0-9a-f]+/g;
const SHORT = 300;

/** Of the last decision on the cause. Words of logs and of a model move no cursor. */
function readByModel(commits: readonly Commit[]): string[] {
  const decided = commits.flatMap(({ events }) => events.flatMap((e) => (e.type === 'decision.made' ? [e.decision] : [])));
  const told = decided.findLast(({ kind }) => kind === 'explain-incident')?.figures['model'];
  if (!Array.isArray(told)) return [];
  return told.map((line) => {
    const short = line.replaceAll(DIGEST, '$1').replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
    return short.length > SHORT ? `${short.slice(0, SHORT)}…` : short;
  });
}

function triedIn(state: GoalState): IncidentReport['tried'] {
  return state.steps
    .filter((s) => s.kind === 'admit-repair')
    .map((admit) => {
      const { repair, attempt } = REPAIR_INPUTS['admit-repair'].parse(admit.input);
      const of = (kind: string) => state.steps.find((s) => s.id === `${kind}-${attempt}`);
      const [verified, undone] = [of('verify-repair'), of('undo-repair')];
      const kept = verified?.status === 'passed';
      const why = verified?.message ?? of('apply-repair')?.message ?? admit.message ?? 'not carried out';
      return {
        repair: `${repair.kind} ${repair.service}`,
        because: repair.because,
        result: kept ? `kept: ${String(verified.output?.['says'] ?? '')}` : `${undone?.status === 'passed' ? 'taken back' : 'not done'}: ${why}`,
      };
    });
}

/** What follows from how it went; a repair that holds is not the end of its cause. */
function toChange(state: GoalState): string[] {
  const kept = state.steps.filter((s) => s.kind === 'verify-repair' && s.status === 'passed').map((s) => REPAIR_INPUTS['verify-repair'].parse(s.input).repair);
  const where = state.spec.kind === 'remediate' && state.spec.environment !== 'production' ? ` --env ${state.spec.environment}` : '';
  const takeBack = (service: string): string => `awo rollback ${service}${where} --repairs`;
  const lines = kept.map(({ kind, service, entity, cause }) => {
    if (kind === 'roll-back')
      return `${service}: the revision that was left has a fault that its tests and its watch did not see (${cause}). A test for it comes before the next release.`;
    if (kind === 'switch-source')
      return `${entity}: the source that was left is still ill, and ${service} reads its standby. Mend it, then go back: ${takeBack(service)}`;
    if (kind === 'restore-configuration') return `${service}: the value that was taken back was accepted by the service. It should refuse it.`;
    if (kind === 'raise-limit')
      return `${service}: the limit was used up. It stands in the repository with its old value; find what holds on to it, or commit the new one; then: ${takeBack(service)}`;
    if (kind === 'open-circuit') return `${entity}: ${service} does without it. Mend it, then close the circuit: ${takeBack(service)}`;
    if (kind === 'scale') return `${service}: it needed more processes than one. Once it has fewer requests again: ${takeBack(service)}`;
    if (kind === 'shed-traffic') return `${service}: it still turns customers away. When it can serve them again: ${takeBack(service)}`;
    if (kind === 'toggle-flag') return `${service}: the flag is at its safe value; what it switched needs a mend, then: ${takeBack(service)}`;
    if (kind === 'drain') return `${service}: one process of several had gone bad and was replaced. Find what it had run into, as the next one may.`;
    return `${service}: a fresh process helped (${cause}), so it will come back. Find what the old one had run into.`;
  });
  if (state.ended?.outcome === 'needs-human') lines.push(`Nothing held: ${state.ended.because}`);
  return lines;
}
