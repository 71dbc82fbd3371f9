// decideAdmission: one row per reason; who may do how much, and how often.
import { AutonomyRecord, Repair, RepairPolicy } from '@awo/contracts';
import { expect, test } from 'vitest';
import { begun, ended } from '../remediate/autonomy.ts';
import { decideAdmission } from './decide.ts';
import { type AdmitFacts, cooldownMsOf, lastOn } from './gather.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const repair = Repair.parse({
  kind: 'restart',
  service: 'cart',
  revision: 'a'.repeat(40),
  act: { do: 'restart', launch: 'x' },
  undo: null,
  because: 'hang',
  cause: 'hang',
  entity: 'cart',
  confidence: 0.9,
});
const record = (more: Partial<AutonomyRecord> = {}) => AutonomyRecord.parse({ good: 0, goodInARow: 0, wrong: 0, wrongAt: null, recent: [], ...more });
const use = (service: string, cause: string, ms: number) => ({ at: ago(ms), goal: 'g9', service, cause });
const facts = (more: Partial<AdmitFacts> = {}, policy: object = { autonomy: 'act' }): AdmitFacts => ({
  environment: 'production',
  repair,
  sure: true,
  digest: `sha256:${'0'.repeat(64)}`,
  policy: RepairPolicy.parse(policy),
  record: record(),
  recent: [],
  answer: null,
  busy: [],
  nowMs: NOW,
  askedSinceMs: NOW,
  ...more,
});
const said = (yes: boolean) => ({ of: `sha256:${'0'.repeat(64)}`, yes, who: 'Ada', because: 'seen it', at: ago(0) });
const lately = (ms: number) => ({ ms: 60_000, lastAt: ago(ms) });
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
  [
    'the same was done to the service a moment ago, and the rest of the pause fits into the wait',
    { cooldown: lately(20_000) },
    undefined,
    'wait',
    'cooling-down',
  ],
  ['the pause is over', { cooldown: lately(60_000) }, undefined, 'go', 'may-act'],
  ['it was never done to this service', { cooldown: { ms: 60_000, lastAt: null } }, undefined, 'go', 'may-act'],
  ['no pause is wanted', { cooldown: { ms: 0, lastAt: ago(0) } }, undefined, 'go', 'may-act'],
  ['a pause that outlasts the wait is left to a person', { cooldown: lately(20_000) }, { autonomy: 'act', approvalMs: 30_000 }, 'wait', 'cooling-down'],
  [
    'and to nobody where nobody answers',
    { cooldown: lately(20_000), askedSinceMs: NOW - 30_000 },
    { autonomy: 'act', approvalMs: 30_000 },
    'stop',
    'nobody-answered',
  ],
  ['a yes of a person stands above the pause', { cooldown: lately(20_000), answer: said(true) }, undefined, 'go', 'approved'],
  ['who has to be asked anyway is asked at once', { cooldown: lately(20_000) }, {}, 'wait', 'waits-for-approval'],
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

test('the pause is looked at again when it is over, and never for longer than it lasts', () => {
  expect(decideAdmission(facts({ cooldown: lately(55_000) }))).toMatchObject({
    afterMs: 5000,
    choice: expect.stringContaining('Waits 5 s before restart cart'),
  });
  expect(decideAdmission(facts({ cooldown: { ms: 3000, lastAt: ago(-3_600_000) } }))).toMatchObject({ because: 'cooling-down', afterMs: 3000 });
});

test('what was recorded before there were pauses is decided as it was', () => {
  const { figures, checks } = decideAdmission(facts());
  expect(Object.keys(figures ?? {})).not.toContain('cooldownMs');
  expect(checks?.map((c) => c.name)).toEqual(['budget of the hour', 'budget of the cause']);
});

test('the narrower pause counts: kind here, here, everywhere, and else that of the kind', () => {
  const policy = (more: object) => RepairPolicy.parse({ environments: { production: { cooldownMs: 2, cooldownsMs: { restart: 1 } } }, ...more });
  expect(cooldownMsOf(policy({}), 'production', 'restart')).toBe(1);
  expect(cooldownMsOf(policy({ cooldownMs: 3 }), 'production', 'scale')).toBe(2);
  expect(cooldownMsOf(policy({ cooldownMs: 3 }), 'staging', 'restart')).toBe(3);
  expect([cooldownMsOf(policy({}), 'staging', 'restart'), cooldownMsOf(policy({}), 'staging', 'roll-back')]).toEqual([60_000, 600_000]);
});

test('a step that was let through and is asked again does not wait for itself', () => {
  const recent = [use('cart', 'hang', 9000), use('web', 'hang', 1000), { ...use('cart', 'hang', 0), goal: 'g1' }];
  expect(lastOn(record({ recent }), 'cart', 'g1')).toBe(ago(9000));
  expect(lastOn(record({ recent: recent.slice(1) }), 'cart', 'g1')).toBeNull();
});
