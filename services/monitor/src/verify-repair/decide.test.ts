// decideVerification: one row per way in which a repair is judged.
import { Repair } from '@awo/contracts';
import { expect, test } from 'vitest';
import { collectedOf, NOW } from '../vitals/testing.fixture.ts';
import { decideVerification } from './decide.ts';
import type { VerifyFacts } from './gather.ts';

const repair = Repair.parse({
  kind: 'restart',
  service: 'back',
  revision: 'a'.repeat(40),
  act: { do: 'restart', launch: 'x' },
  undo: null,
  because: 'b',
  cause: 'hang',
  entity: 'back',
  confidence: 0.9,
});
const services = ['front', 'back', 'other'];
const facts = (more: Partial<VerifyFacts> = {}): VerifyFacts => ({
  service: 'front',
  repair,
  collected: collectedOf({}, { services }),
  since: NOW - 40_000,
  repairedAt: NOW - 15_000,
  troubledBefore: ['front', 'back'],
  policy: { stableMs: 5000, verifyMs: 45_000 },
  ...more,
});
const ill = (who: string[], badForMs = 6000) => collectedOf({ error_ratio: 0.6 }, { services, ill: who, badForMs });

test.each<[what: string, given: Partial<VerifyFacts>, outcome: string, because: string]>([
  ['everything as before for long enough', {}, 'kept', 'symptom-gone'],
  ['well, but not for long enough yet', { repairedAt: NOW - 4000 }, 'look-again', 'not-stable-yet'],
  ['still ill, with time left', { collected: ill(['back']) }, 'look-again', 'not-stable-yet'],
  ['still ill at the deadline', { collected: ill(['back']), repairedAt: NOW - 50_000, since: NOW - 70_000 }, 'undo', 'symptom-stays'],
  ['something else ill since the repair', { collected: ill(['other']) }, 'undo', 'something-worse'],
  ['something else that was ill before is not the repair’s fault', { collected: ill(['other'], 30_000) }, 'kept', 'symptom-gone'],
  [
    'nobody asks for it any more: silence is no success',
    { collected: collectedOf({ requests_per_second: 0 }, { services, badForMs: 20_000 }) },
    'look-again',
    'not-stable-yet',
  ],
  ['its own target is well, another fault goes on: kept, and looked at once more', { collected: ill(['front'], 30_000) }, 'partly', 'symptom-gone'],
])('%s', (_what, given, outcome, because) => {
  expect(decideVerification(facts(given))).toMatchObject({ outcome, because });
});

test('where another fault goes on it is said at whom, because that is what is explained next', () => {
  expect(decideVerification(facts({ collected: ill(['front'], 30_000) })).leftAt).toEqual(['front']);
});

test('what is not measured is not kept', () => {
  const blind = facts({ collected: { ...collectedOf({}, { services }), at: NOW + 30_000 }, repairedAt: NOW - 20_000 });
  expect(decideVerification(blind)).toMatchObject({ outcome: 'undo', because: 'no-data' });
});

test('where a repair is taken back, it is said whether it goes without', () => {
  expect(decideVerification(facts({ takenBack: true })).choice).toContain('It goes without the repair.');
  const late = { collected: ill(['back']), repairedAt: NOW - 50_000, since: NOW - 70_000 };
  expect(decideVerification(facts({ ...late, takenBack: true })).choice).toContain('The repair is put in force again.');
});
