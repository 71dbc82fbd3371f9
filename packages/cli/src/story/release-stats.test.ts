// releaseStats: what each figure counts, and that nothing is counted that was not measured.
import type { ReleaseOutcome, ServiceOutcome } from '@awo/contracts';
import { expect, test } from 'vitest';
import { releaseStats } from './release-stats.ts';

const [BASE, BAD, GOOD] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
const at = (minute: number, second = 0): string => new Date(Date.UTC(2026, 0, 1, 12, minute, second)).toISOString();
const service = (more: Partial<ServiceOutcome> = {}): ServiceOutcome => ({
  service: 'cart',
  base: BASE,
  head: GOOD,
  strategy: 'canary',
  end: 'promoted',
  verdict: 'no-worse',
  weight: 50,
  promotedAt: at(1),
  harmAt: null,
  undoneAt: null,
  fresh: { requests: 500, errors: 0 },
  beside: { requests: 500, errors: 0 },
  before: null,
  rps: 20,
  customersWithErrors: 0,
  ...more,
});
let goals = 0;
const outcome = (minute: number, services: ServiceOutcome[], more: Partial<ReleaseOutcome> = {}): ReleaseOutcome => ({
  v: 1,
  goal: `g${String(goals++).padStart(10, '0')}`,
  kind: 'release',
  environment: 'production',
  repo: '/r',
  head: GOOD,
  acceptedAt: at(minute),
  endedAt: at(minute + 2),
  outcome: 'done',
  because: 'x',
  change: null,
  people: [],
  services,
  ...more,
});
const bad = service({
  head: BAD,
  end: 'undone',
  verdict: 'error-rate-worse',
  promotedAt: null,
  harmAt: at(11, 0),
  undoneAt: at(11, 8),
  fresh: { requests: 100, errors: 21 },
  beside: { requests: 900, errors: 9 },
  customersWithErrors: 7,
});
const caught = outcome(10, [bad], { outcome: 'rolled-back' });

test('a bad release that was caught counts as failed, with what it cost and what it would have cost', () => {
  const stats = releaseStats(
    [outcome(0, [service()]), caught, outcome(20, [service({ end: 'untouched', promotedAt: null })], { outcome: 'stopped' })],
    'production',
    600,
  );
  expect(stats).toMatchObject({
    releases: { asked: 3, carriedOut: 2, promoted: 1, undone: 1 },
    changeFailure: { share: 0.5, caught: 1, escaped: 0 },
    falseAlarms: { confirmed: 0, undoneForHarm: 1 },
    leadTimeS: { median: 60 },
    timeToRestoreS: { median: 8, worst: 8 },
    // A fifth more than the old one: of 100 of its own, 900 beside it, 20/s for ten minutes.
    prevented: { suffered: 20, shielded: 180, withinHorizon: 2380, customers: 7 },
  });
});

test('what was undone and stands later as it was, was a false alarm; what was rolled back later had escaped', () => {
  const again = outcome(30, [service({ head: BAD, promotedAt: at(31) })]);
  expect(releaseStats([caught, again], null, 600).falseAlarms).toEqual({ confirmed: 1, undoneForHarm: 1 });
  const back = outcome(40, [service({ base: BAD, head: BASE, end: 'promoted' })], { kind: 'rollback' });
  expect(releaseStats([again, back], null, 600).changeFailure).toEqual({ share: 1, caught: 0, escaped: 1 });
});

test('a release that a repair rolled back had escaped, and how long its harm lasted is known, also where that began before the release was over', () => {
  const promoted = outcome(30, [service({ head: BAD, promotedAt: at(31) })]);
  const back = service({ base: BAD, head: BASE, promotedAt: null, relief: { harmAt: at(31), at: at(33, 30) } });
  const stats = releaseStats([promoted, outcome(31, [back], { kind: 'rollback' })], null, 600);
  expect(stats).toMatchObject({ changeFailure: { share: 1, escaped: 1 }, timeToRestoreS: { median: 150, worst: 150 } });
});

test('what was held for want of a way back is a failed change as well', () => {
  const held = outcome(10, [service({ end: 'held', verdict: 'error-rate-worse', promotedAt: null, harmAt: at(11) })], { outcome: 'needs-human' });
  expect(releaseStats([outcome(0, [service()]), held], null, 600)).toMatchObject({
    releases: { carriedOut: 2, promoted: 1, undone: 0, held: 1 },
    changeFailure: { share: 0.5, caught: 1 },
  });
});

test('without a release, and of another environment, nothing is claimed', () => {
  expect(releaseStats([caught], 'staging', 600)).toMatchObject({
    since: null,
    changeFailure: { share: null },
    leadTimeS: { median: null },
    prevented: { suffered: 0 },
  });
  const silent = outcome(10, [{ ...bad, verdict: 'deadline-without-evidence', harmAt: null }], { outcome: 'rolled-back' });
  expect(releaseStats([silent], null, 600)).toMatchObject({ undoneWithoutEvidence: 1, falseAlarms: { undoneForHarm: 0 }, prevented: { withinHorizon: 0 } });
});
