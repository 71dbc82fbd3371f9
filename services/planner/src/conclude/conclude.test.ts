// decideConclude: one row per way in which a goal can end; what a person must look at comes first.
import type { StepState } from '@awo/contracts';
import { expect, test } from 'vitest';
import { release } from '../plan/testing.fixture.ts';
import { decideConclude } from './conclude.ts';
import type { ConcludeFacts } from './conclude.ts';

type Step = ConcludeFacts['steps'][number];
const step = (kind: StepState['kind'], status: Step['status'], more: Partial<Step> = {}): Step => ({ id: kind, kind, status, ...more });
const state = (more: Partial<ConcludeFacts['state']> = {}): ConcludeFacts['state'] => ({ id: 'g0000000000', spec: release(), ...more });
const halted = (action: 'abort' | 'supersede') => state({ halted: { action, who: 'Ada', because: 'second thoughts' } });
const takeBack = state({ spec: { kind: 'rollback', environment: 'production', repairs: true } });
const badWatch = step('watch-rollout', 'failed', { id: 'watch-cart-5', code: 'error-rate-worse', message: '5 % against 0 %' });

test.each<[title: string, state: ConcludeFacts['state'], steps: Step[], outcome: string, because: string, choice: RegExp]>([
  ['everything promoted', state(), [step('promote', 'passed'), step('promote', 'passed', { id: 'promote-web' })], 'done', 'reached', /2 services promoted/],
  ['repairs that were taken back', takeBack, [step('verify-repair', 'passed')], 'done', 'reached', /it goes without them/],
  [
    'a repair that is still needed, and was put in force again',
    takeBack,
    [step('verify-repair', 'failed', { message: 'slow again' }), step('undo-repair', 'passed', { output: { undone: true } })],
    'rolled-back',
    'rolled-back',
    /slow again/,
  ],
  [
    'a repair that could not be taken back, so that nothing was changed',
    takeBack,
    [step('apply-repair', 'failed', { message: 'the source lags behind' }), step('undo-repair', 'passed', { output: { undone: false } })],
    'failed',
    'step-failed',
    /lags behind/,
  ],
  ['nothing to promote', state(), [step('assess-impact', 'passed')], 'done', 'nothing-changed', /nothing that runs would be different/],
  ['an assessment', state({ spec: { kind: 'assess', revision: 'HEAD' } }), [step('assess-impact', 'passed')], 'done', 'reached', /assess finished/],
  [
    'tests that failed',
    state(),
    [step('run-tests', 'failed', { message: '"adds up" failed' }), step('undo', 'skipped')],
    'stopped',
    'tests-stopped-it',
    /"adds up" failed/,
  ],
  [
    'an audit that found a miss: what was released fails a test',
    state({ spec: { kind: 'test', revision: 'HEAD' } }),
    [step('run-tests', 'failed', { code: 'selection-missed', message: 'left out web' })],
    'needs-human',
    'selection-missed',
    /^left out web$/,
  ],
  ['a rollout that was undone', state(), [badWatch, step('undo', 'passed')], 'rolled-back', 'rolled-back', /watch-cart-5: 5 % against 0 %/],
  [
    'an undo that failed, whatever else happened',
    halted('abort'),
    [badWatch, step('undo', 'failed', { message: 'traffic could not be set' })],
    'needs-human',
    'undo-incomplete',
    /traffic could not be set\. Somebody has to look/,
  ],
  [
    'a step that was tried until nobody had patience',
    state(),
    [step('run-tests', 'failed', { code: 'deliveries-used-up', message: 'tried 30 times' })],
    'needs-human',
    'step-failed',
    /tried 30 times/,
  ],
  [
    'an effect of which nobody knows whether it took place',
    state(),
    [step('start-revision', 'failed', { code: 'outcome-unknown', message: 'unknown' }), step('undo', 'passed')],
    'needs-human',
    'step-failed',
    /unknown/,
  ],
  ['an abort before anything began', halted('abort'), [step('run-tests', 'cancelled')], 'aborted', 'aborted', /Ada stopped it: second thoughts\.$/],
  ['an abort in the middle', halted('abort'), [step('undo', 'passed')], 'aborted', 'aborted', /What had been started was undone/],
  ['a newer release', halted('supersede'), [step('undo', 'skipped')], 'superseded', 'superseded', /took its place/],
  [
    'a step that failed before there was anything to undo',
    state(),
    [step('choose-strategy', 'failed', { message: 'No model.' })],
    'failed',
    'step-failed',
    /No model/,
  ],
  [
    'a diagnosis that failed is no reason of its own',
    state(),
    [badWatch, step('undo', 'passed'), step('diagnose', 'failed', { message: 'no logs' })],
    'rolled-back',
    'rolled-back',
    /watch-cart-5/,
  ],
])('%s', (_title, given, steps, outcome, because, choice) => {
  const decision = decideConclude({ state: given, steps });
  expect(decision).toMatchObject({ outcome, because });
  expect(decision.choice).toMatch(choice);
});
