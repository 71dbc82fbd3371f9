// Metrics as they leave by OTLP, what they cost where they are off, and what no label may hold.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { LABEL, METRICS, prometheusName } from './metric-names.ts';
import { count, observe, time } from './metrics.ts';
import { startTelemetry } from './start.ts';

const log = createLogger('impact', 'impact-1', 'silent');

test('where nothing is configured nothing is measured, and whoever measures need not know', async () => {
  const telemetry = await startTelemetry({ service: 'impact', instance: 'impact-1', env: {}, log });
  expect(telemetry.address).toBeNull();
  count('conflicts', { [LABEL.role]: 'impact' });
  time('step', 1, {});
  observe(['goals'], () => Promise.reject(new Error('nobody asks')));
  await telemetry.shutdown();
});

test('a port that is none is refused with the value and the way out', async () => {
  const start = startTelemetry({ service: 'impact', instance: 'impact-1', env: { AWO_HTTP_PORT: 'yes' }, log });
  await expect(start).rejects.toMatchObject({ code: 'bad-config', message: expect.stringContaining('"yes"') });
});

test('metrics are pushed to the OTLP endpoint, at the latest when the process ends', async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.url === '/v1/metrics') bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // The exporter reads the standard variables itself, as it does in a service.
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
  const telemetry = await startTelemetry({ service: 'impact', instance: 'impact-1', env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, log });
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  count('conflicts', { [LABEL.role]: 'impact' });
  time('handover', -0.5, { [LABEL.role]: 'impact' });
  await telemetry.shutdown();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  const pushed = bodies.join('');
  expect(pushed).toContain('"awo.commit.conflicts"');
  expect(pushed).toContain('"awo.handover.duration"');
  expect(pushed).toContain('awo-impact');
  // A clock that is behind gives nothing, never a negative time.
  expect(pushed).toContain('"sum":0');
});

test('names are unique and speak of nothing that has as many values as there are goals', () => {
  const names = Object.values(METRICS).map((metric) => metric.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^awo(\.[a-z][a-z_]*)+$/.test(name))).toEqual([]);
  expect(Object.values(LABEL).filter((label) => /\b(id|goal|step|commit|seq|subject|key|address|user|revision)$/.test(label))).toEqual([]);
  expect(prometheusName('intake')).toBe('awo_intake_goals_total');
});
