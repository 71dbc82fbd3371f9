// An incident that was ended by rolling a service back, as the releases of its environment have to know of it. Pure.
import { type GoalState, Planned, REPAIR_INPUTS, type ReleaseOutcome, type ServiceOutcome } from '@awo/contracts';
import type { ConcludeDecision } from '../conclude/conclude.ts';

const NOTHING = { requests: 0, errors: 0 };

/** What `awo rollback` would have left of the same; null where no roll-back was verified and kept. */
export function rolledBackBy(state: GoalState, decision: ConcludeDecision, endedAt: string): ReleaseOutcome | null {
  const { spec, steps } = state;
  const planned = Planned.safeParse(steps.find((s) => s.kind === 'plan')?.output).data;
  const services = rolledBack(state);
  const [first] = services;
  if (spec.kind !== 'remediate' || planned === undefined || first === undefined) return null;
  return {
    v: 1,
    goal: state.id,
    kind: 'rollback',
    environment: spec.environment,
    repo: planned.repo,
    head: first.head,
    acceptedAt: state.acceptedAt,
    endedAt,
    outcome: decision.outcome,
    because: decision.choice.slice(0, 600),
    change: null,
    people: [],
    services,
  };
}

function rolledBack({ steps }: GoalState): ServiceOutcome[] {
  const since = steps.find((s) => s.kind === 'observe-incident')?.output?.['since'];
  return steps.flatMap((verified) => {
    if (verified.kind !== 'verify-repair' || verified.status !== 'passed') return [];
    const { service, revision, act } = REPAIR_INPUTS['verify-repair'].parse(verified.input).repair;
    if (act.do !== 'run') return [];
    const applied = steps.find((s) => s.kind === 'apply-repair' && verified.needs.includes(s.id));
    return [
      {
        service,
        base: revision,
        head: act.revision,
        strategy: null,
        end: 'promoted',
        verdict: null,
        weight: 100,
        promotedAt: null,
        harmAt: null,
        undoneAt: null,
        fresh: NOTHING,
        beside: NOTHING,
        before: null,
        rps: null,
        customersWithErrors: 0,
        ...(typeof since === 'number' && applied?.settledAt !== undefined ? { relief: { harmAt: new Date(since).toISOString(), at: applied.settledAt } } : {}),
      },
    ];
  });
}
