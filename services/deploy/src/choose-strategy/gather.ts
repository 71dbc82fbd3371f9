// Reads what the choice rests on: policy, what runs, the impact, the traffic.
import { setTimeout as pause } from 'node:timers/promises';
import type { StepContext } from '@awo/agent';
import { ImpactAssessed, type ServiceStatus, STEP_INPUTS, observeTraffic, rolloutStatus, vcsDescribe } from '@awo/contracts';
import { outputOf, plannedOf } from '../planned.ts';
import { isAlive } from '../running.ts';
import type { StrategyFacts, Traffic } from './facts.ts';
import { trafficBetween, trafficFromHealth } from './traffic.ts';

/** Between two looks at the counters, where the health step left no rates. */
const LOOKS_APART_MS = 2_000;

export async function gatherStrategyFacts(ctx: StepContext): Promise<StrategyFacts> {
  const input = STEP_INPUTS['choose-strategy'].parse(ctx.step.input);
  const planned = plannedOf(ctx.state);
  const model = await ctx.call(vcsDescribe, { repo: planned.repo, sha: planned.head }, 'describe-head');
  const { services: running } = await ctx.call(rolloutStatus, { environment: input.environment }, 'status');
  const impact = ImpactAssessed.safeParse(outputOf(ctx.state, 'assess-impact'));
  const health = outputOf(ctx.state, 'judge-health');
  const services: StrategyFacts['services'] = [];
  for (const change of input.changes) {
    const own = model.services.find((s) => s.name === change.service);
    const status = running.find((s) => s.name === change.service) ?? null;
    services.push({
      change,
      sideBySide: (own?.sideBySide ?? true) && (status?.sideBySide ?? true),
      baseRuns: change.base !== null && isAlive(status, change.base),
      dependsOn: own?.dependsOn ?? [],
      traffic: trafficFromHealth(health, change.service) ?? (await look(ctx, input.environment, change.service, status)),
    });
  }
  const { errorBudgetRatio, watchDeadlineMs, minRequests, alpha } = model.policy;
  return {
    environment: input.environment,
    wish: input.wish === 'auto' ? model.policy.strategy : input.wish,
    impact: impact.success ? { kind: impact.data.kind, risk: impact.data.risk, riskBecause: impact.data.riskBecause, services: impact.data.services } : null,
    policy: { errorBudgetRatio, watchDeadlineMs, minRequests, alpha },
    gates: model.policy.gates.map((g) => g.name),
    services,
  };
}

async function look(ctx: StepContext, environment: string, service: string, status: ServiceStatus | null): Promise<Traffic> {
  if (!status) return { service, rps: null, errorRatio: null };
  const before = await ctx.call(observeTraffic, { environment, service }, `traffic-before-${service}`);
  await pause(LOOKS_APART_MS, undefined, { signal: ctx.signal });
  const after = await ctx.call(observeTraffic, { environment, service }, `traffic-after-${service}`);
  return trafficBetween(service, before, after);
}
