// What keeps a release from beginning: held while that can help, given up safely where it cannot, overruled by a person on the record.
import { describe, expect, test } from 'vitest';
import { decideStrategy } from './decide.ts';
import { withChanges } from './whatif.ts';
import { NOON, steady, usual, withCart, withPolicy } from './facts.fixture.ts';

const freeze = (to: string) => [{ from: 'wed 11:00', to, zone: 'UTC', reason: 'the stocktaking' }];
const burning = steady(120, 0, 80, 0.03);

describe('a freeze', () => {
  test('that ends soon is waited for, to the moment', () => {
    expect(decideStrategy(withPolicy({ freeze: freeze('wed 12:02') }))).toMatchObject({ because: 'in-freeze', holdMs: 120_000, refused: null, rollouts: [] });
  });

  test('that ends after the deadline is not waited for', () => {
    const { because, holdMs, refused } = decideStrategy(withPolicy({ freeze: freeze('wed 18:00') }));
    expect([because, holdMs]).toEqual(['in-freeze', null]);
    expect(refused).toMatchObject({ code: 'in-freeze', message: expect.stringMatching(/until 2026-10-14T18:00Z: the stocktaking .*--emergency/) });
  });

  test('is overruled by an emergency, which stands in the decision', () => {
    const decision = decideStrategy({ ...withPolicy({ freeze: freeze('wed 18:00') }), emergency: 'prices are wrong' });
    expect(decision).toMatchObject({ because: 'risk-needs-canary', figures: { emergency: 'prices are wrong' } });
    expect(decision.checks).toContainEqual(expect.objectContaining({ name: 'no-freeze', passed: false, detail: expect.stringContaining('prices are wrong') }));
  });

  test('is told of by a dry run, which decides all the same', () => {
    const decision = decideStrategy({ ...withPolicy({ freeze: freeze('wed 18:00') }), dryRun: true });
    expect(decision.choice).toMatch(/would be held now: .*stocktaking.* canary at 10, 50 %/);
    expect(decision.rollouts).toHaveLength(1);
  });
});

describe('an environment that burns its budget', () => {
  test('holds a release, which is not blamed', () => {
    expect(decideStrategy(withCart({ past: burning }))).toMatchObject({
      because: 'burning-too-fast',
      holdMs: 5000,
      choice: expect.stringContaining('before anything was changed'),
    });
  });

  test('lets a repair in that is asked for directly', () => {
    expect(decideStrategy(withCart({ past: burning }, { wish: 'full', askedDirect: true })).because).toBe('asked-for');
  });

  test('holds one that goes out directly because awo.yaml always wants it so: nobody has said that it repairs anything', () => {
    const always = withCart({ past: burning }, { wish: 'full', askedDirect: false });
    expect(decideStrategy(always).because).toBe('burning-too-fast');
    expect(decideStrategy(withChanges(always, { strategy: 'full' })).because).toBe('asked-for');
  });

  test('lets in what an older version recorded as wished for, as it did then', () => {
    expect(decideStrategy(withCart({ past: burning }, { wish: 'full' })).because).toBe('asked-for');
  });

  test('is given up on at the deadline, with nothing touched', () => {
    const { because, refused, rollouts } = decideStrategy(withCart({ past: burning }, { heldMs: 300_000 }));
    expect([because, rollouts]).toEqual(['held-too-long', []]);
    expect(refused?.message).toMatch(/Given up after 300 s, with nothing touched/);
  });
});

test('without room for two nothing starts, emergency or not: the machine would take both down', () => {
  const capacity = { memoryFreeBytes: 1e8, memoryOfBaseBytes: 1e8, load1: 0, cores: 2 };
  expect(decideStrategy(withCart({ capacity }, { emergency: 'now' })).because).toBe('no-room-for-two');
  expect(decideStrategy(withCart({ capacity, sideBySide: false })).because).toBe('cannot-run-side-by-side');
});

test('a way back that closes is told before, in the checks and in what the undo is told', () => {
  const decision = decideStrategy(withCart({ wayBack: { frozenFrom: 'start', certain: true, because: 'orders.sql drops a column' } }));
  expect(decision.frozen).toEqual([{ service: 'cart', from: 'start', because: 'orders.sql drops a column' }]);
  expect(decision.checks).toContainEqual({ name: 'way-back', passed: false, detail: 'orders.sql drops a column' });
  expect(decision.choice).toMatch(/no way back/);
});

test('a low risk without a way back does not go out to everyone at once', () => {
  const impact = { ...usual.impact!, risk: 'low' as const };
  expect(decideStrategy({ ...usual, impact }).rollouts[0]?.strategy).toBe('full');
  expect(decideStrategy(withCart({ wayBack: { frozenFrom: 'traffic', certain: true, because: 'x' } }, { impact })).rollouts[0]?.strategy).toBe('canary');
});

test('a service whose medium releases were all good for long goes out directly, and one whose low ones were bad does not', () => {
  const good = [{ service: 'cart', risk: 'medium' as const, releases: 200, defects: 0 }];
  expect(decideStrategy({ ...usual, history: good }).rollouts[0]?.strategy).toBe('full');
  const bad = [{ service: 'cart', risk: 'low' as const, releases: 20, defects: 4 }];
  expect(decideStrategy({ ...usual, impact: { ...usual.impact!, risk: 'low' }, history: bad }).rollouts[0]?.strategy).toBe('canary');
});

test('facts recorded before all this are decided as before', () =>
  expect(decideStrategy({ ...usual, at: null }).because).toBe(decideStrategy({ ...usual, at: NOON }).because));
