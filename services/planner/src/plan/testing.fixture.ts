// Facts for the planner's tests: a repository with two services, and what runs.
import { ReleasePolicy } from '@awo/contracts';
import type { GoalSpec, ReleaseSpec, ServiceModel, ServiceStatus } from '@awo/contracts';
import type { PlanFacts } from './gather.ts';

export const sha = (digit: string) => digit.repeat(40);

export const release = (more: Partial<ReleaseSpec> = {}): GoalSpec & { repo?: string | undefined } => ({
  kind: 'release',
  repo: '/repo',
  revision: 'HEAD',
  environment: 'production',
  strategy: 'auto',
  ...more,
});

export const model = (name: string, dependsOn: string[] = []): ServiceModel => ({
  name,
  unit: `services/${name}`,
  dir: `services/${name}`,
  language: 'node',
  install: [],
  build: [],
  start: ['node', 'main.js'],
  healthPath: '/',
  env: {},
  envFrom: [],
  dependsOn,
  sideBySide: true,
  at: 'package.json:1',
});

export const running = (name: string, revision: string, previous: string | null = null): ServiceStatus => ({
  environment: 'production',
  name,
  repo: '/repo',
  address: 'http://127.0.0.1:1',
  revisions: [{ revision, weight: 100, state: 'ready', pid: 1, port: 1, restarts: 0, startedAt: null }],
  previous,
  sideBySide: true,
});

/** A release of everything, with nothing running. */
export const facts = (more: Partial<PlanFacts> = {}): PlanFacts => ({
  spec: release(),
  problem: null,
  repo: '/repo',
  head: { sha: sha('9'), subject: 'Better search', at: '2026-01-09T00:00:00Z', parent: sha('8') },
  base: null,
  revisions: {},
  model: { services: [model('web', ['cart']), model('cart')], suites: [], environments: ['production', 'staging'], policy: ReleasePolicy.parse({}) },
  running: [],
  busy: [],
  ahead: [],
  ...more,
});
