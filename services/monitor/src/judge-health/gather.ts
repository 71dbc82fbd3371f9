// Reads counters and processes of the services that are about to change.
import { DEFAULT_HOLD_DEADLINE_MS, observeProcesses, observeTraffic, rolloutStatus, STEP_INPUTS, vcsDescribe } from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import { tallyOf, type Tally } from '../counters.ts';
import { plannedOf } from '../from-plan.ts';
import type { HealthFacts, HealthMemo, ServiceFacts } from './facts.ts';

export async function gatherHealth(ctx: StepContext): Promise<HealthFacts> {
  const { environment, changes } = STEP_INPUTS['judge-health'].parse(ctx.step.input);
  const { repo, head } = plannedOf(ctx.state);
  const running = changes.filter((c) => c.base !== null);
  const { policy } = await ctx.call(vcsDescribe, { repo, sha: head });
  const status = running.length === 0 ? { services: [] } : await ctx.call(rolloutStatus, { environment });
  const services = await Promise.all(
    running.map(async ({ service, base }): Promise<ServiceFacts> => {
      const known = status.services.find((s) => s.name === service);
      const empty = { service, base, address: null, counted: {}, atMs: ctx.now().getTime(), processes: [] };
      if (known === undefined) return empty;
      const [traffic, processes] = await Promise.all([
        ctx.call(observeTraffic, { environment, service }, `traffic-${service}`),
        ctx.call(observeProcesses, { environment, service }, `processes-${service}`),
      ]);
      const counted: Record<string, Tally> = {};
      for (const r of traffic.revisions) counted[r.revision] = tallyOf(r) ?? { requests: 0, errors: 0, latency: [] };
      return { service, base, address: known.address, counted, atMs: Date.parse(traffic.at), processes: processes.revisions };
    }),
  );
  const spec = ctx.state.spec;
  return {
    environment,
    changes,
    services,
    errorBudgetRatio: policy.errorBudgetRatio,
    askedDirect: spec.kind === 'release' && (spec.strategy === 'full' || spec.emergency !== undefined || spec.dryRun === true),
    memo: healthMemo(ctx.memo),
    at: ctx.now().toISOString(),
    // A dry run tells of the trouble and waits for nothing.
    holdDeadlineMs: spec.kind === 'release' && spec.dryRun ? 0 : (policy.holdDeadlineMs ?? DEFAULT_HOLD_DEADLINE_MS),
  };
}

const healthMemo = (memo: Record<string, unknown> | undefined): HealthMemo | null => (memo?.v === 1 ? (memo as HealthMemo) : null);
