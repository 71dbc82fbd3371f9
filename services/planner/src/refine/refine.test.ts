// decideRefine and the plan's edit: what the change does not touch leaves the plan, each with its reason.
import type { StepContext } from '@awo/agent';
import type { ImpactAssessed, Planned } from '@awo/contracts';
import { expect, test } from 'vitest';
import { release, sha } from '../plan/testing.fixture.ts';
import { decideRefine, refinePlan } from './refine.ts';
import type { RefineFacts } from './refine.ts';

const impact = (more: Partial<ImpactAssessed> = {}): ImpactAssessed => ({
  base: sha('1'),
  head: sha('2'),
  kind: 'code',
  units: [{ id: 'services/cart', change: 'direct', because: 'cart.ts changed' }],
  services: ['cart'],
  suites: ['services/cart'],
  dropped: [{ suite: 'services/web', because: 'nothing of it is reached' }],
  risk: 'medium',
  riskBecause: 'code changed',
  fallback: null,
  filesChanged: 1,
  linesChanged: 3,
  ...more,
});
const change = (service: string) => ({ service, base: sha('1'), head: sha('2') });
const planned: Planned = {
  repo: '/repo',
  head: sha('2'),
  subject: 'Better',
  base: sha('1'),
  environment: 'production',
  targets: [change('cart'), change('web')],
};
const waiting = ['run-tests', 'judge-health', 'choose-strategy'].map((id) => ({ id, status: 'waiting' as const }));
const facts = (more: Partial<RefineFacts> = {}): RefineFacts => ({ spec: release(), impact: impact(), planned, steps: waiting, ...more });

test.each<[title: string, facts: Partial<RefineFacts>, because: string, choice: RegExp]>([
  ['a change whose reach is known', {}, 'scope-known', /^test services\/cart, then release cart$/],
  [
    'a change whose reach is not',
    { impact: impact({ fallback: 'x.bin is of no known kind' }) },
    'scope-unknown-so-wider',
    /wider than needed, perhaps: x\.bin/,
  ],
  ['a change that no running service would notice', { impact: impact({ kind: 'docs', services: [] }) }, 'nothing-to-do', /nothing is released/],
  [
    'a test goal runs its tests and releases nothing',
    { spec: { kind: 'test', repo: '/repo', revision: 'HEAD' }, planned: { ...planned, targets: [], environment: null } },
    'scope-known',
    /^test services\/cart$/,
  ],
  ['a release that reaches no test', { impact: impact({ suites: [] }) }, 'scope-known', /^nothing to test, then release cart$/],
])('%s', (_title, more, because, choice) => {
  const decision = decideRefine(facts(more));
  expect(decision.because).toBe(because);
  expect(decision.choice).toMatch(choice);
  expect(decision.alternatives).toContainEqual({ kind: 'test services/web', rejectedBecause: 'nothing of it is reached' });
});

const edit = async (more: Partial<RefineFacts> = {}) => {
  const given = facts(more);
  const context = { state: { spec: given.spec } } as unknown as StepContext;
  const result = await refinePlan.act(context, decideRefine(given), given);
  return result.kind === 'passed' ? result.plan! : null;
};

test('only what changes is tested and released, and what is left out is said with its reason', async () => {
  const plan = await edit();
  expect(plan?.add.map((s) => [s.id, s.input.suites ?? (s.input.changes as { service: string }[]).map((c) => c.service)])).toEqual([
    ['run-tests', ['services/cart']],
    ['judge-health', ['cart']],
    ['choose-strategy', ['cart']],
  ]);
  expect(plan?.changes).toContainEqual({ change: 'removed', step: 'tests services/web', because: 'nothing of it is reached' });
  expect(plan?.changes).toContainEqual({ change: 'removed', step: 'release web', because: expect.stringMatching(/does not reach its code/) });
});

test('without tests to run the release does not wait for any', async () => {
  const plan = await edit({ impact: impact({ suites: [] }) });
  expect(plan?.remove).toEqual(['run-tests']);
  expect(plan?.add.find((s) => s.id === 'choose-strategy')?.needs).toEqual(['judge-health']);
});

test('where nothing would change nothing is done', async () => {
  const plan = await edit({ impact: impact({ services: [], suites: [] }) });
  expect(plan?.add).toEqual([]);
  expect(plan?.remove.toSorted()).toEqual(['choose-strategy', 'judge-health', 'run-tests']);
});
