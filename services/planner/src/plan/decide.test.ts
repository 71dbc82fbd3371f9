// decidePlan: one row per reason, and per way in which a goal can be hopeless.
import { ReleasePolicy, REPAIR_INPUTS } from '@awo/contracts';
import { expect, test } from 'vitest';
import { decidePlan } from './decide.ts';
import type { PlanFacts } from './gather.ts';
import { firstPlan } from './steps.ts';
import { facts, model, release, running, sha } from './testing.fixture.ts';

const busy = [{ service: 'cart', goal: 'g0000000001' }];
const policy = (onBusy: 'wait' | 'supersede') => ({ ...facts().model!, policy: ReleasePolicy.parse({ onBusy }) });

const repaired = { ...running('cart', sha('2'), sha('1')), shed: 33 };

test.each<[title: string, facts: Partial<PlanFacts>, because: string, choice: RegExp]>([
  ['a release of everything', {}, 'goal-understood', /release "Better search" \(9{12}\) to production: every service that it changes/],
  ['a release of one service', { spec: release({ service: 'cart' }) }, 'goal-understood', /to production: cart/],
  ['an assessment', { spec: { kind: 'assess', repo: '/repo', revision: 'HEAD' } }, 'goal-understood', /^assess "Better search"/],
  ['a test', { spec: { kind: 'test', repo: '/repo', revision: 'HEAD' } }, 'goal-understood', /^test "Better search"/],
  [
    'a rollback',
    { spec: { kind: 'rollback', environment: 'production' }, running: [running('cart', sha('2'), sha('1'))] },
    'goal-understood',
    /bring back what ran before in production: cart/,
  ],
  [
    'a rollback of repairs, where one is in force',
    { spec: { kind: 'rollback', environment: 'production', repairs: true }, running: [repaired, running('web', sha('2'), sha('1'))] },
    'goal-understood',
    /take back what repairs have left in production: cart$/,
  ],
  ['a release whose service another has in hand waits', { busy }, 'waits-its-turn', /cart is in the hands of g0000000001/],
  ['or takes over, where the goal says so', { busy, spec: release({ onBusy: 'supersede' }) }, 'supersedes-running', /takes the place.*g0000000001/],
  ['or where the repository’s policy says so', { busy, model: policy('supersede') }, 'supersedes-running', /takes the place/],
  ['the goal’s own word counts before the policy', { busy, model: policy('supersede'), spec: release({ onBusy: 'wait' }) }, 'waits-its-turn', /waits/],
  [
    'a release waits for those that came before, also where nobody has the service in hand',
    { ahead: [{ service: 'cart', goal: 'g0000000002' }] },
    'waits-its-turn',
    /g0000000002 came before and waits for cart/,
  ],
  [
    'a rollback waits, because it must not undo what is being done',
    { busy, spec: { kind: 'rollback', environment: 'production' }, running: [running('cart', sha('2'), sha('1'))] },
    'waits-its-turn',
    /waits/,
  ],
])('%s', (_title, more, because, choice) => {
  const decision = decidePlan(facts(more));
  expect(decision.because).toBe(because);
  expect(decision.choice).toMatch(choice);
  expect(decision.refused).toBeNull();
});

test('a rollback of several services takes callers back before those they call, also where one between them stays', () => {
  const calling = (name: string, dependsOn: string[], previous: string | null = sha('1')) => ({ ...running(name, sha('2'), previous), dependsOn });
  const services = [calling('stock', []), calling('cart', ['stock'], null), calling('web', ['cart'])];
  const order = (given: typeof services) =>
    decidePlan(facts({ spec: { kind: 'rollback', environment: 'production' }, running: given })).planned?.targets.map((t) => t.service);
  expect(order(services)).toEqual(['web', 'stock']);
  expect(order(services.toReversed())).toEqual(['web', 'stock']);
});

test.each<[title: string, facts: Partial<PlanFacts>, code: string, said: RegExp]>([
  ['what a tool could not find', { problem: { code: 'unknown-revision', message: 'No revision "v9".' } }, 'unknown-revision', /v9/],
  ['an unknown service', { spec: release({ service: 'crat' }) }, 'unknown-service', /"crat"\. Known: web, cart/],
  ['an unknown environment', { spec: release({ environment: 'moon' }) }, 'unknown-environment', /"moon"\. Known: production, staging.*awo\.yaml/],
  ['a repository without services', { model: { ...facts().model!, services: [] } }, 'not-a-service', /PORT.*awo doctor --repo \/repo/],
  [
    'a service that runs this revision',
    { spec: release({ service: 'cart' }), running: [running('cart', sha('9'))] },
    'already-running',
    /cart already runs 9{12} in production\. Commit a change/,
  ],
  ['services that all run this revision', { running: [running('cart', sha('9')), running('web', sha('9'))] }, 'already-running', /web, cart already run /],
  [
    'a service of another repository',
    { running: [{ ...running('cart', sha('1')), repo: '/other' }] },
    'service-of-another-repository',
    /"cart" in production belongs to \/other/,
  ],
  ['a rollback where nothing runs', { spec: { kind: 'rollback', environment: 'production' } }, 'nothing-running', /Nothing has been released yet/],
  [
    'a rollback of another environment',
    { spec: { kind: 'rollback', environment: 'moon' }, running: [running('cart', sha('1'))] },
    'nothing-running',
    /Something runs in: production/,
  ],
  [
    'a rollback of a service that does not run',
    { spec: { kind: 'rollback', environment: 'production', service: 'crat' }, running: [running('cart', sha('1'))] },
    'unknown-service',
    /"crat" runs in production\. Known: cart/,
  ],
  [
    'a rollback without a revision before',
    { spec: { kind: 'rollback', environment: 'production' }, running: [running('cart', sha('1'))] },
    'no-previous',
    /no earlier revision is known/,
  ],
  [
    'a rollback of repairs where none is in force',
    { spec: { kind: 'rollback', environment: 'production', repairs: true }, running: [running('cart', sha('2'), sha('1'))] },
    'no-previous',
    /cart: no repair is in force in production/,
  ],
])('%s is refused with what is known and what to do', (_title, more, code, said) => {
  const decision = decidePlan(facts(more));
  expect(decision).toMatchObject({ because: 'refused', planned: null, refused: { code, message: expect.stringMatching(said) } });
});

test('what runs already in one service does not stop the release of the others', () => {
  const { planned } = decidePlan(facts({ running: [running('cart', sha('9'))] }));
  expect(planned?.targets).toEqual([{ service: 'web', base: null, head: sha('9') }]);
});

test('a service comes after those it calls, and a cycle does not hang the planner', () => {
  expect(decidePlan(facts()).planned?.targets.map((t) => t.service)).toEqual(['cart', 'web']);
  const cycle = { ...facts().model!, services: [model('a', ['b']), model('b', ['c']), model('c', ['a'])] };
  expect(
    decidePlan(facts({ model: cycle }))
      .planned?.targets.map((t) => t.service)
      .toSorted(),
  ).toEqual(['a', 'b', 'c']);
});

test('the change is compared with the oldest revision that runs, so that nothing in between is missed', () => {
  const decision = decidePlan(
    facts({
      running: [running('cart', sha('2')), running('web', sha('1'))],
      revisions: { [sha('1')]: '2026-01-01T00:00:00Z', [sha('2')]: '2026-01-02T00:00:00Z' },
    }),
  );
  expect(decision.planned).toMatchObject({
    base: sha('1'),
    targets: [
      { service: 'cart', base: sha('2') },
      { service: 'web', base: sha('1') },
    ],
  });
});

test('a running revision that the repository no longer has is no base: everything counts as new', () => {
  expect(decidePlan(facts({ spec: release({ service: 'cart' }), running: [running('cart', sha('7'))] })).planned?.base).toBeNull();
});

test('test and assess compare with the parent, or with what was named', () => {
  const spec = { kind: 'test' as const, repo: '/repo', revision: 'HEAD' };
  expect(decidePlan(facts({ spec })).planned).toMatchObject({ base: sha('8'), environment: null, targets: [] });
  expect(decidePlan(facts({ spec, base: sha('5') })).planned?.base).toBe(sha('5'));
});

test('repairs are taken back one after the other, each verified, and put in force again where it does not go without', () => {
  const file = (digest: string) => ({ env: {}, files: [{ path: '/told', digest }] });
  const both = { ...repaired, configuration: file('b'), configurationsBefore: [{ until: '2026-01-01T00:00:00Z', configuration: file('a'), byRepair: true }] };
  const spec = { kind: 'rollback' as const, environment: 'production', repairs: true };
  const { planned } = decidePlan(facts({ spec, running: [both] }));
  const steps = firstPlan(spec, planned!, [], [both]);
  expect(steps.map((s) => [s.id, s.needs, s.when])).toEqual([
    ['apply-repair-1', ['plan'], 'passed'],
    ['verify-repair-1', ['apply-repair-1'], 'passed'],
    ['undo-repair-1', ['apply-repair-1', 'verify-repair-1'], 'failed'],
    ['apply-repair-2', ['verify-repair-1'], 'passed'],
    ['verify-repair-2', ['apply-repair-2'], 'passed'],
    ['undo-repair-2', ['apply-repair-2', 'verify-repair-2'], 'failed'],
  ]);
  expect(steps.filter((s) => s.kind === 'apply-repair').map((s) => REPAIR_INPUTS['apply-repair'].parse(s.input).repair.act)).toEqual([
    { do: 'configure', configuration: file('a') },
    { do: 'shed', share: 0 },
  ]);
});
