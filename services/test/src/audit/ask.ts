// Asks for the audit of a selection: a goal of its own, so that the release neither waits for it nor changes by it.
import type { StepContext } from '@awo/agent';
import { sendGoal } from '@awo/bus';
import type { Bus } from '@awo/bus';
import type { TestFacts } from '../run-tests/facts.ts';
import { plannedOf } from '../run-tests/gather.ts';

/**
 * Only where what was selected has passed: a change that was stopped has missed nothing. Nothing waits for an answer; the same goal's
 * audit is one, however often it is asked for. Lost with the process that asks, it is one draw less, whatever its outcome would have been.
 */
export function askForAudit({ nc }: Pick<Bus, 'nc'>, ctx: StepContext, { audit = null, results, head, widened = [] }: TestFacts): void {
  if (audit === null || audit.drawn.length === 0) return;
  const selected = results.filter(({ suite }) => !widened.includes(suite));
  if (selected.some(({ verdict }) => verdict !== 'passed')) return;
  const { leftOut, drawn, ...design } = audit;
  const spec = {
    kind: 'test' as const,
    repo: plannedOf(ctx).repo,
    revision: head,
    base: design.base,
    audit: { ...design, leftOut: leftOut.length, suites: drawn },
  };
  sendGoal({ nc }, spec, { id: `audit-${ctx.goal}`, source: 'agent' });
}
