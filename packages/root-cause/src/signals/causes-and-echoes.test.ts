// Pods and services, hosts and who runs there, bursts, calls that callers recorded, code that calls otherwise: what tells a cause from its echo.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { gatherRows, type RowPart } from '../gather-rows.ts';

const BEGAN = 1_700_000_000;
const POINTS = 60;
type Rows = Partial<Record<RowPart, readonly object[]>>;
const first = (rows: Rows, symptom = 'latency', edges: readonly (readonly [string, string, string])[] = []) => {
  const topology = edges.length === 0 ? null : { nodes: [], edges: edges.map(([from, to, kind]) => ({ from, to, kind })) };
  const gathering = gatherRows({ at: BEGAN + 60, entity: 'gate', symptom, window: [BEGAN, BEGAN + 300], baseline: [BEGAN - 600, BEGAN - 1] }, topology);
  for (const [part, all] of Object.entries(rows)) for (const row of all) expect(gathering.take(part as RowPart, row)).toBeNull();
  return diagnose(gathering.done());
};
/** Every 15 s from ten minutes before on. */
const line = (entity: string, metric: string, value: (i: number, isBad: boolean) => number): object[] =>
  Array.from({ length: POINTS }, (_, i) => ({ t: BEGAN - 600 + i * 15, entity, metric, value: value(i, i >= 40) * (1 + 0.02 * Math.sin(i * 1.7)) }));
type Call = { entity: string; name?: string; ms: number; error?: boolean; skewMs?: number; calls?: readonly Call[] };
/** One request every 15 s; `of` is given whether the incident is on. Calls follow each other. */
const requests = (of: (isBad: boolean, i: number) => Call): object[] =>
  Array.from({ length: POINTS }, (_, i) => {
    const spans: object[] = [];
    const add = ({ entity, name = `GET /${entity}`, ms, error = false, skewMs = 0, calls = [] }: Call, parent: string | null, at: number): void => {
      const span = `${spans.length}`;
      spans.push({ trace: `t${i}`, span, parent, entity, name, start: at + skewMs, durationMs: ms, error });
      let next = at + 1;
      for (const call of calls) {
        add(call, span, next);
        next += call.ms;
      }
    };
    add(of(i >= 40, i), null, (BEGAN - 600 + i * 15) * 1000);
    return spans;
  }).flat();

describe('names', () => {
  test('pods are measured and their service is traced: both speak for the service', () => {
    const metrics = ['x2v9q', 'k4t7z'].flatMap((pod) => line(`order-6f9c7d5b8c-${pod}`, 'CpuUsage(m)', (_, isBad) => (isBad ? 900 : 40)));
    const traces = requests((isBad) => ({ entity: 'gate', ms: isBad ? 95 : 25, calls: [{ entity: 'order', ms: isBad ? 90 : 20 }] }));
    const { hypotheses } = first({ metrics, traces });
    expect(hypotheses[0]).toMatchObject({ entity: 'order', cause: 'cpu-exhausted' });
    expect(hypotheses.some((h) => h.entity.startsWith('order-'))).toBe(false);
  });
});

describe('use of resources', () => {
  test('a host is busy because of what runs on it: the one that uses more is first', () => {
    const metrics = [
      ...line('order', 'cpu', (_, isBad) => (isBad ? 1.8 : 0.05)),
      ...line('pay', 'cpu', () => 0.1),
      ...line('worker-1', 'node_cpu_usage', (_, isBad) => (isBad ? 0.6 : 0.2)),
    ];
    const { hypotheses } = first({ metrics }, 'latency', [
      ['order', 'worker-1', 'runs-on'],
      ['pay', 'worker-1', 'runs-on'],
      ['gate', 'order', 'calls'],
    ]);
    expect(hypotheses[0]?.entity).toBe('order');
  });
  test('who is busy with itself is not the cause where traces put the time down to another; by itself it is, and is named after what it uses', () => {
    const told = (web: number, order: number, more: object[] = []) => {
      const busy = [...line('web', 'cpu', (_, isBad) => (isBad ? 0.8 : 0.04)), ...line('order', 'latency_p95_ms', (_, isBad) => (isBad ? order : 20)), ...more];
      const asked = (isBad: boolean): Call => ({ entity: 'web', ms: 25 + (isBad ? web + order : 0), calls: [{ entity: 'order', ms: isBad ? order : 20 }] });
      const traces = requests((isBad) => ({ entity: 'gate', ms: 5 + asked(isBad).ms, calls: [asked(isBad)] }));
      return first({ metrics: busy, traces }).hypotheses[0];
    };
    expect(told(150, 400)?.entity).toBe('order');
    expect(
      told(
        400,
        20,
        line('web', 'latency_p95_ms', (_, isBad) => (isBad ? 420 : 45)),
      ),
    ).toMatchObject({ entity: 'web', cause: 'cpu-exhausted' });
  });
  test('rare bursts that were there before are no anomaly, however many deviations the last of them is', () => {
    const metrics = [
      ...line('order', 'disk_read_bytes', (i) => (i % 20 === 3 || i === 45 ? 9000 : 0)),
      ...line('pay', 'latency_avg_ms', (_, isBad) => (isBad ? 26 : 20)),
    ];
    expect(first({ metrics }).hypotheses.map((h) => h.entity)).not.toContain('order');
  });
  test('a sum of seconds that grows with its count is no slowness', () => {
    const metrics = [
      ...line('order', 'http_server_requests_seconds_sum', (_, isBad) => (isBad ? 4 : 2)),
      ...line('order', 'http_server_requests_seconds_count', (_, isBad) => (isBad ? 80 : 40)),
      ...line('pay', 'http_server_requests_seconds_sum', (_, isBad) => (isBad ? 4 : 2)),
      ...line('pay', 'http_server_requests_seconds_count', () => 40),
    ];
    expect(first({ metrics }).hypotheses[0]).toMatchObject({ entity: 'pay', cause: 'slow-component' });
  });
});

describe('calls that their callers recorded', () => {
  test('time of calls to a store that has no spans is put down to the store that they name', () => {
    const read = (isBad: boolean): Call => ({ entity: 'order', name: 'order-mysql SELECT', ms: isBad ? 80 : 5 });
    const traces = requests((isBad) => ({ entity: 'gate', ms: isBad ? 100 : 25, calls: [{ entity: 'order', ms: isBad ? 90 : 15, calls: [read(isBad)] }] }));
    const { hypotheses } = first({ traces, metrics: line('order-mysql', 'cpu', () => 0.1) });
    expect(hypotheses[0]?.entity).toBe('order-mysql');
  });
  test('failed calls to a store that has no spans are put down to the store, whoever of its callers is asked', () => {
    const traces = requests((isBad) => {
      const read: Call = { entity: 'order', name: 'order-mysql SELECT', ms: 5, error: isBad };
      return { entity: 'gate', ms: 20, error: isBad, calls: [{ entity: 'order', ms: 12, error: isBad, calls: [read] }] };
    });
    expect(first({ traces, metrics: line('order-mysql', 'cpu', () => 0.1) }, 'errors').hypotheses[0]?.entity).toBe('order-mysql');
  });
  test('a service that answers nobody is told from its only caller, although its own calls go well', () => {
    const traces = requests((isBad, i) => {
      const isLost = isBad && i % 2 === 0;
      const below: Call = { entity: 'pay', name: 'GET /bank', ms: 3, calls: [{ entity: 'bank', ms: 2 }] };
      const call: Call = { entity: 'gate', name: 'GET /pay', ms: 10, error: isLost, calls: isLost ? [] : [{ entity: 'pay', ms: 8, calls: [below] }] };
      return { entity: 'gate', ms: 20, error: isLost, calls: [call] };
    });
    expect(first({ traces }, 'errors').hypotheses[0]?.entity).toBe('pay');
  });
  test('a clock that is off by more than a call takes makes no time of its own', () => {
    const traces = requests((isBad) => ({ entity: 'gate', ms: isBad ? 95 : 25, calls: [{ entity: 'order', ms: isBad ? 90 : 20, skewMs: 400 }] }));
    const [best] = first({ traces }).hypotheses;
    expect(best?.entity).toBe('order');
    expect(best?.confidence).toBeGreaterThan(0.8);
  });
});

describe('code', () => {
  test('a service that forgets a call and whose caller fails on the answer is at fault, not the caller', () => {
    const traces = requests((isBad) => ({
      entity: 'gate',
      ms: 40,
      error: isBad,
      calls: [{ entity: 'order', ms: 30, error: isBad, calls: [{ entity: 'price', ms: 20, calls: isBad ? [] : [{ entity: 'stock', ms: 8 }] }] }],
    }));
    const { hypotheses } = first({ traces }, 'errors');
    expect(hypotheses[0]?.entity).toBe('price');
    expect(hypotheses[0]?.for.map((s) => s.says).join(' ')).toContain('calls stock');
  });
  test('a call that only some requests make, made less often, stands behind a service that is slow', () => {
    const traces = requests((isBad, i) => {
      const isMade = i % 3 !== 0 && !isBad;
      const price: Call = { entity: 'price', ms: isMade ? 20 : 12, calls: isMade ? [{ entity: 'stock', ms: 8 }] : [] };
      return { entity: 'gate', ms: (isMade ? 20 : 12) + (isBad ? 14 : 10) + 5, calls: [price, { entity: 'seat', ms: isBad ? 14 : 10 }] };
    });
    expect(first({ traces }).hypotheses[0]?.entity).toBe('seat');
  });
  test('a service that rejects what it is asked and so calls nobody is not at fault: who asks wrong is', () => {
    const traces = requests((isBad) => {
      const call: Call = {
        entity: 'order',
        name: 'GET /price',
        ms: 14,
        error: isBad,
        calls: [{ entity: 'price', ms: 12, calls: isBad ? [] : [{ entity: 'stock', ms: 8 }] }],
      };
      return { entity: 'gate', ms: 40, error: isBad, calls: [{ entity: 'order', ms: 30, error: isBad, calls: [call] }] };
    });
    expect(first({ traces }, 'errors').hypotheses[0]?.entity).toBe('order');
  });
  test('an answer that its callers cannot read is put down to who gave it, along all who fail in turn', () => {
    const at = (i: number): number => BEGAN - 600 + i * 15;
    const calm = ['gate', 'order', 'price'].flatMap((entity) =>
      Array.from({ length: POINTS }, (_, i) => ({ t: at(i), entity, level: 'info', message: 'served a request' })),
    );
    const bad = Array.from({ length: 20 }, (_, i) => [
      { t: at(40 + i), entity: 'order', level: 'error', message: 'Could not read response of price: unexpected end of input' },
      { t: at(40 + i), entity: 'gate', level: 'error', message: '500 Internal Server Error from order' },
    ]).flat();
    expect(first({ logs: [...calm, ...bad] }, 'errors').hypotheses[0]?.entity).toBe('price');
  });
  test('a complaint that was always there, a little more often by chance, is no reason', () => {
    const at = (i: number): number => BEGAN - 600 + i * 15;
    const calm = Array.from({ length: 900 }, (_, i) => ({ t: BEGAN - 600 + i, entity: 'order', level: 'info', message: 'served a request' }));
    const usual = Array.from({ length: 27 }, (_, i) => ({
      t: i < 13 ? at(i * 3) : BEGAN + i,
      entity: 'order',
      level: 'error',
      message: '404 Not Found from price',
    }));
    expect(first({ logs: [...calm, ...usual] }, 'errors').hypotheses).toEqual([]);
  });
});
