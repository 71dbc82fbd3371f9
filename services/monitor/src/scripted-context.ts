// A step context for tests: capabilities answer from a table, and every answer must fit its contract.
import type { StepContext } from '@awo/agent';
import { ReleasePolicy, type Capability, type GoalState, type StepKind, type StepState } from '@awo/contracts';

export const BASE = 'a'.repeat(40);
export const HEAD = 'b'.repeat(40);
export const NOW = new Date('2026-01-01T12:00:00.000Z');

export const step = (kind: StepKind, id: string, extra: Partial<StepState> = {}): StepState => ({
  id,
  kind,
  role: 'monitor',
  needs: [],
  when: 'passed',
  input: {},
  because: 'a test',
  status: 'passed',
  ...extra,
});

export const planStep = step('plan', 'plan', {
  role: 'planner',
  output: { repo: '/repo', head: HEAD, subject: 'a change', base: BASE, environment: 'production', targets: [] },
});

const goalState = (steps: StepState[], strategy: 'auto' | 'full' = 'auto'): GoalState => ({
  id: 'g0000000000',
  spec: { kind: 'release', revision: 'HEAD', environment: 'production', strategy },
  source: 'test',
  acceptedAt: NOW.toISOString(),
  planVersion: 1,
  steps,
});

export const repoModel = (policy: Parameters<typeof ReleasePolicy.parse>[0] & object = {}) => ({
  units: [],
  services: [],
  suites: [],
  environments: ['production'],
  policy: ReleasePolicy.parse(policy),
  findings: [],
});

/** Answers per capability name: a value, or a function of the arguments that may throw. */
export type Answers = Record<string, unknown>;

export function scriptedContext(own: StepState, others: StepState[], answers: Answers, extra: Partial<StepContext> = {}): StepContext & { asked: string[] } {
  const asked: string[] = [];
  const answer = (name: string, args: unknown): unknown => {
    asked.push(name);
    const known = answers[name];
    if (known === undefined) throw new Error(`The test has no answer for ${name}.`);
    return typeof known === 'function' ? (known as (args: unknown) => unknown)(args) : known;
  };
  return {
    asked,
    goal: 'g0000000000',
    state: goalState([...others, own]),
    step: own,
    fence: 1,
    memo: undefined,
    looks: 0,
    now: () => NOW,
    signal: new AbortController().signal,
    call: (async (capability: Capability, args: unknown) =>
      capability.output.parse(answer(capability.name, capability.input.parse(args)))) as StepContext['call'],
    callExternal: async (server, tool, args) => answer(`x.${server}.${tool}`, args) as Record<string, unknown>,
    putEvidence: async () => `sha256:${'0'.repeat(64)}`,
    ...extra,
  };
}
