// Reads what the choice rests on: policy, what runs, the impact, the traffic so far and now, the machine, earlier releases.
import { setTimeout as pause } from 'node:timers/promises';
import type { StepContext } from '@awo/agent';
import {
  DEFAULT_HOLD_DEADLINE_MS,
  ImpactAssessed,
  type RepoModel,
  type ServiceChange,
  type ServiceStatus,
  STEP_INPUTS,
  TerminalError,
  type TrafficPast,
  observePast,
  observeProcesses,
  observeTraffic,
  rolloutStatus,
  vcsDescribe,
} from '@awo/contracts';
import type { Capacity, ServiceFacts, StrategyFacts, Traffic } from '@awo/strategy';
import { outputOf, plannedOf } from '../planned.ts';
import { isAlive } from '../running.ts';
import { differenceOf, wayBackOf } from '../way-back.ts';
import { type Releases, goodBefore, pastReleases } from './history.ts';
import { trafficBetween, trafficFromHealth } from './traffic.ts';

/** Between two looks at the counters, where the health step left no rates. */
const LOOKS_APART_MS = 2_000;

/** `releases` reads how earlier ones in an environment went. */
export async function gatherStrategyFacts(ctx: StepContext, releases: Releases): Promise<StrategyFacts> {
  const input = STEP_INPUTS['choose-strategy'].parse(ctx.step.input);
  const { spec } = ctx.state;
  const planned = plannedOf(ctx.state);
  const model = await ctx.call(vcsDescribe, { repo: planned.repo, sha: planned.head }, 'describe-head');
  const { services: running } = await ctx.call(rolloutStatus, { environment: input.environment }, 'status');
  const impact = ImpactAssessed.safeParse(outputOf(ctx.state, 'assess-impact'));
  const outcomes = await releases(input.environment);
  const place = { ctx, environment: input.environment, repo: planned.repo, model, running, impact: impact.success ? impact.data : null };
  const services: ServiceFacts[] = [];
  for (const change of input.changes)
    services.push({ ...(await serviceFacts(place, change)), knownGood: goodBefore(outcomes, change.service, change.head, ctx.now()) });
  const { errorBudgetRatio, watchDeadlineMs, minRequests, alpha, freeze = [], holdDeadlineMs = DEFAULT_HOLD_DEADLINE_MS, control = true } = model.policy;
  return {
    environment: input.environment,
    wish: input.wish === 'auto' ? model.policy.strategy : input.wish,
    askedDirect: input.wish === 'full',
    impact: impact.success ? impactFacts(impact.data) : null,
    policy: { errorBudgetRatio, watchDeadlineMs, minRequests, alpha, freeze, holdDeadlineMs, control },
    gates: model.policy.gates.map((g) => g.name),
    services,
    history: pastReleases(outcomes),
    at: ctx.now().toISOString(),
    heldMs: heldSince(ctx),
    emergency: spec.kind === 'release' ? (spec.emergency ?? null) : null,
    dryRun: spec.kind === 'release' && spec.dryRun === true,
  };
}

const impactFacts = ({ kind, risk, riskBecause, services, filesChanged, linesChanged }: ImpactAssessed): StrategyFacts['impact'] => ({
  kind,
  risk,
  riskBecause,
  services,
  filesChanged,
  linesChanged,
});

type Place = { ctx: StepContext; environment: string; repo: string; model: RepoModel; running: ServiceStatus[]; impact: ImpactAssessed | null };

async function serviceFacts(place: Place, change: ServiceChange): Promise<Omit<ServiceFacts, 'knownGood'>> {
  const { ctx, environment, repo, model, running, impact } = place;
  const own = model.services.find((s) => s.name === change.service);
  const status = running.find((s) => s.name === change.service) ?? null;
  const where = { environment, service: change.service };
  const { files } = own?.migrations && change.base !== null ? await differenceOf(ctx, repo, change.base, change.head) : { files: [] };
  return {
    change,
    sideBySide: (own?.sideBySide ?? true) && (status?.sideBySide ?? true),
    baseRuns: change.base !== null && isAlive(status, change.base),
    dependsOn: own?.dependsOn ?? [],
    readOnly: own?.readOnly ?? false,
    copies: true,
    wayBack: wayBackOf(own, files, impact?.reversibility),
    traffic: trafficFromHealth(outputOf(ctx.state, 'judge-health'), change.service) ?? (await look(ctx, where, status)),
    past: status === null ? null : await pastOf(ctx, where),
    capacity: await capacityOf(ctx, where, status, change.base),
  };
}

/** An environment whose tools keep no past has none: the choice then goes by what is measured now. */
async function pastOf(ctx: StepContext, where: { environment: string; service: string }): Promise<TrafficPast | null> {
  try {
    const past = await ctx.call(observePast, where, `past-${where.service}`);
    return past.minutes.length + past.hours.length === 0 ? null : past;
  } catch (error) {
    if (error instanceof TerminalError) return null;
    throw error;
  }
}

async function capacityOf(
  ctx: StepContext,
  where: { environment: string; service: string },
  status: ServiceStatus | null,
  base: string | null,
): Promise<Capacity> {
  const unknown: Capacity = { memoryFreeBytes: null, memoryOfBaseBytes: null, load1: null, cores: null };
  if (status === null) return unknown;
  const { machine, revisions } = await ctx.call(observeProcesses, where, `processes-${where.service}`);
  const { memoryFreeBytes, load1, cores } = machine;
  const memoryBytes = revisions.find((r) => r.revision === base)?.memoryBytes ?? null;
  // A new revision has as many processes as the old one; what is measured is the largest of them.
  const processes = Math.max(1, status.revisions.find((r) => r.revision === base)?.processes ?? 1);
  return { memoryFreeBytes, memoryOfBaseBytes: memoryBytes === null ? null : memoryBytes * processes, load1, cores };
}

/** Since the first look of a release that is held. */
function heldSince(ctx: StepContext): number {
  const since = ctx.memo?.since;
  return typeof since === 'string' ? Math.max(0, ctx.now().getTime() - Date.parse(since)) : 0;
}

async function look(ctx: StepContext, where: { environment: string; service: string }, status: ServiceStatus | null): Promise<Traffic> {
  const { service } = where;
  if (!status) return { service, rps: null, errorRatio: null };
  const before = await ctx.call(observeTraffic, where, `traffic-before-${service}`);
  await pause(LOOKS_APART_MS, undefined, { signal: ctx.signal });
  const after = await ctx.call(observeTraffic, where, `traffic-after-${service}`);
  return trafficBetween(service, before, after);
}
