// remediate: what the goal means, and each way in which it can end.
import { STEP_ROLES } from '@awo/contracts';
import { expect, test } from 'vitest';
import type { ConcludeFacts } from '../conclude/conclude.ts';
import { decideConclude } from '../conclude/conclude.ts';
import { decidePlan } from '../plan/decide.ts';
import { facts, running, sha } from '../plan/testing.fixture.ts';

const spec = { kind: 'remediate' as const, environment: 'production', service: 'cart', symptom: 'slow' };

test('it means the service as it runs now, and disturbs nobody before it repairs', () => {
  const decision = decidePlan(facts({ spec, running: [running('cart', sha('1'))], busy: [{ service: 'cart', goal: 'g1' }].slice(1) }));
  expect(decision).toMatchObject({ because: 'goal-understood', planned: { head: sha('1'), base: sha('1'), targets: [{ service: 'cart' }] } });
});

test.each<[what: string, given: Parameters<typeof facts>[0], said: RegExp]>([
  ['a service that does not run', { running: [running('web', sha('1'))] }, /No service "cart" runs in production\. Known: web/],
  ['an environment where nothing runs', { running: [] }, /Nothing runs in "production"\. Nothing has been released yet/],
])('%s is refused with what is known', (_what, given, said) => {
  expect(decidePlan(facts({ spec, ...given }))).toMatchObject({ because: 'refused', choice: expect.stringMatching(said) });
});

type Step = ConcludeFacts['steps'][number];
const step = (kind: keyof typeof STEP_ROLES, status: Step['status'], more: Partial<Step> = {}): Step => ({ id: kind, kind, status, ...more });
const seen = step('observe-incident', 'passed', { output: { confirmed: true, says: 'slow' } });
const chosen = step('choose-repair', 'passed', { output: { chosen: 'restart cart' } });

test.each<[what: string, steps: Step[], outcome: string, because: string]>([
  ['a repair that held', [seen, chosen, step('verify-repair', 'passed', { output: { says: 'as before' } })], 'done', 'repaired'],
  ['a symptom that had gone', [step('observe-incident', 'passed', { output: { confirmed: false, says: 'as it should be' } })], 'done', 'resolved-by-itself'],
  ['nothing measured', [step('observe-incident', 'passed', { output: { confirmed: null, says: 'nothing is measured' } })], 'needs-human', 'not-repaired'],
  ['nothing in the catalogue', [seen, step('choose-repair', 'passed', { output: { chosen: null, says: 'nothing fits' } })], 'needs-human', 'not-repaired'],
  ['a repair that nobody approved', [seen, chosen, step('admit-repair', 'failed', { message: 'nobody answered' })], 'needs-human', 'not-repaired'],
  [
    'a repair that was taken back',
    [seen, chosen, step('verify-repair', 'failed', { message: 'still slow' }), step('undo-repair', 'passed')],
    'needs-human',
    'not-repaired',
  ],
  [
    'one that could not be taken back',
    [seen, chosen, step('verify-repair', 'failed'), step('undo-repair', 'failed', { message: 'no standby' })],
    'needs-human',
    'undo-incomplete',
  ],
  [
    'one of two faults mended',
    [seen, chosen, step('verify-repair', 'passed', { output: { says: 'cart is well', left: ['web: slow'] } })],
    'needs-human',
    'not-repaired',
  ],
])('%s', (_what, steps, outcome, because) => {
  expect(decideConclude({ state: { id: 'g0000000000', spec }, steps })).toMatchObject({ outcome, because });
});
