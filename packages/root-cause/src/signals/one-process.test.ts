// One process of several: told from its siblings in the same seconds, and only where they are well.
import type { ProcessRow } from '@awo/contracts';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { evidenceOf, type EvidenceBundle } from '../evidence-bundle.ts';

const AT = 1_700_000_000_000;
type Had = Partial<Pick<ProcessRow, 'requests' | 'errors' | 'ms' | 'waiting' | 'revision'>> & { seconds?: number };
/** Ten seconds of each process; by default ten requests a second of 5 ms each. */
const rows = (processes: Record<string, Had>): ProcessRow[] =>
  Object.entries(processes).flatMap(([process, { seconds = 10, requests = 10, ...had }]) =>
    Array.from({ length: seconds }, (_, i) => ({
      t: AT + (10 - seconds + i) * 1000,
      entity: 'back',
      process,
      revision: 'a',
      requests,
      errors: 0,
      ms: requests * 5,
      waiting: 0,
      ...had,
    })),
  );
const points = (normal: number, now: number) => ({
  t: Array.from({ length: 110 }, (_, i) => AT - 100_000 + i * 1000),
  v: Array.from({ length: 110 }, (_, i) => (i < 100 ? normal + (i % 3) / 1000 : now)),
});
const bundle = (processes: ProcessRow[], more: Partial<EvidenceBundle> = {}): EvidenceBundle => ({
  incident: { at: AT, entity: 'front', symptom: 'requests fail', window: [AT, AT + 10_000], baseline: [AT - 100_000, AT - 1] },
  topology: {
    nodes: ['front', 'back', 'back/STOCK_URL'].map((id) => ({ id })),
    edges: [
      { from: 'front', to: 'back', kind: 'calls' },
      { from: 'back', to: 'back/STOCK_URL', kind: 'reads' },
    ],
  },
  tracks: [
    { entity: 'front', metric: 'error_ratio', ...points(0, 0.5) },
    { entity: 'back', metric: 'error_ratio', ...points(0, 0.5) },
  ],
  logs: [],
  changes: [],
  processes,
  ...more,
});
const first = (processes: ProcessRow[], more?: Partial<EvidenceBundle>) => diagnose(evidenceOf(bundle(processes, more))).hypotheses[0];

test.each<[what: string, processes: Record<string, Had>, process: string | undefined]>([
  ['one of two fails', { x: { errors: 10 }, y: {} }, 'x'],
  ['one of two fails now and then', { x: { errors: 3 }, y: {} }, 'x'],
  ['one of three is slow', { x: { ms: 4000 }, y: {}, z: {} }, 'x'],
  ['one stands still while the other answers', { x: { requests: 0, ms: 0, waiting: 2 }, y: {} }, 'x'],
  ['both fail: what they share is ill', { x: { errors: 6 }, y: { errors: 5 } }, undefined],
  ['two of three fail: it is no single one', { x: { errors: 6 }, y: { errors: 6 }, z: {} }, undefined],
  ['both are slow', { x: { ms: 4000 }, y: { ms: 3600 } }, undefined],
  ['one fails at all of three requests, which may be chance', { x: { errors: 1, requests: 1, seconds: 3 }, y: { requests: 1, seconds: 3 } }, undefined],
  ['one takes 12 ms and the other 3, which nobody feels', { x: { ms: 120 }, y: { ms: 30 } }, undefined],
  ['one is asked by nobody', { x: { requests: 0, ms: 0 }, y: {} }, undefined],
  ['one has begun a moment ago', { x: { errors: 10, seconds: 2 }, y: {} }, undefined],
  ['another revision is no sibling', { x: { errors: 10, revision: 'b' }, y: {} }, undefined],
  ['there is only one', { x: { errors: 10 } }, undefined],
])('%s', (_what, processes, process) => {
  const told = first(rows(processes));
  expect([told?.cause, told?.process]).toEqual(process === undefined ? ['failing-component', undefined] : ['one-process', process]);
});

test('one that has just come to stand still is told by its last two seconds, and not by what it did before', () => {
  const still = (from: number) =>
    rows({ x: {}, y: {} }).map((row) => (row.process === 'x' && Number(row.t) >= from ? { ...row, requests: 0, ms: 0, waiting: 1 } : row));
  expect([first(still(AT + 8000))?.process, first(still(AT + 9000))?.process]).toEqual(['x', undefined]);
});

test('a process that was bad and has ended is not drained after its death', () => {
  const gone = rows({ x: { errors: 10 }, y: {}, z: {} }).filter((row) => row.process !== 'x' || row.t !== AT + 9000);
  expect(first(gone)?.cause).toBe('failing-component');
});

test('siblings that are well acquit what all of them call, and say so with their numbers', () => {
  const slow = { entity: 'back/STOCK_URL', metric: 'probe_ms', ...points(3, 400) };
  const { hypotheses, verdict } = diagnose(evidenceOf(bundle(rows({ x: { errors: 10 }, y: {} }), { tracks: [...bundle([]).tracks, slow] })));
  expect([verdict, hypotheses[0]?.cause, hypotheses[0]?.entity]).toEqual(['found', 'one-process', 'back']);
  expect(hypotheses[0]?.for[0]?.says).toBe('100 of 100 requests failed at process x, of its 1 sibling in the same seconds 0 of 100.');
  expect(
    hypotheses
      .find((h) => h.entity === 'back/STOCK_URL')
      ?.against.map((s) => s.says)
      .join(),
  ).toContain('Its siblings are well');
});

test('nothing of it is needed: a folder without rows of processes lacks nothing', () => {
  expect(first([])?.cause).toBe('failing-component');
  expect(first([])?.missing.join()).not.toContain('processes.jsonl');
});
