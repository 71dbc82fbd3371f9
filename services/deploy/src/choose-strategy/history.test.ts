// pastReleases and goodBefore: what earlier releases say of the next one.
import type { ReleaseOutcome, ServiceOutcome } from '@awo/contracts';
import { expect, test } from 'vitest';
import { goodBefore, pastReleases } from './history.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const at = (day: number): string => `2026-05-${String(day).padStart(2, '0')}T12:00:00.000Z`;
const NOW = new Date(at(6));
const of = (base: string, head: string, more: Partial<ServiceOutcome> = {}): ServiceOutcome => ({
  service: 'cart',
  base,
  head,
  strategy: 'canary',
  end: 'promoted',
  verdict: 'no-worse',
  weight: 50,
  promotedAt: at(1),
  harmAt: null,
  undoneAt: null,
  fresh: { requests: 1000, errors: 0 },
  beside: { requests: 1000, errors: 0 },
  before: null,
  rps: 80,
  customersWithErrors: 0,
  ...more,
});
const ended = (day: number, service: ServiceOutcome, kind: ReleaseOutcome['kind'] = 'release'): ReleaseOutcome => ({
  v: 1,
  goal: `g000000000${day}`,
  kind,
  environment: 'production',
  repo: '/r',
  head: service.head,
  acceptedAt: at(day),
  endedAt: at(day),
  outcome: 'done',
  because: 'x',
  people: [],
  change: kind === 'rollback' ? null : { kind: 'code', risk: 'medium', filesChanged: 1, linesChanged: 10, units: [] },
  services: [service],
});
const promoted = ended(1, of(OLD, NEW));
const rolledBack = ended(2, of(NEW, OLD, { promotedAt: null, verdict: null }), 'rollback');

test.each<[what: string, outcomes: ReleaseOutcome[], good: boolean]>([
  ['promoted and left alone', [promoted], true],
  ['promoted, and rolled back by a person later', [promoted, rolledBack], false],
  ['rolled back, and promoted anew since', [promoted, rolledBack, ended(3, of(OLD, NEW))], true],
  ['undone when it was last released', [promoted, ended(3, of(OLD, NEW, { end: 'undone', verdict: 'error-rate-worse' }))], false],
  ['undone for what its own metric said', [promoted, ended(3, of(OLD, NEW, { end: 'undone', verdict: 'metric-worse' }))], false],
])('a revision that was %s: known to be good %s', (_what, outcomes, good) => {
  expect(goodBefore(outcomes, 'cart', NEW, NOW) !== null).toBe(good);
});

test('a release that was rolled back later had a defect, though its watch saw none', () => {
  expect(pastReleases([promoted])).toEqual([{ service: 'cart', risk: 'medium', releases: 1, defects: 0 }]);
  expect(pastReleases([promoted, rolledBack])).toEqual([{ service: 'cart', risk: 'medium', releases: 1, defects: 1 }]);
});
