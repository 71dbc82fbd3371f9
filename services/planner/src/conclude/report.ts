// The report of a goal in Markdown: outcome, steps, what each said. Pure.
import type { GoalState } from '@awo/contracts';
import type { ConcludeDecision } from './conclude.ts';

export function reportOf(state: GoalState, decision: ConcludeDecision): string {
  const rows = state.steps.map((s) => `| ${s.id} | ${s.role} | ${s.status} | ${(s.message ?? s.because).replaceAll('|', '\\|').replaceAll('\n', ' ')} |`);
  return [
    `# ${state.spec.kind} ${state.id}: ${decision.outcome}`,
    '',
    decision.choice,
    '',
    `Asked for by ${state.source} at ${state.acceptedAt}; plan version ${state.planVersion}.`,
    '',
    '| step | agent | state | why |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
