// A release that runs no test has no test agent that could ask for an audit of what was left out: the planner begins it itself.
import { goalIdFor } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { AuditPolicy } from '@awo/contracts';
import type { GoalSpec, Planned } from '@awo/contracts';
import { drawAudit } from '@awo/test-order/ordering';
import { openingPlan } from '../plan/steps.ts';

type Release = { goal: string; planned: Planned; every: readonly string[]; now: () => Date };

/** Nothing is drawn: nothing is begun. The same release's audit is one goal, however often this is carried out. */
export async function beginAudit(bus: Pick<Bus, 'write'>, { goal, planned: { repo, head, base, audit }, every, now }: Release): Promise<void> {
  const draw = drawAudit({ goal, base }, every, (audit ?? AuditPolicy.parse({})).share);
  if (draw === null || draw.drawn.length === 0) return;
  const { leftOut, drawn, ...design } = draw;
  const spec: GoalSpec = { kind: 'test', repo, revision: head, base: design.base, audit: { ...design, leftOut: leftOut.length, suites: drawn } };
  const id = goalIdFor(`msg:audit-${goal}`);
  await bus.write({
    goal: id,
    by: { author: 'planner', instance: 'planner' },
    head: null,
    now,
    events: (state) => (state ? null : [{ type: 'goal.accepted', goal: id, spec, source: 'agent', plan: openingPlan(spec) }]),
  });
}
