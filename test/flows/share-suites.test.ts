// The suites of one goal on several test agents: shared while they are free, given back when one dies, taken over when their lead dies.
import { readFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '@awo/bus';
import type { GoalState } from '@awo/contracts';
import { makeRepo, spanReceiver, startTestInstallation, temporaryFolder, waitFor } from '@awo/testing';
import type { SpanReceiver, TestInstallation, TestRepository } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fewServices } from '../support/few-services.ts';
import { ended, eventsOf } from '../support/goals.ts';

let installation: TestInstallation;
let receiver: SpanReceiver;
let repo: TestRepository;
let bus: Bus;
const folder = temporaryFolder('share');
const begun = join(folder.path, 'begun');
const open = join(folder.path, 'open');
const SUITES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Each run of a suite notes that it begins, and ends once it is let go. */
const held = (name: string) => ({
  [`${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  [`${name}/${name}.test.js`]: `import { appendFileSync, existsSync } from 'node:fs';
import { test } from 'node:test';
test('waits to be let go', async () => {
  appendFileSync(${JSON.stringify(begun)}, '${name}\\n');
  while (!existsSync(${JSON.stringify(open)})) await new Promise((resolve) => setTimeout(resolve, 50));
});
`,
});

beforeAll(async () => {
  repo = makeRepo(Object.assign({}, ...SUITES.map(held)));
  receiver = await spanReceiver();
  const servicesFile = fewServices(folder.path, ['planner', 'impact', 'test', 'toolgate', 'mcp-git', 'mcp-tests']);
  installation = await startTestInstallation({ servicesFile, env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint } });
  bus = await installation.as('operator');
  await installation.control.scale('test', 2);
  await installation.control.scale('mcp-tests', 2);
  for (const instance of ['test-2', 'mcp-tests-2']) await waitFor(async () => (await up(instance)) !== null, { what: instance, timeoutMs: 20_000 });
});
afterAll(async () => {
  writeFileSync(open, '');
  await installation?.stop();
  await receiver?.close();
  repo?.remove();
  folder.remove();
});

const up = async (instance: string) =>
  (await installation.control.status()).instances.find((one) => one.instance === instance && one.state === 'up')?.pid ?? null;
test('thin road', async () => {
  const reply = await bus.submit({ kind: 'test', repo: repo.path, revision: 'HEAD' });
  const goal = reply.accepted ? reply.goal : '';
  await waitFor(() => existsSync(begun) && readFileSync(begun, 'utf8').trim().split('\n').length >= 4, { what: 'four begun', timeoutMs: 30_000 }).catch((e) =>
    console.log(String(e), existsSync(begun) && readFileSync(begun, 'utf8'), installation.logs(30)),
  );
  console.log(readFileSync(begun, 'utf8'));
  writeFileSync(open, '');
  const state = await ended(bus, goal);
  console.log(
    JSON.stringify(
      (await eventsOf(bus, goal)).filter((e) => e.type === 'decision.made' && e.decision.kind === 'judge-tests'),
      null,
      1,
    ),
  );
  console.log(state.ended);
}, 60_000);
