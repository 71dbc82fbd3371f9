// conclude: how the goal ended, in one sentence and one report; the services are free again.
import { Planned, outcomesSubject } from '@awo/contracts';
import type { GoalState, IncidentOutcome, Outcome, StepState, Verdict } from '@awo/contracts';
import type { StepContext, StepHandler, StepResult } from '@awo/agent';
import type { Bus } from '@awo/bus';
import { changeRecord, ended } from '../remediate/autonomy.ts';
import { decideRepaired, incidentOf } from '../remediate/conclude-remediate.ts';
import { rememberIncident } from '../remediate/past-incidents.ts';
import { rolledBackBy } from '../remediate/roll-back-outcome.ts';
import { giveTurnBack } from '../turns.ts';
import { outcomeOf } from './outcome.ts';
import { reportOf } from './report.ts';

export type ConcludeFacts = {
  state: Pick<GoalState, 'id' | 'spec' | 'halted'>;
  steps: Pick<StepState, 'id' | 'kind' | 'status' | 'code' | 'message' | 'output'>[];
};
export type ConcludeDecision = Verdict<'conclude'> & { outcome: Outcome };

async function gather({ state }: StepContext): Promise<ConcludeFacts> {
  return {
    state: { id: state.id, spec: state.spec, ...(state.halted ? { halted: state.halted } : {}) },
    steps: state.steps.map(({ id, kind, status, code, message, output }) => ({
      id,
      kind,
      status,
      ...(code ? { code } : {}),
      ...(message ? { message } : {}),
      ...(output ? { output } : {}),
    })),
  };
}

/** The first rule that fits wins: what a person must look at comes before what they would like to hear. */
export function decideConclude({ state, steps }: ConcludeFacts): ConcludeDecision {
  const repaired = state.spec.kind === 'remediate' ? decideRepaired(steps) : null;
  if (repaired && (!state.halted || repaired.because === 'undo-incomplete')) return repaired;
  const of = (kind: string) => steps.filter((s) => s.kind === kind);
  const failed = steps.find((s) => s.status === 'failed' && s.kind !== 'undo' && s.kind !== 'undo-repair' && s.kind !== 'diagnose');
  const undo = [...of('undo'), ...of('undo-repair')].find((s) => (s.status === 'passed' && s.output?.['undone'] !== false) || s.status === 'failed');
  const why = failed ? `${failed.id}: ${failed.message ?? failed.code ?? 'failed'}` : 'no step failed';
  const decision = (outcome: Outcome, because: ConcludeDecision['because'], choice: string): ConcludeDecision => ({
    kind: 'conclude',
    because,
    outcome,
    choice: choice.slice(0, 600),
  });
  const frozen = steps.find((s) => s.status === 'failed' && s.code === 'roll-back-frozen');
  if (frozen) return decision('needs-human', 'roll-back-frozen', `${why.replace(/\.$/, '')}. Nothing was rolled back blindly: ${frozen.message ?? ''}`);
  if (undo?.status === 'failed')
    return decision('needs-human', 'undo-incomplete', `${why}. Undoing it failed too: ${undo.message ?? undo.code ?? ''}. Somebody has to look.`);
  if (failed?.code === 'deliveries-used-up' || failed?.code === 'outcome-unknown') return decision('needs-human', 'step-failed', why);
  if (state.halted) {
    const undone = undo ? ' What had been started was undone.' : '';
    return state.halted.action === 'supersede'
      ? decision('superseded', 'superseded', `${state.halted.who} took its place: ${state.halted.because}.${undone}`)
      : decision('aborted', 'aborted', `${state.halted.who} stopped it: ${state.halted.because}.${undone}`);
  }
  if (failed?.code === 'selection-missed') return decision('needs-human', 'selection-missed', failed.message ?? why);
  if (of('run-tests').some((s) => s.status === 'failed')) return decision('stopped', 'tests-stopped-it', why);
  if (undo?.status === 'passed') return decision('rolled-back', 'rolled-back', why);
  if (failed?.code === 'in-freeze' || failed?.code === 'held-too-long') return decision('stopped', 'step-failed', why);
  if (failed) return decision('failed', 'step-failed', why);
  if (state.spec.kind === 'release' && state.spec.dryRun) return decision('done', 'dry-run', 'planned only: nothing was changed');
  const promoted = of('promote').filter((s) => s.status === 'passed').length;
  if (state.spec.kind === 'release' && promoted === 0) return decision('done', 'nothing-changed', 'nothing that runs would be different');
  if (state.spec.kind === 'rollback' && state.spec.repairs) return decision('done', 'reached', 'as it was before repairs, and it goes without them');
  return decision(
    'done',
    'reached',
    state.spec.kind === 'release' ? `${promoted} service${promoted === 1 ? '' : 's'} promoted` : `${state.spec.kind} finished`,
  );
}

async function act(bus: Bus, context: StepContext, decision: ConcludeDecision): Promise<StepResult> {
  const planned = Planned.safeParse(context.state.steps.find((s) => s.kind === 'plan')?.output);
  if (planned.success && planned.data.environment) {
    await giveTurnBack(
      bus,
      planned.data.environment,
      planned.data.targets.map((t) => t.service),
      context.goal,
    );
  }
  const incident = incidentOf(context.state, decision, context.now());
  if (incident) await remember(bus, incident, context.goal);
  const report = await context.putEvidence(reportOf(context.state, decision));
  const now = context.now().toISOString();
  const measured = outcomeOf(context.state, decision, now) ?? rolledBackBy(context.state, decision, now);
  // Before the goal's end, or a kill between the two would lose it; twice does no harm, the later one counts.
  if (measured) await bus.js.publish(outcomesSubject(measured.environment), JSON.stringify(measured), { msgID: `release-${measured.goal}` });
  return { kind: 'ended', outcome: decision.outcome, because: decision.choice, report };
}

/** The record of each kind, HISTORY, and the turns of everything that was repaired. */
async function remember(bus: Bus, incident: IncidentOutcome, goal: string): Promise<void> {
  const { environment, repairs, at } = incident;
  for (const { kind, worked, service } of repairs) {
    await changeRecord(bus, environment, kind, ended(worked, at, `${goal} ${service}`));
    await giveTurnBack(bus, environment, [service], goal);
  }
  await rememberIncident(bus, incident);
}

export const conclude = (bus: Bus): StepHandler<ConcludeFacts, ConcludeDecision> => ({
  gather,
  decide: decideConclude,
  act: (context, decision) => act(bus, context, decision),
});
