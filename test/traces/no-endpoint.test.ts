// Without an endpoint nothing of OpenTelemetry's SDK is loaded, and nobody is asked: seen on real service processes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { startTestNats, temporaryFolder, waitFor } from '@awo/testing';
import type { TemporaryFolder, TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
/** Notes every module that is loaded, in the order of loading. */
const RECORDER = `import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({ load: (url, context, next) => { appendFileSync(process.env.LOADED, url + '\\n'); return next(url, context); } });
`;
const SDK = /@opentelemetry\/(sdk|exporter|otlp|resources)/;

let nats: TestNats;
let folder: TemporaryFolder;

beforeAll(async () => {
  nats = await startTestNats();
  folder = temporaryFolder('loads');
  writeFileSync(join(folder.path, 'recorder.mjs'), RECORDER);
});
afterAll(async () => {
  await nats?.stop();
  folder?.remove();
});

/** Starts a service and waits until it says that it is at work. `end` ends it as its supervisor would, and gives its exit code. */
async function startService(service: string, more: Record<string, string> = {}) {
  const loaded = join(folder.path, `${service}-${Object.keys(more).length}`);
  const env = { PATH: process.env['PATH'], ...nats.env(service), LOADED: loaded, ...more };
  const child = spawn(process.execPath, ['--import', join(folder.path, 'recorder.mjs'), join(ROOT, 'services', service, 'src', 'main.ts')], { env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const end = async () => {
    child.kill('SIGTERM');
    return (await exited)[0];
  };
  try {
    await waitFor(() => /"(at work|serving)"/.test(said), { what: `${service} to be at work`, timeoutMs: 30_000 });
  } catch (error) {
    await end();
    throw new Error(said, { cause: error });
  }
  return { end, modules: () => readFileSync(loaded, 'utf8').trim().split('\n') };
}

async function modulesOf(service: string, more?: Record<string, string>): Promise<string[]> {
  const { end, modules } = await startService(service, more);
  expect(await end()).toBe(0);
  return modules();
}

test.each(['impact', 'toolgate', 'mcp-git'])(
  '%s loads no part of the SDK where no endpoint is set, so that nobody pays for what nobody looks at',
  async (service) => {
    const modules = await modulesOf(service);
    expect(modules.some((url) => url.includes('@opentelemetry/api'))).toBe(true);
    expect(modules.filter((url) => SDK.test(url))).toEqual([]);
  },
);

test('where one is set, the SDK is loaded: the recorder would have seen it', async () => {
  const modules = await modulesOf('impact', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  expect(modules.some((url) => SDK.test(url))).toBe(true);
});

test('an endpoint that never answers costs a service neither its work nor its end within ten seconds', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  const { port } = silent.address() as AddressInfo;
  const connected = once(silent, 'connection');
  const planner = await startService('planner', { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  const reply = await (await nats.as('operator')).submit({ kind: 'assess', repo: folder.path, revision: 'HEAD' });
  expect(reply).toMatchObject({ accepted: true });
  const [socket] = (await connected) as [Socket];
  const from = Date.now();
  expect(await planner.end()).toBe(0);
  expect(Date.now() - from).toBeLessThan(10_000);
  socket.destroy();
  silent.close();
});
