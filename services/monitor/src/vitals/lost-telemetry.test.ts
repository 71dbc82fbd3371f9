// Telemetry that is lost: told from a quiet service and from a gap of the recorder, signalled once, and no reason to touch the service.
import { expect, test } from 'vitest';
import { decideIncident } from '../observe-incident/decide.ts';
import { decideSignals } from '../vigil/decide-signals.ts';
import { LOST_AFTER_MS, requestsOf } from './lost-telemetry.ts';
import { collectedOf, NOW, steady } from './testing.fixture.ts';
import type { Collected } from './trouble.ts';

const OF_THE_EDGE = ['requests_per_second', 'error_ratio', 'latency_p95_ms', 'unanswered'];
/** The last so many milliseconds were not counted by the edge; of `seconds` that were collected. */
const uncounted = (ms: number, all = steady({}), seconds = 120): Collected => ({
  ...all,
  tracks: all.tracks.flatMap((track) => {
    const kept = track.t.map((t) => t > NOW - seconds * 1000 && (!OF_THE_EDGE.includes(track.metric) || t <= NOW - ms));
    return kept.includes(true) ? [{ ...track, t: track.t.filter((_, i) => kept[i]), v: track.v.filter((_, i) => kept[i]) }] : [];
  }),
});
const lost = uncounted(LOST_AFTER_MS);
/** Not measured either, for as long. */
const without = (metric: string): Collected => ({
  ...lost,
  tracks: lost.tracks.map((track) => (track.metric === metric ? { ...track, t: track.t.slice(0, -30), v: track.v.slice(0, -30) } : track)),
});
const observed = (collected: Collected, looks: number) => decideIncident({ service: 'back', symptom: 'its requests have not been counted', collected, looks });

test.each<[what: string, collected: Collected, kind: string]>([
  ['requests that are counted', steady({}), 'counted'],
  ['no customers: that is counted as well', collectedOf({ requests_per_second: 0 }, { badForMs: 60_000 }), 'counted'],
  ['a gap of some seconds: the edge is started again', uncounted(LOST_AFTER_MS - 2000), 'counted'],
  ['a gap in everything: the recorder was not there', { ...steady({}), at: NOW + 60_000 }, 'counted'],
  ['a process that only starts, and is not asked for its health either', without('up'), 'counted'],
  ['a service without customers before', uncounted(LOST_AFTER_MS, steady({ requests_per_second: 0 })), 'unknown'],
  ['requests that are not counted any more', lost, 'lost'],
  ['none in all the time that was collected', uncounted(60_000, steady({}), 60), 'unknown'],
])('%s', (_what, collected, kind) => {
  expect(requestsOf(collected, 'back').kind).toBe(kind);
});

test('it is signalled once, also when what came before is no longer among what is collected, and its end once', () => {
  const first = decideSignals(lost, new Map());
  expect(first.noticed).toMatchObject([{ service: 'back', status: 'firing', type: 'lost-telemetry', symptom: expect.stringContaining('30 s, 20/s before') }]);
  const later = decideSignals(uncounted(60_000), new Map([['back', { since: 0, signalledAt: 0, kinds: ['lost-telemetry' as const] }]]));
  expect(later.noticed).toEqual([]);
  const almostGone = decideSignals(uncounted(60_000, steady({}), 62), first.known);
  const longAfter = decideSignals(uncounted(60_000, steady({}), 60), almostGone.known);
  expect([...almostGone.noticed, ...longAfter.noticed]).toEqual([]);
  expect(decideSignals(steady({}), longAfter.known).noticed).toMatchObject([{ status: 'resolved' }]);
});

test('what is wrong with its process is still signalled', () => {
  const down = decideSignals(uncounted(LOST_AFTER_MS, collectedOf({ up: 0 })), decideSignals(lost, new Map()).known);
  expect(down.noticed).toMatchObject([{ service: 'back', status: 'firing', type: 'down' }]);
});

test('the service is not touched, and not said to be well: a person is called once it was looked at again', () => {
  expect(observed(lost, 0)).toMatchObject({ because: 'looking', lookAgain: true });
  expect(observed(lost, 5)).toMatchObject({ because: 'nothing-measured', confirmed: null, choice: expect.stringContaining('nothing is done to it') });
  expect(observed(steady({}), 5)).toMatchObject({ because: 'gone-already', confirmed: false });
});
