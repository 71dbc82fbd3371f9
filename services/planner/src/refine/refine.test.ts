// decideRefine and the plan's edit: what the change does not touch leaves the plan, each with its reason.
import type { StepContext } from '@awo/agent';
import type { Bus, WriteRequest } from '@awo/bus';
import type { AuditRecord, Event, ImpactAssessed, Planned } from '@awo/contracts';
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

test.each<[title: string, more: Partial<RefineFacts>, narrow: string[]]>([
  ['a suite of which few files see the change need not run whole', {}, ['services/cart']],
  ['where the selection is widened, nothing is left out of a suite either', { planned: { ...planned, audit: { share: 0.1, bound: 0.05, strict: true } } }, []],
  ['what is not selected is not narrowed', { impact: impact({ suites: [], narrow: [{ suite: 'services/cart', files: ['a'], of: 9 }] }) }, []],
])('%s', (_title, more, narrow) => {
  const given = facts({ impact: impact({ narrow: [{ suite: 'services/cart', files: ['services/cart/a.test.js'], of: 9 }] }), ...more });
  expect(decideRefine(given).narrow.map(({ suite }) => suite)).toEqual(narrow);
});

const edit = async (more: Partial<RefineFacts> = {}) => {
  const given = facts(more);
  const context = { state: { id: 'g0000000000', spec: given.spec }, now: () => new Date(0) } as unknown as StepContext;
  const begun: Event[] = [];
  const write = async ({ events }: WriteRequest) => void begun.push(...(events(null, 0) ?? []));
  const result = await refinePlan({ write } as unknown as Bus).act(context, decideRefine(given), given);
  return result.kind === 'passed' ? { ...result.plan!, begun } : null;
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

test('of which files of a suite alone see the change, the plan says how many', async () => {
  const narrow = [{ suite: 'services/cart', files: ['services/cart/a.test.js'], of: 9 }];
  const plan = await edit({ impact: impact({ narrow }) });
  expect(plan?.add[0]?.input).toEqual({ suites: ['services/cart'], narrow });
  expect(plan?.changes).toContainEqual({ change: 'kept', step: 'tests services/cart', because: 'cart.ts changed; 1 of its 9 test files see it' });
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

const missedOne: AuditRecord = {
  of: 'g1',
  base: sha('1'),
  leftOut: 3,
  probability: 0.1,
  seed: 'g1',
  goal: 'g2',
  head: sha('2'),
  at: '2026-01-01T00:00:00Z',
  audited: ['services/web'],
  missed: [{ suite: 'services/web', failing: 'pages fails' }],
  failedBefore: [],
};

test('after a miss nothing is left out, and both the decision and the plan say why', async () => {
  const given = { every: ['services/cart', 'services/web'], audits: [missedOne] };
  const decision = decideRefine(facts(given));
  expect(decision).toMatchObject({ because: 'misses-measured-so-wider', suites: ['services/cart', 'services/web'], widened: ['services/web'] });
  expect(decision.choice).toMatch(/1 of 1 missed, at most 100 % at 95 %: more than the bound of 5 % allows/);
  const plan = await edit(given);
  expect(plan?.add[0]?.input).toEqual({ suites: ['services/cart', 'services/web'], widened: ['services/web'] });
  expect(plan?.changes).toContainEqual({ change: 'kept', step: 'tests services/web', because: expect.stringContaining('1 of 1 missed') });
  expect(plan?.changes.some((c) => c.change === 'removed' && c.step === 'tests services/web')).toBe(false);
});

test('a bound that the repository allows, or audits enough without another miss, end it', () => {
  const loose = { ...planned, audit: { share: 0.1, bound: 1, strict: false } };
  expect(decideRefine(facts({ every: ['services/web'], audits: [missedOne], planned: loose })).widened).toEqual([]);
  const clean = Array.from({ length: 100 }, () => ({ ...missedOne, missed: [] }));
  expect(decideRefine(facts({ every: ['services/web'], audits: [missedOne, ...clean] })).widened).toEqual([]);
});

test('a release that runs no test is audited too, because what it leaves out is everything', async () => {
  const always = { ...planned, audit: { share: 1, bound: 0.05, strict: false } };
  const plan = await edit({ impact: impact({ suites: [] }), every: ['services/cart', 'services/web'], planned: always });
  expect(plan?.begun).toMatchObject([
    {
      type: 'goal.accepted',
      spec: { revision: sha('2'), audit: { of: 'g0000000000', leftOut: 2, probability: 1, suites: ['services/cart', 'services/web'] } },
    },
  ]);
  expect((await edit({ every: ['services/cart'], planned: always }))?.begun).toEqual([]);
});
