// Each step against an environment: what it does, that doing it again changes nothing, and that a kill in the middle is made good.
import { afterEach, describe, expect, test } from 'vitest';
import { STEP_INPUTS, TerminalError, type ReleaseOutcome, type StepKind } from '@awo/contracts';
import type { StepContext, StepHandler, StepResult } from '@awo/agent';
import { deploy } from './agent.ts';
import { NEW, OLD, changeOf, contextFor, environmentWith, modelOf, serviceWith, stateOf, type Fake } from './testing/environment.ts';
import { outcomeOf } from './testing/outcome.ts';

const cart = changeOf('cart');
const both = { environment: 'production', changes: [cart] };
const one = { environment: 'production', change: cart };
const n = NEW.slice(0, 7);
const o = OLD.slice(0, 7);

/** How earlier releases went, as HISTORY would tell. */
let past: ReleaseOutcome[] = [];
afterEach(() => void (past = []));

async function run(context: StepContext): Promise<{ result: StepResult; because: string; choice: string }> {
  const handler = deploy(() => Promise.resolve(past)).steps[context.step.kind] as StepHandler;
  const facts = await handler.gather(context);
  // Facts are stored as JSON: what is lost on the way would be lost in a replay.
  const decision = handler.decide(JSON.parse(JSON.stringify(facts)) as unknown);
  return { result: await handler.act(context, decision, facts), because: decision.because, choice: decision.choice };
}

const step = (fake: Fake, kind: StepKind, input: Record<string, unknown>, outputs = {}) => run(contextFor(fake, { kind, input }, outputs));

const running = (head: object | null, base: object = { weight: 100 }): Fake =>
  environmentWith([serviceWith('cart', [base, ...(head ? [{ revision: NEW, ...head }] : [])])]);

const assessed = (kind: string, risk: string, services: string[]): object => ({
  base: OLD,
  head: NEW,
  kind,
  units: [],
  services,
  suites: [],
  dropped: [],
  risk,
  riskBecause: kind,
  fallback: null,
  filesChanged: 1,
  linesChanged: 3,
});

describe('choose-strategy', () => {
  test('adds the rollout to the plan by what the earlier steps found', async () => {
    const fake = running(null);
    const outputs = {
      'assess-impact': assessed('code', 'medium', ['cart']),
      'judge-health': { healthy: true, services: [{ service: 'cart', rps: 80, errorRatio: 0 }] },
    };
    const { result, because } = await step(fake, 'choose-strategy', { ...both, wish: 'auto' }, outputs);
    expect(because).toBe('risk-needs-canary');
    expect(result).toMatchObject({ kind: 'passed', output: { rollouts: [{ service: 'cart', strategy: 'canary', weights: [10, 50] }] } });
    expect(result.kind === 'passed' && result.plan?.changes.length).toBe(8);
  });

  test('passes with nothing added where no running code differs', async () => {
    const outputs = {
      'assess-impact': assessed('docs', 'low', []),
      'judge-health': { services: [{ service: 'cart', rps: 80, errorRatio: 0 }] },
    };
    const { result, because } = await step(running(null), 'choose-strategy', { ...both, wish: 'auto' }, outputs);
    expect(because).toBe('nothing-to-deploy');
    expect(result).toMatchObject({ kind: 'passed', output: { rollouts: [] }, plan: { add: [] } });
  });
});

describe('choose-strategy before anything begins', () => {
  const outputs = { 'assess-impact': assessed('code', 'medium', ['cart']), 'judge-health': { services: [{ service: 'cart', rps: 80, errorRatio: 0 }] } };
  const choosing = (fake: Fake, spec: object = { kind: 'release', repo: '/r' }) =>
    contextFor(fake, { kind: 'choose-strategy', input: { ...both, wish: 'auto' } }, outputs, spec);
  const frozenFor = (minutes: number): Fake => {
    const fake = running(null);
    const clock = (at: string) => at.slice(11, 16);
    const end = new Date(Date.parse('2026-10-01T09:00:00.000Z') + minutes * 60_000).toISOString();
    fake.model = { ...fake.model, policy: { ...fake.model.policy, freeze: [{ from: '08:00', to: clock(end), zone: 'UTC', reason: 'the stocktaking' }] } };
    return fake;
  };

  test('waits for the end of a freeze, and remembers since when', async () => {
    const context = choosing(frozenFor(2));
    const { result } = await run(context);
    expect(result).toMatchObject({ kind: 'wait', afterMs: 120_000, memo: { since: '2026-10-01T09:00:00.000Z' } });
    const late = { ...context, memo: { since: '2026-10-01T08:54:00.000Z' } };
    expect(await run(late)).toMatchObject({ because: 'held-too-long', result: { kind: 'failed', code: 'held-too-long' } });
  });

  test('fails at once in a long one, and goes out in an emergency', async () => {
    expect((await run(choosing(frozenFor(60)))).result).toMatchObject({
      kind: 'failed',
      code: 'in-freeze',
      message: expect.stringContaining('the stocktaking'),
    });
    expect((await run(choosing(frozenFor(60), { kind: 'release', repo: '/r', emergency: 'prices are wrong' }))).result.kind).toBe('passed');
  });

  test('of a dry run gives the steps as its result and changes no plan', async () => {
    const { result } = await run(choosing(running(null), { kind: 'release', repo: '/r', dryRun: true }));
    expect(result).toMatchObject({
      kind: 'passed',
      output: { steps: expect.arrayContaining([{ id: 'watch-cart-10', kind: 'watch-rollout', because: expect.any(String) }]) },
    });
    expect(result).not.toHaveProperty('plan');
  });

  test('of a revision that was good here lately takes the fast track, unless it was undone since', async () => {
    past = [outcomeOf('promoted', '2026-09-29T09:00:00.000Z')];
    expect((await run(choosing(running(null)))).because).toBe('known-good-fast-track');
    past = [...past, outcomeOf('undone', '2026-09-30T09:00:00.000Z')];
    expect((await run(choosing(running(null)))).because).toBe('risk-needs-canary');
    past = [outcomeOf('promoted', '2026-08-29T09:00:00.000Z')];
    expect((await run(choosing(running(null)))).because).toBe('risk-needs-canary');
  });
});

describe('start-revision', () => {
  test('starts the new one without traffic, and a second time finds it running', async () => {
    const fake = running(null);
    expect((await step(fake, 'start-revision', one)).because).toBe('healthy-at-start');
    expect((await step(fake, 'start-revision', one)).because).toBe('already-running');
    expect(fake.effects).toEqual([`start cart ${n}`]);
  });

  test.each([
    ['unhealthy', 'never-healthy'],
    ['install-failed', 'could-not-start'],
  ] as const)('fails with the code of the tool: %s', async (code, because) => {
    const fake = running(null);
    fake.failAt = { effect: `start cart ${n}`, error: new TerminalError(code, 'It does not start.') };
    const done = await step(fake, 'start-revision', one);
    expect(done.because).toBe(because);
    expect(done.result).toMatchObject({ kind: 'failed', code, message: 'It does not start.' });
  });

  test.each([
    [true, /as young as it runs beside it/],
    [false, /control did not start/],
  ] as const)('says whether the control started that a canary asks for: %s', async (controls, told) => {
    const fake = running(null);
    fake.controls = controls;
    const done = await step(fake, 'start-revision', { ...one, control: true });
    expect(done.because).toBe('healthy-at-start');
    expect(done.choice).toMatch(told);
    expect((await step(running(null), 'start-revision', one)).choice).not.toMatch(told);
  });

  test('fails where the revision has no such service, naming those it has', async () => {
    const fake = environmentWith([serviceWith('cart', [{ weight: 100 }])], [modelOf('web')]);
    expect((await step(fake, 'start-revision', one)).result).toMatchObject({
      kind: 'failed',
      code: 'unknown-service',
      message: expect.stringContaining('It has: web'),
    });
  });
});

describe('shift-traffic', () => {
  test('gives the new one its share and the old one the rest', async () => {
    const fake = running({});
    expect((await step(fake, 'shift-traffic', { ...one, weight: 10 })).because).toBe('next-step');
    expect(fake.effects).toEqual(['weights cart b=10 a=90']);
  });

  test('gives the new one copies alone where the plan says so: the old one serves everybody', async () => {
    const fake = running({});
    expect((await step(fake, 'shift-traffic', { ...one, weight: 0, copies: true })).because).toBe('copies-first');
    expect(fake.effects).toEqual(['weights cart b=0 a=100, copies b=100']);
  });

  test('switches everything at once where the plan says so', async () => {
    const fake = running({});
    expect((await step(fake, 'shift-traffic', { ...one, weight: 100 })).because).toBe('switch-at-once');
    expect(fake.effects).toEqual(['weights cart b=100']);
  });

  test('gives no customers to a revision that is not ready', async () => {
    const fake = running({ state: 'crashed' });
    expect(await step(fake, 'shift-traffic', { ...one, weight: 10 })).toMatchObject({ because: 'not-ready', result: { kind: 'failed', code: 'unhealthy' } });
    expect(fake.effects).toEqual([]);
  });
});

describe('promote', () => {
  test('gives all traffic to the new one and stops the old one; once more changes nothing', async () => {
    const fake = running({ weight: 40 }, { weight: 60 });
    expect((await step(fake, 'promote', one)).because).toBe('every-step-passed');
    await step(fake, 'promote', one);
    expect(fake.effects).toEqual(['weights cart b=100', `stop cart ${o}`]);
  });

  test('goes on where a kill between the two calls has left it', async () => {
    const fake = running({ weight: 40 }, { weight: 60 });
    fake.failAt = { effect: `stop cart ${o}`, error: new Error('killed') };
    await expect(step(fake, 'promote', one)).rejects.toThrow('killed');
    await step(fake, 'promote', one);
    expect(fake.effects).toEqual(['weights cart b=100', `stop cart ${o}`]);
  });

  test('is refused while a step of the service has not passed', async () => {
    const fake = running({ weight: 40 }, { weight: 60 });
    const context = contextFor(fake, { kind: 'promote', input: one });
    context.state.steps.push(
      stateOf('watch-rollout', 'watch-cart-40', STEP_INPUTS['watch-rollout'].parse({ ...one, weight: 40, concurrent: true, expectedRps: null }), {
        status: 'dispatched',
      }),
    );
    expect(await run(context)).toMatchObject({ because: 'not-ready', result: { kind: 'failed' } });
    expect(fake.effects).toEqual([]);
  });
});

describe('undo', () => {
  test('of a canary gives the traffic back and stops the new one', async () => {
    const fake = running({ weight: 10 }, { weight: 90 });
    expect(await step(fake, 'undo', both)).toMatchObject({ because: 'rollout-failed', result: { kind: 'passed' } });
    expect(fake.effects).toEqual(['weights cart a=100', `stop cart ${n}`]);
    expect((await step(fake, 'undo', both)).because).toBe('already-undone');
  });

  test('starts the old one again where it was stopped already', async () => {
    const fake = running({ weight: 100 }, { weight: 0, state: 'stopped' });
    await step(fake, 'undo', both);
    expect(fake.effects).toEqual([`start cart ${o}`, 'weights cart a=100', `stop cart ${n}`]);
  });

  test('of a first release stops it, as nothing ran before', async () => {
    const fake = environmentWith([serviceWith('cart', [{ revision: NEW, weight: 100 }])]);
    await step(fake, 'undo', { environment: 'production', changes: [changeOf('cart', null)] });
    expect(fake.effects).toEqual([`stop cart ${n}`]);
  });

  test('has nothing to do where the new one was never started', async () => {
    expect((await step(running(null), 'undo', both)).because).toBe('already-undone');
  });

  test('has a gap where the two must not run together: stop, then start', async () => {
    const fake = running({ weight: 0 }, { weight: 100, state: 'stopped' });
    for (const service of fake.services) service.sideBySide = false;
    await step(fake, 'undo', both);
    expect(fake.effects).toEqual([`stop cart ${n}`, `start cart ${o}`, 'weights cart a=100']);
  });

  test('of several services goes on after one that could not be taken back, and says which is left', async () => {
    const fake = environmentWith(['cart', 'web'].map((name) => serviceWith(name, [{ weight: 90 }, { revision: NEW, weight: 10 }])));
    fake.failAt = { effect: 'weights web a=100', error: new TerminalError('tool-failed', 'The edge is gone.') };
    const { result } = await step(fake, 'undo', { environment: 'production', changes: [changeOf('web'), cart] });
    expect(result).toMatchObject({ kind: 'failed', output: { left: [{ service: 'web' }] }, message: expect.stringContaining('The edge is gone.') });
    expect(fake.effects).toEqual(['weights cart a=100', `stop cart ${n}`]);
  });

  test('at any point of being killed ends in the same state', async () => {
    for (const effect of [`start cart ${o}`, 'weights cart a=100', `stop cart ${n}`]) {
      const fake = running({ weight: 100 }, { weight: 0, state: 'stopped' });
      fake.failAt = { effect, error: new Error('killed') };
      await expect(step(fake, 'undo', both)).rejects.toThrow('killed');
      await step(fake, 'undo', both);
      expect(fake.effects).toEqual([`start cart ${o}`, 'weights cart a=100', `stop cart ${n}`]);
    }
  });
});

describe('restore', () => {
  const restorable = (): Fake =>
    environmentWith([
      serviceWith(
        'cart',
        [
          { revision: NEW, weight: 100 },
          { revision: OLD, state: 'stopped' },
        ],
        OLD,
      ),
    ]);

  test('writes down what to go back to before anything moves, as "previous" turns round with the traffic', async () => {
    const fake = restorable();
    const { result, because } = await step(fake, 'restore', both);
    expect([because, result.kind, fake.effects]).toEqual(['previous-known', 'wait', []]);
    const memo = result.kind === 'wait' ? (result.memo as Record<string, unknown>) : undefined;
    const context = { ...contextFor(fake, { kind: 'restore', input: both }), memo };
    expect((await run(context)).result).toMatchObject({ kind: 'passed', output: { restored: [{ service: 'cart', from: NEW, to: OLD }] } });
    for (const service of fake.services) service.previous = NEW;
    await run(context);
    expect(fake.services[0]?.revisions).toMatchObject([{ state: 'stopped' }, { weight: 100, state: 'ready' }]);
  });

  test('fails where nothing ran before', async () => {
    const fake = environmentWith([serviceWith('cart', [{ revision: NEW, weight: 100 }])]);
    expect(await step(fake, 'restore', both)).toMatchObject({ because: 'no-previous', result: { kind: 'failed', code: 'no-previous' } });
  });
});
