// Where going back would break, nothing goes back by itself: declared before, checked at the undo and at a roll-back, overruled by a person only.
import { describe, expect, test } from 'vitest';
import type { StepHandler, StepResult } from '@awo/agent';
import { STEP_INPUTS, type FrozenService, type PlanStep } from '@awo/contracts';
import { StrategyFacts, chooseForService } from '@awo/strategy';
import { deploy } from './agent.ts';
import { rolloutSteps } from './choose-strategy/rollout-steps.ts';
import { NEW, OLD, changeOf, contextFor, environmentWith, modelOf, serviceWith, stateOf, type Fake } from './testing/environment.ts';
import { wayBackOf } from './way-back.ts';

const agent = deploy(() => Promise.resolve([]));
const n = NEW.slice(0, 7);
const o = OLD.slice(0, 7);

async function run(context: ReturnType<typeof contextFor>): Promise<{ because: string; result: StepResult }> {
  const handler = agent.steps[context.step.kind] as StepHandler;
  const facts = await handler.gather(context);
  const decision = handler.decide(JSON.parse(JSON.stringify(facts)) as unknown);
  return { because: decision.because, result: await handler.act(context, decision, facts) };
}

const canary = (...names: string[]): Fake => environmentWith(names.map((name) => serviceWith(name, [{ weight: 90 }, { revision: NEW, weight: 10 }])));
const began = (kind: PlanStep['kind'], service: string) =>
  stateOf(kind, `${kind}-${service}`, { environment: 'production', change: changeOf(service), weight: 10 }, { status: 'passed' });

/** An undo of these services, after the steps that have begun. */
function undoing(fake: Fake, frozen: FrozenService[], steps: ReturnType<typeof began>[], services: string[] = ['cart']) {
  const context = contextFor(fake, { kind: 'undo', input: { environment: 'production', changes: services.map((s) => changeOf(s)), frozen } });
  context.state.steps.push(...steps);
  return run(context);
}
const frozen = (service: string, from: FrozenService['from']): FrozenService => ({ service, from, because: 'orders.sql drops a column' });

describe('what closes the way back', () => {
  const found = (reversible: 'yes' | 'no' | 'unknown') => ({ reversible, because: 'the analysis' });
  test.each([
    ['a migration of awo.yaml that changes', { migrations: ['db/**/*.sql'] }, ['db/7/orders.sql'], found('yes'), 'start', true],
    ['no migration that stays as it is', { migrations: ['db/**/*.sql'] }, ['src/a.ts'], found('yes'), null, true],
    ['a service that says so', { reversible: false }, [], undefined, 'traffic', true],
    ['the analysis', {}, [], found('no'), 'start', true],
    ['the analysis, of messages that the old one cannot read', {}, [], { ...found('no'), from: 'traffic' }, 'traffic', true],
    [
      'a migration of awo.yaml goes before those: it has run earlier',
      { migrations: ['db/*'] },
      ['db/1.sql'],
      { ...found('no'), from: 'traffic' },
      'start',
      true,
    ],
    ['a person who vouches overrules the analysis', { reversible: true }, [], found('no'), null, true],
    ['what is not understood does not, but is told', {}, [], found('unknown'), null, false],
    ['nothing', {}, [], undefined, null, true],
  ] as const)('%s', (_what, own, files, analysis, frozenFrom, certain) => {
    expect(wayBackOf({ ...own, migrations: 'migrations' in own ? [...own.migrations] : undefined }, files, analysis)).toMatchObject({ frozenFrom, certain });
  });
});

describe('an undo past the point of no return', () => {
  test('touches nothing, keeps the weights, and names the ways out', async () => {
    const fake = canary('cart');
    const { because, result } = await undoing(fake, [frozen('cart', 'traffic')], [began('shift-traffic', 'cart')]);
    expect([because, fake.effects]).toEqual(['roll-back-frozen', []]);
    expect(result).toMatchObject({
      kind: 'failed',
      code: 'roll-back-frozen',
      message: expect.stringMatching(/shift-traffic-cart has passed.*drops a column.*roll forward/),
    });
    expect(result).toMatchObject({ output: { held: [{ service: 'cart', wayOut: expect.arrayContaining([expect.stringContaining(`--ref ${o}`)]) }] } });
  });

  test.each([
    ['the new one has not had traffic yet', 'traffic', [began('start-revision', 'cart')]],
    ['the new one was never started', 'start', []],
    [
      'the new one had nothing but copies',
      'traffic',
      [{ ...began('shift-traffic', 'cart'), input: { environment: 'production', change: changeOf('cart'), weight: 0, copies: true } }],
    ],
  ] as const)('is an ordinary one while %s', async (_what, from, steps) => {
    const fake = canary('cart');
    expect((await undoing(fake, [frozen('cart', from)], [...steps])).because).toBe('rollout-failed');
    expect(fake.effects).toEqual(['weights cart a=100', `stop cart ${n}`]);
  });

  test('counts a start that failed as well: its migration may have run', async () => {
    const start = { ...began('start-revision', 'cart'), status: 'failed' as const };
    expect((await undoing(canary('cart'), [frozen('cart', 'start')], [start])).because).toBe('roll-back-frozen');
  });

  test('takes back callers, and keeps what the held one may rely on', async () => {
    const fake = canary('stock', 'cart', 'web');
    const { result } = await undoing(fake, [frozen('cart', 'traffic')], [began('shift-traffic', 'cart')], ['web', 'cart', 'stock']);
    expect(fake.effects).toEqual(['weights web a=100', `stop web ${n}`]);
    expect(result).toMatchObject({ output: { held: [{ service: 'cart' }, { service: 'stock', because: expect.stringContaining('cart may rely on it') }] } });
  });
});

describe('a roll-back by hand', () => {
  const promoted = (): Fake => {
    const fake = environmentWith(
      [
        serviceWith(
          'cart',
          [
            { revision: NEW, weight: 100 },
            { revision: OLD, state: 'stopped' },
          ],
          OLD,
        ),
      ],
      [modelOf('cart', { reversible: false })],
    );
    return fake;
  };
  const restore = (fake: Fake, emergency?: string) =>
    run(contextFor(fake, { kind: 'restore', input: { environment: 'production', changes: [changeOf('cart')] } }, {}, { kind: 'rollback', emergency }));

  test('to what would break is not done', async () => {
    const fake = promoted();
    const { because, result } = await restore(fake);
    expect([because, fake.effects]).toEqual(['roll-back-frozen', []]);
    expect(result).toMatchObject({ kind: 'failed', code: 'roll-back-frozen', message: expect.stringMatching(/Nothing is touched.*--emergency/) });
  });

  test('is done where a person has made sure, and their word is kept', async () => {
    expect((await restore(promoted(), 'the column is back')).because).toBe('previous-known');
  });

  test('past a migration that the analysis understood is not done either', async () => {
    const fake = environmentWith([
      serviceWith(
        'cart',
        [
          { revision: NEW, weight: 100 },
          { revision: OLD, state: 'stopped' },
        ],
        OLD,
      ),
    ]);
    fake.reversibility = { reversible: 'no', because: 'V7.sql drops orders.total' };
    expect(await restore(fake)).toMatchObject({ because: 'roll-back-frozen', result: { message: expect.stringContaining('V7.sql drops orders.total') } });
  });
});

test('several services are one unit: a failure of the last takes all of them back, callers first, also those promoted long ago', async () => {
  const names = ['web', 'cart', 'stock'];
  const calls: Record<string, string[]> = { web: ['cart'], cart: ['stock'], stock: [] };
  const fake = environmentWith(names.map((name) => serviceWith(name, [{ weight: 100 }])));
  const facts = StrategyFacts.parse({
    environment: 'production',
    wish: 'auto',
    impact: { kind: 'code', risk: 'medium', riskBecause: 'code', services: names },
    policy: { errorBudgetRatio: 0.001, watchDeadlineMs: 300_000, minRequests: 100, alpha: 0.01 },
    gates: [],
    services: names.map((name) => ({
      change: changeOf(name),
      sideBySide: true,
      baseRuns: true,
      dependsOn: calls[name],
      traffic: { service: name, rps: 80, errorRatio: 0 },
    })),
  });
  const steps = rolloutSteps({
    environment: 'production',
    after: 'choose',
    choices: facts.services.map((s) => chooseForService(s, facts, 3)),
    gates: [],
    dependsOn: calls,
    taken: ['choose'],
  });
  const done: ReturnType<typeof stateOf>[] = [];
  for (const step of steps) {
    if (step.kind === 'undo' || step.kind === 'diagnose') continue;
    if (step.id === 'watch-web-10') break;
    const context = contextFor(fake, step);
    context.state.steps.push(...done);
    if (step.kind !== 'watch-rollout') expect((await run(context)).result.kind, step.id).toBe('passed');
    done.push(stateOf(step.kind, step.id, step.input, { status: 'passed' }));
  }
  expect(fake.effects.filter((e) => e.startsWith('start'))).toEqual([`start stock ${n}`, `start cart ${n}`, `start web ${n}`]);
  fake.effects.length = 0;
  const undo = steps.find((s) => s.kind === 'undo');
  expect(STEP_INPUTS.undo.parse(undo?.input).changes.map((c) => c.service)).toEqual(['web', 'cart', 'stock']);
  expect((await run(contextFor(fake, undo as PlanStep))).result.kind).toBe('passed');
  expect(fake.effects).toEqual([
    'weights web a=100',
    `stop web ${n}`,
    `start cart ${o}`,
    'weights cart a=100',
    `stop cart ${n}`,
    `start stock ${o}`,
    'weights stock a=100',
    `stop stock ${n}`,
  ]);
});
