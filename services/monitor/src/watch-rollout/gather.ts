// Reads counters and processes of one service, and makes rows for the judge of them and of all earlier looks at the same revision.
import {
  observeLogCount,
  observeMetric,
  observeOtlp,
  observeProcesses,
  observeTraffic,
  STEP_INPUTS,
  TerminalError,
  vcsDescribe,
  type GoalState,
  type StepState,
  type TrafficCounters,
  type ObservedMetric,
} from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import { withControl, withCopies } from '../counters.ts';
import { plannedOf } from '../from-plan.ts';
import { isCarry, type Carry } from './carry.ts';
import { dependentsOf } from './dependents.ts';
import type { ObservedSample, Reading, WatchFacts, WatchInput, WatchMemo, WatchPolicy } from './facts.ts';
import { factsOf } from './rows.ts';
import { usualRpsOf } from './usual.ts';

export async function gatherWatch(ctx: StepContext): Promise<WatchFacts> {
  const planned = STEP_INPUTS['watch-rollout'].parse(ctx.step.input);
  const memo = ctx.memo?.v === 2 ? (ctx.memo as WatchMemo) : null;
  const where = { environment: planned.environment, service: planned.change.service };
  const [traffic, processes, asked, expectedRps] = await Promise.all([
    ctx.call(observeTraffic, where),
    ctx.call(observeProcesses, where),
    // What a commit asks for never changes, so it is read once.
    memo === null ? askedOf(ctx, planned) : { policy: memo.policy, callers: memo.callers ?? [] },
    planned.expectedRps ?? (memo === null ? usualRpsOf(ctx, planned) : (memo.expectedRps ?? null)),
  ]);
  const input = { ...planned, expectedRps };
  const { policy } = asked;
  const control = traffic.control && withCopies(traffic.control);
  const revisions = traffic.revisions.map(withCopies).map((c) => (control?.revision === c.revision ? withControl(c, control) : c));
  const dependents = (await Promise.all(asked.callers.map((service) => trafficOf(ctx, input.environment, service)))).flatMap((one) => one ?? []);
  const observed = await observedNow(ctx, input, policy.observe ?? [], revisions);
  const ofInterest = (r: { revision: string }) => r.revision === input.change.head || r.revision === input.change.base;
  const since = Date.parse(ctx.step.startedAt ?? memo?.since ?? ctx.now().toISOString());
  const reading = {
    input,
    policy,
    servicesWatched: servicesWatched(ctx.state),
    elapsedMs: Math.max(0, ctx.now().getTime() - since),
    traffic: { at: traffic.at, revisions: revisions.filter(ofInterest) },
    processes: { at: processes.at, revisions: processes.revisions.filter(ofInterest) },
    ...(control === undefined ? {} : { control: { traffic: { ...control, samples: [] }, memoryBytes: processes.control?.memoryBytes ?? null } }),
    ...(dependents.length > 0 ? { dependents } : {}),
    ...(observed.length > 0 ? { observed } : {}),
    ...(isShifting(ctx.state, planned) ? { isShifting: true as const } : {}),
    held: ctx.state.held ?? null,
    vouched: ctx.state.vouched ?? null,
  };
  return factsOf(reading, memo, memo === null ? carriedSeries(ctx.state, ctx.step, input) : null);
}

async function askedOf(ctx: StepContext, input: WatchInput): Promise<{ policy: WatchPolicy; callers: string[] }> {
  const { policy, services } = await ctx.call(vcsDescribe, { repo: plannedOf(ctx.state).repo, sha: input.change.head });
  const { errorBudgetRatio, latencyMs, watchDeadlineMs, atDeadline, alpha, minRequests, soakMs, observe } = policy;
  return {
    policy: {
      errorBudgetRatio,
      latencyMs,
      watchDeadlineMs: input.soakMs ?? watchDeadlineMs,
      alpha,
      minRequests,
      ...(atDeadline === 'ask' ? { atDeadline } : {}),
      ...(soakMs ? { soakMs } : {}),
      ...(observe ? { observe } : {}),
    },
    callers: dependentsOf(input.change.service, services),
  };
}

/** What the sources of awo.yaml say of both revisions. */
function observedNow(
  ctx: StepContext,
  input: WatchInput,
  metrics: readonly ObservedMetric[],
  traffic: readonly TrafficCounters[],
): Promise<NonNullable<Reading['observed']>> {
  const { service, head, base } = input.change;
  const own = metrics.filter((m) => m.service === null || m.service === service);
  const sample = (metric: ObservedMetric, revision: string | null) => (revision === null ? null : sampleOf(ctx, input, metric, revision, traffic));
  return Promise.all(own.map(async (metric) => ({ metric, fresh: await sample(metric, head), old: input.concurrent ? await sample(metric, base) : null })));
}

async function sampleOf(
  ctx: StepContext,
  { environment, change }: WatchInput,
  { name, query, metric, where: attributes, of, logs }: ObservedMetric,
  revision: string,
  traffic: readonly TrafficCounters[],
): Promise<ObservedSample> {
  const where = { environment, service: change.service, revision };
  const action = `observe-${name}-${revision.slice(0, 12)}`;
  if (logs !== null) {
    const { lines } = await ctx.call(observeLogCount, { ...where, text: logs }, action);
    return { value: lines, of: traffic.find((c) => c.revision === revision)?.requests ?? null, trouble: null };
  }
  const {
    value,
    of: total,
    trouble,
    detail,
  } = metric // Releases that were begun by an older version name no metric at all.
    ? await ctx.call(observeOtlp, { ...where, metric, where: attributes, of }, action)
    : await ctx.call(observeMetric, { ...where, query: query ?? '', of }, action);
  return { value, of: total, trouble: trouble === null ? null : `${trouble}: ${detail}` };
}

/** Null for a service that does not run there: nobody is harmed by way of it. */
async function trafficOf(ctx: StepContext, environment: string, service: string): Promise<{ service: string; revisions: TrafficCounters[] } | null> {
  try {
    const { revisions } = await ctx.call(observeTraffic, { environment, service }, `observe-traffic-${service}`);
    return { service, revisions: revisions.map((r) => ({ ...r, samples: [] })) };
  } catch (error) {
    if (error instanceof TerminalError && error.code === 'unknown-service') return null;
    throw error;
  }
}

const changeOf = (step: StepState) => STEP_INPUTS['watch-rollout'].safeParse(step.input).data?.change;

/** By a step that waits for no other: a person's, or one on suspicion. */
const isShifting = (state: GoalState, { change: { service } }: WatchInput): boolean =>
  state.steps.some((s) => {
    if (s.kind !== 'shift-traffic' || !(s.status === 'dispatched' || (s.status === 'waiting' && s.needs.length === 0))) return false;
    return STEP_INPUTS['shift-traffic'].safeParse(s.input).data?.change.service === service;
  });

const servicesWatched = (state: GoalState): number => new Set(state.steps.filter((s) => s.kind === 'watch-rollout').map((s) => changeOf(s)?.service)).size;

/** What was seen until the end of the last step that passed for the same service and revision. */
function carriedSeries(state: GoalState, own: StepState, input: WatchInput): Carry | null {
  const earlier = state.steps.filter((s) => {
    const change = changeOf(s);
    return (
      s.kind === 'watch-rollout' && s.id !== own.id && s.status === 'passed' && change?.service === input.change.service && change.head === input.change.head
    );
  });
  const last = earlier.toSorted((a, b) => (a.settledAt ?? '').localeCompare(b.settledAt ?? '')).at(-1);
  const carry = last?.output?.carry;
  return isCarry(carry) ? carry : null;
}
