// decideAdmission: one row per reason; who may do how much, and how often.
import { AutonomyRecord, Repair, RepairPolicy } from '@awo/contracts';
import { expect, test } from 'vitest';
import { begun, ended } from '../remediate/autonomy.ts';
import { decideAdmission } from './decide.ts';
import type { AdmitFacts } from './gather.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const repair = Repair.parse({
  kind: 'restart', service: 'cart', revision: 'a'.repeat(40), act: { do: 'restart', launch: 'x' }, undo: null, because: 'hang', cause: 'hang', entity: 'cart', confidence: 0.9,
}); // prettier-ignore
const record = (more: Partial<AutonomyRecord> = {}) => AutonomyRecord.parse({ good: 0, goodInARow: 0, wrong: 0, wrongAt: null, recent: [], ...more });
const use = (service: string, cause: string, ms: number) => ({ at: ago(ms), goal: 'g9', service, cause });
const facts = (more: Partial<AdmitFacts> = {}, policy: object = { autonomy: 'act' }): AdmitFacts => ({
  environment: 'production', repair, sure: true, digest: `sha256:${'0'.repeat(64)}`, policy: RepairPolicy.parse(policy), record: record(), recent: [], answer: null, busy: [], nowMs: NOW, askedSinceMs: NOW, ...more,
}); // prettier-ignore
const said = (yes: boolean) => ({ of: `sha256:${'0'.repeat(64)}`, yes, who: 'Ada', because: 'seen it', at: ago(0) });
const hour = Array.from({ length: 6 }, (_, i) => use(`s${i}`, 'x', 60_000 * i));

test.each<[what: string, given: Partial<AdmitFacts>, policy: object | undefined, outcome: string, because: string]>([
  ['the policy lets it act', {}, undefined, 'go', 'may-act'],
  ['the policy asks first, and it waits', {}, {}, 'wait', 'waits-for-approval'],
  ['somebody said yes', { answer: said(true) }, {}, 'go', 'approved'],
  ['somebody said no', { answer: said(false) }, { autonomy: 'act' }, 'stop', 'rejected'],
  ['nobody answers for too long', { askedSinceMs: NOW - 3_600_001 }, {}, 'stop', 'nobody-answered'],
  ['it may only be suggested', {}, { autonomy: 'suggest' }, 'stop', 'only-suggested'],
  ['three good ones in a row have earned it', { record: record({ good: 3, goodInARow: 3 }) }, {}, 'go', 'earned'],
  ['nothing is earned where the policy says never', { record: record({ good: 9, goodInARow: 9 }) }, { earnedAfter: 0 }, 'wait', 'waits-for-approval'],
  ['one wrong act loses it', { record: record({ good: 9, wrong: 1, wrongAt: ago(1) }) }, undefined, 'wait', 'waits-for-approval'],
  ['and it is earned again', { record: record({ good: 12, goodInARow: 3, wrong: 1, wrongAt: ago(1) }) }, undefined, 'go', 'may-act'],
  ['an uncertain cause asks, whatever the policy allows', { sure: false }, undefined, 'wait', 'waits-for-approval'],
  [
    'the narrower rule counts: this kind in this environment',
    {},
    { autonomy: 'suggest', environments: { production: { kinds: { restart: 'act' } } } },
    'go',
    'may-act',
  ],
  ['another environment is another rule', {}, { environments: { staging: { autonomy: 'act' } } }, 'wait', 'waits-for-approval'],
  ['too many in this hour: something repairs in circles', { recent: hour }, undefined, 'stop', 'too-many-repairs'],
  ['the same cause too often in a day', { recent: [1, 2, 3].map((h) => use('cart', 'hang', h * 7_200_000)) }, undefined, 'stop', 'too-many-repairs'],
  ['the same cause elsewhere does not count', { recent: [1, 2, 3].map((h) => use('web', 'hang', h * 7_200_000)) }, undefined, 'go', 'may-act'],
  [
    'a freeze holds: nothing is changed without a person',
    { freeze: [{ from: '2026-04-30', to: '2026-05-02', zone: 'UTC', reason: 'fair' }] },
    undefined,
    'wait',
    'frozen',
  ],
  [
    'a freeze, and somebody said yes',
    { freeze: [{ from: '2026-04-30', to: '2026-05-02', zone: 'UTC', reason: 'fair' }], answer: said(true) },
    undefined,
    'go',
    'approved',
  ],
  ['a freeze that is over', { freeze: [{ from: '2026-04-29', to: '2026-04-30', zone: 'UTC', reason: 'fair' }] }, undefined, 'go', 'may-act'],
  ['a release has the service in hand', { busy: ['g5'] }, undefined, 'wait', 'waits-its-turn'],
])('%s', (_what, given, policy, outcome, because) => {
  expect(decideAdmission(facts(given, policy))).toMatchObject({ outcome, because });
});

test('a repair that begins or ends twice is counted once', () => {
  const once = begun(use('cart', 'hang', 0))(record());
  expect(begun(use('cart', 'hang', 5))(once)).toBe(once);
  const good = ended(true, ago(0), 'g9 cart')(once);
  expect(good).toMatchObject({ good: 1, goodInARow: 1 });
  expect(ended(true, ago(0), 'g9 cart')(good)).toBe(good);
  expect(ended(false, ago(0), 'g8 cart')(good)).toMatchObject({ good: 1, goodInARow: 0, wrong: 1, wrongAt: ago(0) });
});
