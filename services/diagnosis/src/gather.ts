// Collects what the steps have left and what can still be observed. A source that gives no answer is noted, not hidden.
import {
  observeLogs,
  observeProcesses,
  observeTraffic,
  Planned,
  rolloutStatus,
  STEP_INPUTS,
  TerminalError,
  vcsCommits,
  type ServiceChange,
  type TrafficCounters,
} from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import type { ChangedService, DiagnosisFacts, Neighbour } from './facts.ts';
import { failedSteps, rpsBefore, trafficSince, watchesOf } from './from-steps.ts';

const LOG_LINES = 200;

type Observed = { traffic: TrafficCounters[]; processes: Neighbour['processes']; machine: DiagnosisFacts['machine'] };

export async function gatherEvidence(ctx: StepContext): Promise<DiagnosisFacts> {
  const { environment, changes } = STEP_INPUTS.diagnose.parse(ctx.step.input);
  const missing: string[] = [];
  const status = await attempt(missing, 'rollout.status', () => ctx.call(rolloutStatus, { environment }));
  const failed = failedSteps(ctx.state);
  const changed: ChangedService[] = [];
  const neighbours: Neighbour[] = [];
  let machine: DiagnosisFacts['machine'] = null;
  for (const change of changes) {
    const observed = await observe(ctx, environment, change.service, missing);
    machine ??= observed.machine;
    changed.push(await changedService(ctx, environment, change, observed, missing));
  }
  const own = new Set(changes.map((c) => c.service));
  for (const { name, address } of status?.services ?? []) {
    if (own.has(name)) continue;
    const observed = await observe(ctx, environment, name, missing);
    machine ??= observed.machine;
    neighbours.push({ service: name, address, revisions: observed.traffic, processes: observed.processes });
  }
  return { environment, failed, watched: watchesOf(ctx.state), changed, neighbours, machine, missing };
}

async function observe(ctx: StepContext, environment: string, service: string, missing: string[]): Promise<Observed> {
  const [traffic, processes] = await Promise.all([
    attempt(missing, `observe.traffic of ${service}`, () => ctx.call(observeTraffic, { environment, service }, `traffic-${service}`)),
    attempt(missing, `observe.processes of ${service}`, () => ctx.call(observeProcesses, { environment, service }, `processes-${service}`)),
  ]);
  return { traffic: traffic?.revisions ?? [], processes: processes?.revisions ?? [], machine: processes?.machine ?? null };
}

async function changedService(ctx: StepContext, environment: string, change: ServiceChange, observed: Observed, missing: string[]): Promise<ChangedService> {
  const { service, base, head } = change;
  const planned = Planned.safeParse(ctx.state.steps.find((s) => s.kind === 'plan')?.output);
  const logs = await attempt(missing, `observe.logs of ${service} ${head.slice(0, 7)}`, () =>
    ctx.call(observeLogs, { environment, service, revision: head, lines: LOG_LINES }, `logs-${service}`),
  );
  const commits = planned.success
    ? await attempt(missing, `vcs.commits up to ${head.slice(0, 7)}`, () => ctx.call(vcsCommits, { repo: planned.data.repo, base, head }, `commits-${service}`))
    : null;
  if (!planned.success) missing.push('the output of step "plan"');
  return {
    change,
    trafficSince: trafficSince(ctx.state, service),
    rpsBefore: rpsBefore(ctx.state, service),
    fresh: observed.traffic.find((r) => r.revision === head) ?? null,
    old: observed.traffic.find((r) => r.revision === base) ?? null,
    logs: (logs?.lines ?? []).map((l) => l.slice(0, 400)),
    processes: observed.processes,
    // The newest fifty may be of a long branch; files beyond fifty per commit tell a reader nothing.
    commits: (commits?.commits ?? []).map((c) => ({ sha: c.sha, subject: c.subject, files: c.files.slice(0, 50) })),
  };
}

/** A diagnosis goes on without one of its sources. Anything but a definite "no" goes up, to be tried again. */
async function attempt<T>(missing: string[], what: string, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TerminalError) || error.code === 'stale-fence') throw error;
    missing.push(`${what}: ${error.message}`.slice(0, 300));
    return null;
  }
}
