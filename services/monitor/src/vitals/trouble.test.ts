// What counts as trouble, from series as they are measured: one row per kind, and what must not alarm.
import { expect, test } from 'vitest';
import { AGAIN_MS, decideSignals } from '../vigil/decide-signals.ts';
import { collectedOf, NOW, steady } from './testing.fixture.ts';
import { disturbancesOf, troublesOf } from './trouble.ts';

const look = { normalUntil: NOW - 15_000, lastMs: 4000 };
const kindsOf = (changed: Parameters<typeof collectedOf>[0]) => troublesOf(collectedOf(changed), 'back', look)?.map((t) => t.kind);
const MB = 1024 * 1024;

test.each<[what: string, changed: Parameters<typeof collectedOf>[0], kinds: string[]]>([
  ['nothing, where all is as before', {}, []],
  ['errors, beyond what is usual', { error_ratio: 0.4 }, ['errors']],
  ['slow, at several times the usual time', { latency_p95_ms: 500 }, ['slow']],
  ['not slow, at a few milliseconds more: nobody notices', { latency_p95_ms: 30 }, []],
  ['down, where the health check is not answered', { up: 0 }, ['down']],
  ['stuck, where requests pile up and none is answered', { unanswered: 60 }, ['stuck']],
  ['cpu, where it is busy with itself', { cpu_share: 0.97 }, ['cpu']],
  ['memory, at more than twice and a hundred megabytes', { memory_rss_bytes: 400 * MB }, ['memory']],
  ['not memory, at twice of little', { memory_rss_bytes: 120 * MB }, []],
  ['worst first, where several are', { up: 0, error_ratio: 1 }, ['down', 'errors']],
])('%s', (_what, changed, kinds) => {
  expect(kindsOf(changed)).toEqual(kinds);
});

test('one bad second is no trouble: everything has those', () => {
  expect(troublesOf(collectedOf({ error_ratio: 0.5 }, { badForMs: 1000 }), 'back', look)).toEqual([]);
});

test('a busy machine that measures every four seconds still notices what stays', () => {
  const all = collectedOf({ error_ratio: 0.5 }, { badForMs: 9000 });
  const seldom = all.tracks.map(({ t, v, ...track }) => ({ ...track, t: t.filter((_, i) => i % 4 === 3), v: v.filter((_, i) => i % 4 === 3) }));
  const busy = { ...all, tracks: seldom };
  expect(troublesOf(busy, 'back', { ...look, lastMs: 3000 })?.map((t) => t.kind)).toEqual(['errors']);
  expect(troublesOf(busy, 'back', { ...look, lastMs: 3000, notBefore: NOW - 3000 }), 'what was before a repair says nothing of it').toEqual([]);
});

test('the onset is where the bad stretch began, not where it was noticed', () => {
  const [trouble] = troublesOf(collectedOf({ error_ratio: 0.5 }, { badForMs: 9000 }), 'back', look) ?? [];
  expect(NOW - (trouble?.since ?? 0)).toBeGreaterThanOrEqual(8000);
  expect(NOW - (trouble?.since ?? 0)).toBeLessThanOrEqual(9000);
});

test('earlier trouble is told from what is usual, and a single bad second is not trouble', () => {
  expect(disturbancesOf(steady({}), NOW)).toEqual([]);
  expect(disturbancesOf(collectedOf({ latency_p95_ms: 500 }, { badForMs: 1000 }), NOW + 1)).toEqual([]);
  const slow = collectedOf({ latency_p95_ms: 500 }, { badForMs: 20_000 });
  expect(disturbancesOf(slow, NOW + 1)).toEqual([[NOW - 21_000, NOW + 2000]]);
  expect(disturbancesOf(slow, NOW - 30_000), 'what comes later is the incident itself').toEqual([]);
});

test('of what is not measured nobody says that it is well', () => {
  expect(troublesOf(collectedOf({}), 'somebody-else', look)).toBeNull();
  expect(troublesOf({ ...collectedOf({}), at: NOW + 60_000 }, 'back', look)).toBeNull();
});

test('a restart that nobody asked for is a crash; the count by itself is none', () => {
  expect(kindsOf({ restarts: 1 })).toEqual(['crashing']);
  expect(troublesOf(steady({ restarts: 7 }), 'back', look)).toEqual([]);
});

/** Seconds before now at which it ended, and at which it did not answer. */
const crashed = (ended: readonly number[], down: readonly number[]) => {
  const all = steady({});
  const ago = (t: number): number => Math.round((NOW - t) / 1000);
  const valueAt: Record<string, (s: number) => number> = { restarts: (s) => ended.filter((one) => one >= s).length, up: (s) => (down.includes(s) ? 0 : 1) };
  return { ...all, tracks: all.tracks.map((track) => ({ ...track, v: track.v.map((v, i) => valueAt[track.metric]?.(ago(track.t[i] ?? 0)) ?? v) })) };
};

test.each<[what: string, ended: number[], down: number[], sinceAgo: number, says: string]>([
  ['a crash after a quarter of a minute of health begins anew: what was repaired is not its cause, and what has changed since may be', [24, 2], [], 2, 'once'],
  ['crashes in growing pauses are one, as nothing answers between them', [24, 2], Array.from({ length: 22 }, (_, i) => i + 2), 24, '2 times'],
  ['crashes soon after each other are one', [9, 6, 2], [], 9, '3 times'],
])('%s', (_what, ended, down, sinceAgo, says) => {
  const crash = troublesOf(crashed(ended, down), 'back', look)?.find(({ kind }) => kind === 'crashing');
  expect(crash).toEqual({ kind: 'crashing', since: NOW - sinceAgo * 1000, says: `it ended by itself ${says}` });
});

test('trouble is signalled once while it lasts, and once when it is over', () => {
  const first = decideSignals(collectedOf({ error_ratio: 0.5 }), new Map());
  expect(first.noticed).toMatchObject([{ service: 'back', status: 'firing', type: 'errors' }]);
  const second = decideSignals({ ...collectedOf({ error_ratio: 0.5 }) }, first.known);
  expect(second.noticed).toEqual([]);
  expect(decideSignals(steady({}), second.known).noticed).toMatchObject([{ service: 'back', status: 'resolved' }]);
});

test('trouble that stays is signalled again: the first word may have come too soon after another incident', () => {
  const said = (ago: number) => new Map([['back', { since: NOW - 30_000, signalledAt: NOW - ago, kinds: ['errors' as const] }]]);
  expect(decideSignals(collectedOf({ error_ratio: 0.5 }), said(AGAIN_MS - 1)).noticed).toEqual([]);
  expect(decideSignals(collectedOf({ error_ratio: 0.5 }), said(AGAIN_MS)).noticed).toMatchObject([{ service: 'back', status: 'firing' }]);
});

test('a service that has just been released is left to the watch of its release', () => {
  const fresh = { ...collectedOf({ error_ratio: 0.5 }), changes: [{ entity: 'back', t: NOW - 5000, kind: 'release', what: 'revision x' }] };
  expect(decideSignals(fresh, new Map()).noticed).toEqual([]);
});
