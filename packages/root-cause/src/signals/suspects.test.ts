// Metrics, traces, logs and changes of a small system of services: the true cause is first, its echo is not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { readEvidence } from '../read-evidence.ts';

let dir = '';
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'awo-evidence-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const BEGAN = 1_700_000_000;
const CALLS = [
  ['gate', 'order'],
  ['gate', 'search'],
  ['order', 'pay'],
  ['order', 'seat'],
  ['search', 'seat'],
] as const;
const put = (file: string, rows: readonly object[]): void => writeFileSync(join(dir, file), rows.map((row) => JSON.stringify(row)).join('\n'));
const asked = async (symptom: string) => {
  writeFileSync(
    join(dir, 'incident.json'),
    JSON.stringify({ at: BEGAN + 60, entity: 'gate', symptom, window: [BEGAN, BEGAN + 300], baseline: [BEGAN - 1800, BEGAN - 1] }),
  );
  writeFileSync(join(dir, 'topology.json'), JSON.stringify({ nodes: [], edges: CALLS.map(([from, to]) => ({ from, to, kind: 'calls' })) }));
  return diagnose(await readEvidence(dir));
};
/** A value every half minute; `bad` is added from the beginning of the incident on. */
const line = (entity: string, metric: string, level: number, bad: number): object[] =>
  Array.from({ length: 70 }, (_, i) => {
    const t = BEGAN - 1800 + i * 30;
    return { t, entity, metric, value: level * (1 + 0.02 * Math.sin(i * 1.7)) + (t >= BEGAN ? bad : 0) };
  });
/** One request through gate, order and seat. */
const request = (i: number, seatMs: number, failed: boolean): object[] => {
  const start = BEGAN - 1800 + i * 30;
  const span = (name: string, parent: string | null, durationMs: number) => ({
    trace: `t${i}`,
    span: name,
    parent,
    entity: name,
    name: `GET /${name}`,
    start,
    durationMs,
    error: failed,
  });
  return [span('gate', null, seatMs + 20), span('order', 'gate', seatMs + 12), span('seat', 'order', seatMs)];
};

describe('metrics', () => {
  test('a service whose figures end is gone: those that call it fail because of it', async () => {
    const untilThen = (rows: object[]): object[] => rows.filter((row) => (row as { t: number }).t < BEGAN);
    put('metrics.jsonl', [
      ...['gate', 'order', 'search', 'pay'].flatMap((entity) => line(entity, 'cpu_usage', 0.2, 0)),
      ...untilThen(line('seat', 'cpu_usage', 0.2, 0)),
      ...untilThen(line('seat', 'memory_usage_mb', 300, 0)),
      ...line('order', 'error_count', 0.1, 6),
      ...line('search', 'error_count', 0.1, 5),
    ]);
    const { hypotheses } = await asked('errors at gate');
    expect(hypotheses[0]).toMatchObject({ entity: 'seat', cause: 'failing-component' });
    expect(hypotheses[0]?.for.map((f) => f.says).join()).toContain('is not measured any more');
  });

  test('where the figures of most end, the measuring has ended, and nobody is accused of it', async () => {
    const rows = ['gate', 'order', 'search', 'pay', 'seat'].flatMap((entity) => line(entity, 'cpu_usage', 0.2, 0));
    put(
      'metrics.jsonl',
      rows.filter((row) => (row as { t: number }).t < BEGAN),
    );
    expect((await asked('errors at gate')).hypotheses).toEqual([]);
  });

  test('a callee that is as always is first where all who call it are slow and nothing else explains them: it is on the way to it', async () => {
    put('metrics.jsonl', [
      ...line('order', 'latency_mean', 60, 300),
      ...line('search', 'latency_mean', 60, 300),
      ...line('seat', 'latency_mean', 20, 0),
      ...line('pay', 'latency_mean', 20, 0),
    ]);
    const { hypotheses } = await asked('latency of gate');
    expect(hypotheses[0]).toMatchObject({ entity: 'seat', cause: 'network-degraded' });
  });

  test('the deepest slow service is first: its callers are slow because of it', async () => {
    put('metrics.jsonl', [
      ...line('gate', 'latency_mean', 100, 400),
      ...line('order', 'latency_mean', 60, 400),
      ...line('seat', 'latency_mean', 20, 400),
      ...line('pay', 'latency_mean', 20, 0.5),
    ]);
    const { hypotheses } = await asked('latency of gate');
    expect(hypotheses[0]).toMatchObject({ entity: 'seat', cause: 'slow-component' });
    expect(
      hypotheses
        .find((h) => h.entity === 'order')
        ?.against.map((s) => s.says)
        .join(),
    ).toMatch(/seat, which it calls/);
  });
  test('a service that stands still is no anomaly, even where it never moved before', async () => {
    put(
      'metrics.jsonl',
      Array.from({ length: 70 }, (_, i) => ({ t: BEGAN - 1800 + i * 30, entity: 'pay', metric: 'latency_mean', value: i < 60 ? 20 : 20.01 })),
    );
    expect(await asked('latency of gate')).toMatchObject({ verdict: 'insufficient', hypotheses: [] });
  });
  test('a source that is only probed has no requests of its own: it is not made small by those that its caller counts', async () => {
    put('metrics.jsonl', [
      ...line('gate', 'requests_per_second', 25, 0),
      ...line('gate', 'latency_p50_ms', 20, 400),
      ...line('order', 'probe_ms', 15, 400),
      ...line('search', 'probe_ms', 15, 0.1),
    ]);
    // And half a second is no status 5xx.
    expect((await asked('slow replies, p95 500 ms, 20 ms before')).hypotheses[0]).toMatchObject({ entity: 'order', cause: 'slow-component' });
  });
  test.each([
    ['three times as often as usual: it is asked for more than it can do', 50, 'load-changed'],
    ['a third more often, as retries would: it is slow by itself', 8, 'slow-component'],
  ])('a slow service that is asked %s', async (_what, more, cause) => {
    put('metrics.jsonl', [
      ...line('gate', 'latency_p50_ms', 20, 400),
      ...line('order', 'latency_p50_ms', 15, 400),
      ...line('order', 'requests_per_second', 25, more),
      ...line('search', 'latency_p50_ms', 15, 0.1),
    ]);
    expect((await asked('slow replies, p95 500 ms, 20 ms before')).hypotheses[0]).toMatchObject({ entity: 'order', cause });
  });
  test('a change that came with nothing else is not the cause', async () => {
    put('metrics.jsonl', [...line('gate', 'latency_mean', 100, 400), ...line('seat', 'latency_mean', 20, 400)]);
    put('changes.jsonl', [{ t: BEGAN - 30, entity: 'pay', kind: 'deploy', what: 'pay 1.2' }]);
    const { hypotheses } = await asked('latency of gate');
    expect(hypotheses[0]?.entity).toBe('seat');
    const innocent = hypotheses.find((h) => h.entity === 'pay');
    expect(innocent?.cause).toBe('recent-change');
    expect(innocent?.confidence).toBeLessThan(0.25);
  });
});

describe('traces', () => {
  test('errors are put down to the span that failed without a failed call below', async () => {
    put('traces.jsonl', Array.from({ length: 70 }, (_, i) => request(i, 20, i >= 60)).flat());
    expect((await asked('errors at gate')).hypotheses[0]).toMatchObject({ entity: 'seat', cause: 'failing-component' });
  });
  test('time is put down to where it is spent, not to those who wait', async () => {
    put('traces.jsonl', Array.from({ length: 70 }, (_, i) => request(i, i >= 60 ? 900 : 20 + (i % 5), false)).flat());
    expect((await asked('gate is slow')).hypotheses[0]).toMatchObject({ entity: 'seat', cause: 'slow-component' });
  });

  test('a trace says where the time is spent, and not why: a service that is asked for more than it was is told from a slow one all the same', async () => {
    put('traces.jsonl', Array.from({ length: 70 }, (_, i) => request(i, i >= 60 ? 900 : 20 + (i % 5), false)).flat());
    put('metrics.jsonl', [...line('seat', 'latency_p50_ms', 20, 880), ...line('seat', 'requests_per_second', 25, 50)]);
    expect((await asked('gate is slow')).hypotheses[0]).toMatchObject({ entity: 'seat', cause: 'load-changed' });
    put('metrics.jsonl', [...line('seat', 'latency_p50_ms', 20, 880), ...line('seat', 'requests_per_second', 25, 0)]);
    expect((await asked('gate is slow')).hypotheses[0]).toMatchObject({ entity: 'seat', cause: 'slow-component' });
  });

  /** Requests of gate and order, seen from outside; whom order asks in turn is in no trace. */
  const seenFromOutside = (orderMs: (i: number) => number, failed: (i: number) => boolean): void =>
    put(
      'traces.jsonl',
      Array.from({ length: 70 }, (_, i) =>
        request(i, orderMs(i), failed(i)).flatMap((span) => {
          const { entity } = span as { entity: string };
          return entity === 'seat' ? [] : [span];
        }),
      ).flat(),
    );
  const orderIsIll = (payIll: boolean): void =>
    put('metrics.jsonl', [
      ...line('order', 'latency_p50_ms', 30, 400),
      ...line('order', 'error_ratio', 0.001, 0.9),
      ...line('pay', 'probe_ms', 15, payIll ? 400 : 0.1),
      ...line('pay', 'up', 1, payIll ? -1 : 0),
    ]);
  test.each([
    ['slow', 'slow replies, p95 400 ms, 20 ms before', (i: number) => (i >= 60 ? 420 : 20 + (i % 5)), () => false],
    ['failing', 'errors at gate', () => 20, (i: number) => i >= 60],
  ] as const)(
    'of a %s service that asks another one in no trace, it is not known whose it is: what is measured of that one decides',
    async (_, symptom, ms, failed) => {
      seenFromOutside(ms, failed);
      orderIsIll(true);
      const { hypotheses } = await asked(symptom);
      expect(hypotheses[0]?.entity).toBe('pay');
      const against = hypotheses.find((h) => h.entity === 'order')?.against.map((s) => s.says);
      expect(against).toContainEqual(expect.stringMatching(/from pay looks like its own: no trace shows those calls/));
      orderIsIll(false);
      const [first] = (await asked(symptom)).hypotheses;
      expect(first?.entity).toBe('order');
      // What is seen speaks for it all the same.
      put('traces.jsonl', []);
      expect(first?.score).toBeGreaterThan((await asked(symptom)).hypotheses[0]?.score ?? 9);
    },
  );
});

describe('logs', () => {
  const lines = (entity: string, message: (i: number) => string, from: number, level = 'ERROR') =>
    Array.from({ length: 70 - from }, (_, i) => ({ t: BEGAN - 1800 + (from + i) * 30, entity, level, message: message(i) }));
  test('an error that names the called one speaks against that one', async () => {
    put('logs.jsonl', [
      ...lines('order', (i) => `request ${i} done`, 0, 'INFO'),
      ...lines('order', (i) => `connect to seat:8080 failed after ${i} ms: connection refused`, 60),
    ]);
    put('metrics.jsonl', line('seat', 'requests', 20, 0));
    expect((await asked('errors at gate')).hypotheses[0]).toMatchObject({ entity: 'seat', cause: 'unreachable-component' });
  });
  test('what only the called one can know is put down to the one that fails: its caller has been told so', async () => {
    put(
      'logs.jsonl',
      lines('order', () => 'fetch failed: certificate has expired (CERT_HAS_EXPIRED)', 60),
    );
    put('metrics.jsonl', [...line('order', 'error_ratio', 0.001, 0.9), ...line('pay', 'up', 1, -1), ...line('seat', 'up', 1, 0)]);
    const { hypotheses } = await asked('errors at gate');
    expect(hypotheses[0]).toMatchObject({ entity: 'pay', cause: 'certificate-invalid' });
    expect(hypotheses[0]?.for.map((f) => f.says).join()).toContain('order, which calls it, says');
  });
  test('blame is passed on: who is blamed and blames another in turn is not the cause', async () => {
    put('logs.jsonl', [
      ...lines('gate', (i) => `GET order:80/list ${i} answered 500`, 60),
      ...lines('order', (i) => `connect to seat:8080 failed after ${i} ms: connection refused`, 60),
      ...lines('order', (i) => `request ${i} done`, 0, 'INFO'),
    ]);
    put('metrics.jsonl', [...line('gate', 'error_ratio', 0.001, 0.9), ...line('order', 'error_ratio', 0.001, 0.9), ...line('seat', 'up', 1, -1)]);
    expect((await asked('errors at gate')).hypotheses[0]).toMatchObject({ entity: 'seat' });
  });
  test('an address stands for its service, because clients seldom log the name that they asked for', async () => {
    put(
      'logs.jsonl',
      lines('order', (i) => `dial tcp 10.96.7.21:80: i/o timeout after ${i} ms`, 60),
    );
    put('resources.jsonl', [
      { entity: 'service/seat', kind: 'Service', spec: { clusterIP: '10.96.7.21', type: 'ExternalName' } },
      { entity: 'service/pay', kind: 'Service', spec: { clusterIP: '10.96.7.2', type: 'ExternalName' } },
    ]);
    expect((await asked('errors at gate')).hypotheses[0]).toMatchObject({ entity: 'service/seat', cause: 'unreachable-component' });
  });
  test('what a process says of itself names the cause', async () => {
    put(
      'logs.jsonl',
      lines('pay', (i) => `java.lang.OutOfMemoryError: Java heap space (${i})`, 60),
    );
    expect((await asked('errors at gate')).hypotheses[0]).toMatchObject({ entity: 'pay', cause: 'memory-exhausted' });
  });
  test('a property that cannot be read is a fault of the program, not of its configuration', async () => {
    put(
      'logs.jsonl',
      lines('pay', (i) => `Cannot read properties of undefined (reading 'price') at ${i}`, 60),
    );
    expect((await asked('errors at gate')).hypotheses[0]).toMatchObject({ entity: 'pay', cause: 'application-error' });
  });
  test('errors that were there all along are no news', async () => {
    put(
      'logs.jsonl',
      lines('pay', (i) => `error: cache miss ${i}`, 0),
    );
    expect((await asked('errors at gate')).hypotheses).toEqual([]);
  });
});
