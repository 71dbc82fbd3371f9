// Finding, starting and ending a Jaeger: a program that listens where it is told stands for the real one.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findJaeger } from './find-jaeger.ts';
import { jaegerUrl, readJaeger } from './jaeger-file.ts';
import { startJaeger, stopJaeger } from './run-jaeger.ts';

const dir = mkdtempSync(join(tmpdir(), 'awo-jaeger-'));
const home = mkdtempSync(join(tmpdir(), 'awo-home-'));
const program = join(dir, 'jaeger-all-in-one');
const nothing = join(dir, 'nothing');
writeFileSync(
  program,
  `#!${process.execPath}
const [, host, port] = /--query.http-server.host-port=(\\S*?):(\\d+)/.exec(process.argv.join(' '));
require('node:http').createServer((q, r) => r.end('{"data":[]}')).listen(Number(port), host);
`,
);
chmodSync(program, 0o755);
afterAll(async () => {
  await stopJaeger(home);
  for (const folder of [dir, home]) rmSync(folder, { recursive: true, force: true });
});

test('JAEGER_URL goes before everything, because whoever sets it means that one', async () => {
  expect(await findJaeger({ JAEGER_URL: 'http://jaeger.example:16686/', PATH: dir }, nothing)).toEqual({
    kind: 'running',
    url: 'http://jaeger.example:16686',
    otlp: 'http://jaeger.example:4318',
  });
});

test('a program is found on PATH and in the cache; without any there is none', async () => {
  const found = { kind: 'program', path: program, version: 1 };
  expect(await findJaeger({ PATH: `${nothing}:${dir}` }, nothing)).toEqual(found);
  expect(await findJaeger({ PATH: nothing }, dir)).toEqual(found);
  expect(await findJaeger({ PATH: nothing }, nothing)).toBeUndefined();
});

test('it is started on loopback, found again by the next start, and ended by down', async () => {
  const started = await startJaeger(home, { kind: 'program', path: program, version: 1 });
  expect(started.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${started.url}/api/services`)).ok).toBe(true);
  expect(jaegerUrl(home, {})).toBe(started.url);
  expect(await startJaeger(home, { kind: 'program', path: program, version: 1 })).toEqual(started);
  expect(await stopJaeger(home)).toBe(true);
  await expect(fetch(`${started.url}/api/services`)).rejects.toThrow();
  expect(readJaeger(home)).toBeUndefined();
  expect(await stopJaeger(home)).toBe(false);
});
