// Collects what the steps have left and what can still be observed, as one bundle of evidence. A source that gives no answer is noted, not hidden.
import {
  evidenceCollect,
  observeLogs,
  observeProcesses,
  observeTraffic,
  Planned,
  STEP_INPUTS,
  TerminalError,
  vcsCommits,
  type ServiceChange,
} from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import { bundleOf } from './bundle.ts';
import type { ChangedService, DiagnosisFacts, Observed } from './facts.ts';
import { failedSteps, failingTests, startedAt, trafficSince, watchesOf } from './from-steps.ts';

const LOG_LINES = 200;
const SECONDS = 600;

type Ask = <T>(what: string, ask: () => Promise<T>) => Promise<T | null>;

export async function gatherEvidence(ctx: StepContext): Promise<DiagnosisFacts> {
  const { environment, changes } = STEP_INPUTS.diagnose.parse(ctx.step.input);
  const missing: string[] = [];
  const ask = asking(missing);
  const collected = await ask('evidence.collect', () => ctx.call(evidenceCollect, { environment, seconds: SECONDS, logs: true, traces: true }));
  const planned = Planned.safeParse(ctx.state.steps.find((s) => s.kind === 'plan')?.output);
  if (!planned.success) missing.push('the output of step "plan"');
  const changed: ChangedService[] = [];
  const logs: Record<string, string[]> = {};
  let machine: Observed['machine'] = null;
  for (const change of changes) {
    const { service } = change;
    changed.push(await changedService(ctx, environment, change, planned.data?.repo ?? null, ask));
    logs[service] = await lastLines(ctx, environment, change, ask);
    machine ??=
      (await ask(`observe.processes of ${service}`, () => ctx.call(observeProcesses, { environment, service }, `processes-${service}`)))?.machine ?? null;
  }
  const observed: Observed = {
    at: ctx.now().getTime(),
    failed: failedSteps(ctx.state),
    watched: watchesOf(ctx.state),
    changed,
    logs,
    failing: failingTests(ctx.state),
    collected,
    machine,
  };
  const { failed, watched } = observed;
  return { environment, failed, watched, changed, bundle: bundleOf(observed), missing };
}

async function changedService(ctx: StepContext, environment: string, change: ServiceChange, repo: string | null, ask: Ask): Promise<ChangedService> {
  const { service, base, head } = change;
  const traffic = await ask(`observe.traffic of ${service}`, () => ctx.call(observeTraffic, { environment, service }, `traffic-${service}`));
  const answer = repo && (await ask(`vcs.commits up to ${head.slice(0, 7)}`, () => ctx.call(vcsCommits, { repo, base, head }, `commits-${service}`)));
  const commits = answer ? answer.commits : [];
  const counters = (revision: string | null) => traffic?.revisions.find((r) => r.revision === revision) ?? null;
  return {
    change,
    startedAt: startedAt(ctx.state, service),
    trafficSince: trafficSince(ctx.state, service),
    fresh: counters(head),
    old: counters(base),
    // The newest fifty may be of a long branch; files beyond fifty per commit tell a reader nothing.
    commits: commits.slice(0, 50).map((c) => ({ sha: c.sha, subject: c.subject.slice(0, 200), files: c.files.slice(0, 50) })),
  };
}

async function lastLines(ctx: StepContext, environment: string, { service, head: revision }: ServiceChange, ask: Ask): Promise<string[]> {
  const answer = await ask(`observe.logs of ${service} ${revision.slice(0, 7)}`, () =>
    ctx.call(observeLogs, { environment, service, revision, lines: LOG_LINES }, `logs-${service}`),
  );
  return (answer?.lines ?? []).map((line) => line.slice(0, 400));
}

/** A diagnosis goes on without one of its sources. Anything but a definite "no" goes up, to be tried again. */
const asking =
  (missing: string[]): Ask =>
  async (what, ask) => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof TerminalError) || error.code === 'stale-fence') throw error;
      missing.push(`${what}: ${error.message}`.slice(0, 300));
      return null;
    }
  };
