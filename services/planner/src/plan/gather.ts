// Gathers what a plan needs: the revision, what the repository holds, what runs, who else is at work.
import { TerminalError, rolloutStatus, vcsDescribe, vcsResolve } from '@awo/contracts';
import type { GoalSpec, PastRepair, RepoModel, ServiceStatus } from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import type { Bus } from '@awo/bus';
import { pastRepairs } from '../remediate/past-incidents.ts';
import { waitingBefore } from '../turn-queues.ts';
import { holders } from '../turns.ts';

export type PlanFacts = {
  spec: GoalSpec;
  /** What a tool could not find; the goal is hopeless then. */
  problem: { code: string; message: string } | null;
  repo: string | null;
  head: { sha: string; subject: string; at: string; parent: string | null } | null;
  /** Commit time of every running revision and of an explicit base, so that the oldest can be found. */
  base: string | null;
  revisions: Record<string, string>;
  model: Pick<RepoModel, 'services' | 'suites' | 'environments' | 'policy' | 'testing'> | null;
  running: ServiceStatus[];
  busy: { service: string; goal: string }[];
  /** Goals that came before and wait for the same services: first come, first served. */
  ahead: { service: string; goal: string }[];
  /** Repairs of earlier incidents of the service. */
  past?: PastRepair[];
  /** When it was planned; absent in what was recorded before freezes were known. */
  at?: string;
};

export async function gatherPlan(bus: Bus, context: StepContext): Promise<PlanFacts> {
  const { spec } = context.state;
  const facts: PlanFacts = {
    spec,
    problem: null,
    repo: null,
    head: null,
    base: null,
    revisions: {},
    model: null,
    running: [],
    busy: [],
    ahead: [],
    at: context.now().toISOString(),
  };
  try {
    if (spec.kind === 'remediate') {
      facts.running = await running(context);
      facts.past = await pastRepairs(bus, spec.environment, spec.service);
      return facts;
    }
    if (spec.kind === 'rollback' || !spec.repo) facts.running = await running(context);
    if (spec.kind === 'rollback') {
      const named = facts.running.filter((s) => s.environment === spec.environment && (!spec.service || s.name === spec.service));
      await gatherTurn(
        bus,
        context,
        facts,
        spec.environment,
        named.map((s) => s.name),
      );
      return facts;
    }
    facts.repo = spec.repo ?? onlyRepo(facts.running, spec.kind === 'release' ? spec.environment : null);
    const resolved = await context.call(vcsResolve, { repo: facts.repo, ref: spec.revision });
    facts.repo = resolved.root;
    facts.head = { sha: resolved.sha, subject: resolved.subject, at: resolved.at, parent: resolved.parent };
    const { services, suites, environments, policy, testing } = await context.call(vcsDescribe, { repo: resolved.root, sha: resolved.sha });
    facts.model = { services, suites, environments, policy, ...(testing ? { testing } : {}) };
    if (spec.kind === 'release') await gatherRelease(bus, context, facts, spec.environment, spec.service);
    else if (spec.base) facts.base = (await context.call(vcsResolve, { repo: resolved.root, ref: spec.base }, 'resolve-base')).sha;
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    facts.problem = { code: error.code, message: error.hint ? `${error.message} ${error.hint}` : error.message };
  }
  return facts;
}

const running = async (context: StepContext) => (await context.call(rolloutStatus, {})).services;

/** Who is at work first, what runs after that: a release that ends in between must not leave its old revision behind as the base of this one. */
async function gatherTurn(bus: Bus, context: StepContext, facts: PlanFacts, environment: string, names: string[]): Promise<void> {
  facts.busy = await holders(bus, environment, names, context.goal);
  facts.ahead = await waitingBefore(bus, environment, names, { goal: context.goal, acceptedAt: context.state.acceptedAt });
  facts.running = await running(context);
}

async function gatherRelease(bus: Bus, context: StepContext, facts: PlanFacts, environment: string, service: string | undefined): Promise<void> {
  const names = service ? [service] : (facts.model?.services ?? []).map((s) => s.name);
  await gatherTurn(bus, context, facts, environment, names);
  const shas = new Set(
    facts.running
      .filter((s) => s.environment === environment && names.includes(s.name))
      .flatMap((s) => s.revisions.filter((r) => r.weight > 0).map((r) => r.revision)),
  );
  for (const sha of shas) {
    // A revision that was rewritten away can still be running: then there is no base to compare with.
    const at = await context.call(vcsResolve, { repo: facts.repo ?? '', ref: sha }, `resolve-${sha.slice(0, 12)}`).then(
      (r) => r.at,
      (error: unknown) => (error instanceof TerminalError ? null : Promise.reject(error)),
    );
    if (at !== null) facts.revisions[sha] = at;
  }
}

/** A goal without a repository means the one whose services run; with several, nobody can know. */
function onlyRepo(running: ServiceStatus[], environment: string | null): string {
  const repos = [...new Set(running.filter((s) => environment === null || s.environment === environment).map((s) => s.repo))];
  const [only] = repos;
  if (only && repos.length === 1) return only;
  throw new TerminalError(
    'unknown-repository',
    repos.length > 1
      ? `The goal names no repository, and services of ${repos.length} run: ${repos.join(', ')}.`
      : 'The goal names no repository, and nothing runs that could tell.',
    'Give "repo", the path of a git repository.',
  );
}
