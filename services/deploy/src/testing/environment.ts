// A small real environment in memory, behind the capabilities that the deploy agent uses. It refuses what a real one refuses.
import type { PlanStep, Reach, RepoModel, Reversibility, RevisionStatus, ServiceChange, ServiceModel, ServiceStatus, StepState } from '@awo/contracts';
import { type Capability, GoalState, TerminalError } from '@awo/contracts';
import type { StepContext } from '@awo/agent';

export const OLD = 'a'.repeat(40);
export const NEW = 'b'.repeat(40);
const REPO = '/somewhere/shop';
const NOW = '2026-10-01T09:00:00.000Z';

export const changeOf = (service: string, base: string | null = OLD, head = NEW): ServiceChange => ({ service, base, head });

export const modelOf = (name: string, more: Partial<ServiceModel> = {}): ServiceModel => ({
  name,
  unit: `services/${name}`,
  dir: `services/${name}`,
  language: 'node',
  install: [],
  build: [],
  start: ['node', 'main.ts'],
  healthPath: '/health',
  env: {},
  envFrom: [],
  dependsOn: [],
  sideBySide: true,
  at: 'package.json:1',
  ...more,
});

const POLICY: RepoModel['policy'] = {
  errorBudgetRatio: 0.001,
  latencyMs: null,
  onBusy: 'wait',
  strategy: 'auto',
  watchDeadlineMs: 300_000,
  alpha: 0.01,
  minRequests: 100,
  gates: [],
};

export type Fake = {
  services: ServiceStatus[];
  model: RepoModel;
  /** Files in which the two revisions differ, and what the analysis says of the way back. */
  changed: string[];
  reversibility: Reversibility;
  /** Calls that changed something, as `start cart bbbbbbb`. */
  effects: string[];
  /** Whether a control starts that is asked for. */
  controls: boolean;
  /** Throws instead of the next effect with this text; like a process killed at that moment. */
  failAt: { effect: string; error: Error } | null;
  call: StepContext['call'];
};

export function environmentWith(services: ServiceStatus[], models: ServiceModel[] = services.map((s) => modelOf(s.name))): Fake {
  const fake: Fake = {
    services,
    model: { units: [], services: models, suites: [], environments: ['production'], policy: POLICY, findings: [] },
    changed: [],
    reversibility: { reversible: 'yes', because: 'No migration changes.' },
    effects: [],
    controls: true,
    failAt: null,
    call: async (capability: Capability, args) => capability.output.parse(answer(fake, capability.name, capability.input.parse(args) as never)) as never,
  };
  return fake;
}

export const serviceWith = (name: string, revisions: Partial<RevisionStatus>[], previous: string | null = null): ServiceStatus => ({
  environment: 'production',
  name,
  repo: REPO,
  address: 'http://127.0.0.1:41000',
  revisions: revisions.map((r) => ({ revision: OLD, weight: 0, state: 'ready', pid: 1, port: 1, restarts: 0, startedAt: null, ...r })),
  previous,
  sideBySide: true,
});

type Args = {
  service: string;
  revision: string;
  weights: { revision: string; weight: number }[];
  copies?: { revision: string; share: number };
  control?: string;
};

function answer(fake: Fake, capability: string, args: Args): unknown {
  if (capability === 'vcs.describe') return fake.model;
  if (capability === 'vcs.reach') return reach(fake);
  if (capability === 'rollout.status') return { services: fake.services.filter((s) => args.service === undefined || s.name === args.service) };
  const service = fake.services.find((s) => s.name === args.service);
  if (!service) throw new TerminalError('unknown-service', `No service "${args.service}".`);
  if (capability === 'observe.processes') return { at: NOW, revisions: [], machine: { load1: 0.1, cores: 4, memoryFreeBytes: 8e9 } };
  if (capability === 'observe.past') return { at: NOW, minutes: [], hours: [] };
  if (capability === 'rollout.start') return { ...start(fake, service, args.revision), ...(args.control === undefined ? {} : { controlled: fake.controls }) };
  if (capability === 'rollout.stop') return stop(fake, service, args.revision);
  if (capability === 'traffic.set') return setWeights(fake, service, args);
  throw new TerminalError('unknown-capability', `The fake environment has no ${capability}.`);
}

/** Only what the deploy agent reads of it says something. */
const reach = ({ changed, reversibility }: Fake): Reach => ({
  base: OLD,
  head: NEW,
  files: changed.map((path) => ({ path, status: 'modified', kind: 'code', unit: null, addedLines: 1, deletedLines: 1, semantic: 'file', symbols: [] })),
  filesTotal: changed.length,
  units: [],
  strategy: { kind: 'canary', because: 'x' },
  hints: { only: 'code', contracts: [], migrations: [], reversibility, majors: [], fragile: [], size: { files: changed.length, lines: 2 }, owners: [] },
  fallback: null,
  dead: [],
  graph: { files: 1, edges: 0, parsed: 0, fromCache: 0, ms: 1 },
});

function start(fake: Fake, service: ServiceStatus, revision: string): object {
  const known = service.revisions.find((r) => r.revision === revision);
  const done = { revision, state: 'ready', port: 1, address: service.address, startupMs: 20 };
  if (known?.state === 'ready') return { ...done, alreadyRunning: true };
  note(fake, `start ${service.name} ${revision.slice(0, 7)}`);
  if (known) known.state = 'ready';
  else service.revisions.push({ revision, weight: 0, state: 'ready', pid: 2, port: 2, restarts: 0, startedAt: null });
  return { ...done, alreadyRunning: false };
}

function stop(fake: Fake, service: ServiceStatus, revision: string): unknown {
  const known = service.revisions.find((r) => r.revision === revision);
  if (known && known.state !== 'stopped') {
    if (known.weight > 0 && service.revisions.length > 1 && service.sideBySide)
      throw new TerminalError('bad-arguments', `${revision.slice(0, 7)} still has ${known.weight} % of the traffic.`);
    note(fake, `stop ${service.name} ${revision.slice(0, 7)}`);
    Object.assign(known, { state: 'stopped', weight: 0 });
  }
  return { revision, stopped: true, drained: true };
}

function setWeights(fake: Fake, service: ServiceStatus, { weights, copies }: Args): unknown {
  const unready = weights.find((w) => w.weight > 0 && service.revisions.find((r) => r.revision === w.revision)?.state !== 'ready');
  if (unready) throw new TerminalError('bad-arguments', `${unready.revision.slice(0, 7)} is not ready.`);
  const also = copies ? `, copies ${copies.revision.slice(0, 1)}=${copies.share}` : '';
  note(fake, `weights ${service.name} ${weights.map((w) => `${w.revision.slice(0, 1)}=${w.weight}`).join(' ')}${also}`);
  for (const r of service.revisions) r.weight = weights.find((w) => w.revision === r.revision)?.weight ?? 0;
  return { weights, address: service.address };
}

function note(fake: Fake, effect: string): void {
  const { failAt } = fake;
  if (failAt?.effect === effect) {
    fake.failAt = null;
    throw failAt.error;
  }
  fake.effects.push(effect);
}

/** The context of one step of a release whose earlier steps left `outputs`. */
export function contextFor(
  fake: Fake,
  step: Pick<PlanStep, 'kind' | 'input'>,
  outputs: Partial<Record<PlanStep['kind'], object>> = {},
  spec: object = { kind: 'release', repo: REPO },
): StepContext {
  const planned = { repo: REPO, head: NEW, subject: 'A change', base: OLD, environment: 'production', targets: [] };
  const done = Object.entries({ plan: planned, ...outputs }).map(([kind, output]) =>
    stateOf(kind as PlanStep['kind'], kind, {}, { status: 'passed', output: output as Record<string, unknown> }),
  );
  const own = stateOf(step.kind, `own-${step.kind}`, step.input, { status: 'dispatched' });
  const state = GoalState.parse({
    id: 'g0000000000',
    spec,
    source: 'test',
    acceptedAt: '2026-10-01T09:00:00.000Z',
    planVersion: 2,
    steps: [...done, own],
  });
  return {
    goal: state.id,
    state,
    step: own,
    fence: 1,
    memo: undefined,
    looks: 0,
    now: () => new Date(NOW),
    signal: new AbortController().signal,
    call: fake.call,
    callExternal: () => Promise.reject(new TerminalError('unknown-capability', 'No outside tools here.')),
    putEvidence: () => Promise.resolve(`sha256:${'0'.repeat(64)}`),
  };
}

export const stateOf = (kind: StepState['kind'], id: string, input: Record<string, unknown>, more: Partial<StepState>): StepState => ({
  id,
  kind,
  role: 'deploy',
  needs: [],
  when: 'passed',
  input,
  because: 'test',
  status: 'waiting',
  ...more,
});
