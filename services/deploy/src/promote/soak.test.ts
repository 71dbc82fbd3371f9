// soakOf: what a promotion adds to the plan where awo.yaml asks for a soak, and that the last one adds it for all.
import type { GoalState, StepState } from '@awo/contracts';
import { expect, test } from 'vitest';
import { soakOf } from './soak.ts';

const [BASE, HEAD] = ['a'.repeat(40), 'b'.repeat(40)];
const change = (service: string) => ({ service, base: BASE, head: HEAD });
const step = (id: string, kind: StepState['kind'], service: string, more: Partial<StepState> = {}): StepState => ({
  id,
  kind,
  role: 'deploy',
  needs: [],
  when: 'passed',
  because: 'x',
  status: 'passed',
  input: { environment: 'production', change: change(service), weight: 40, concurrent: true, expectedRps: 80 },
  ...more,
});
const goal = (...steps: StepState[]): GoalState => ({
  id: 'g0000000000',
  spec: { kind: 'release', revision: 'HEAD', environment: 'production', strategy: 'auto' },
  source: 'x',
  acceptedAt: '2026-01-01T00:00:00.000Z',
  planVersion: 1,
  steps,
});
const watched = (service: string, soakMs?: number) => step(`watch-${service}`, 'watch-rollout', service, { output: soakMs === undefined ? {} : { soakMs } });
const own = (service: string) => step(`promote-${service}`, 'promote', service, { status: 'dispatched' });

test('a promotion is watched on for as long as was asked for, and what shows late is taken back and explained', () => {
  const edit = soakOf(goal(watched('cart', 60_000), own('cart')), own('cart'), 'production');
  expect(edit?.add).toMatchObject([
    {
      id: 'soak-cart',
      kind: 'watch-rollout',
      role: 'monitor',
      needs: ['promote-cart'],
      input: { soakMs: 60_000, weight: 100, concurrent: false, expectedRps: 80 },
    },
    { id: 'undo-late', kind: 'undo', needs: ['soak-cart'], when: 'failed', input: { changes: [change('cart')] } },
    { id: 'diagnose-late', kind: 'diagnose', needs: ['soak-cart', 'undo-late'], when: 'failed' },
  ]);
});

test('the last promotion of a goal adds the soak of all services, so that they are taken back as one', () => {
  const steps = [watched('cart', 60_000), step('promote-cart', 'promote', 'cart'), watched('web', 60_000), own('web')];
  expect(soakOf(goal(...steps), own('web'), 'production')?.add.map((s) => s.id)).toEqual(['soak-cart', 'soak-web', 'undo-late', 'diagnose-late']);
  const first = [watched('cart', 60_000), own('cart'), step('promote-web', 'promote', 'web', { status: 'waiting' })];
  expect(soakOf(goal(...first), own('cart'), 'production')).toBeUndefined();
});

test('nothing is added where nobody asks for it', () => {
  expect(soakOf(goal(watched('cart'), own('cart')), own('cart'), 'production')).toBeUndefined();
});

test('what could not go back before its promotion does not go back after it either', () => {
  const frozen = [{ service: 'cart', from: 'start', because: 'A migration has run.' }];
  const undo = step('undo', 'undo', 'cart', { status: 'waiting', input: { environment: 'production', changes: [change('cart')], frozen } });
  const edit = soakOf(goal(watched('cart', 60_000), undo, own('cart')), own('cart'), 'production');
  expect(edit?.add.find((s) => s.id === 'undo-late')?.input).toMatchObject({ frozen });
});
