// Long calls go to all replicas of a server, each in a session of its own; real replicas as processes of their own.
import { testsRun } from '@awo/contracts';
import type { ToolRequest } from '@awo/contracts';
import { waitFor } from '@awo/testing';
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passGate } from './gate.ts';
import { SHA, setStage } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

let stage: Stage;
const report = {
  suite: 'a',
  verdict: 'passed',
  counts: { passed: 1, failed: 0, skipped: 0, flaky: 0 },
  cases: [],
  exitCode: 0,
  durationMs: 1,
  because: null,
  output: '',
};
const suite = { id: 'a', unit: 'a', dir: 'a', command: ['true'], runner: 'exit-code', timeoutMs: 1000, install: [], at: 'a:1' };
let third: ChildProcess;

beforeAll(async () => {
  stage = await setStage();
  await Promise.all([stage.server('mcp-tests', 'mcp-tests-1'), stage.server('mcp-tests', 'mcp-tests-2'), stage.server('mcp-git')]);
});
afterAll(() => stage.stop());

const ask = (capability: string, args: ToolRequest['args']) =>
  passGate(stage.gate, 'test', capability, { goal: 'g0000000001', step: 'run-tests', action: 'run', fence: 1, args });
const run = () => ask(testsRun.name, { repo: '/repo', sha: SHA, suite, install: [] });
/** So many at once, none of which ends before the last has begun; which replica had how many. */
async function together(count: number): Promise<Record<string, number>> {
  const before = stage.calls('tests.run').length;
  stage.answer({ 'tests.run': { result: report, afterMs: 10, afterCalls: before + count } });
  await Promise.all(Array.from({ length: count }, run));
  const by = stage
    .calls('tests.run')
    .slice(before)
    .map((call) => call.by);
  return Object.fromEntries([...Map.groupBy(by, (one) => one)].map(([one, { length }]) => [one, length]));
}

test('calls side by side are shared evenly by two replicas, in one session with each', async () => {
  expect(await together(6)).toEqual({ 'mcp-tests-1': 3, 'mcp-tests-2': 3 });
  expect(await together(4)).toEqual({ 'mcp-tests-1': 2, 'mcp-tests-2': 2 });
});

test('one call after the other stays where it is: nobody is looked for, and nothing is opened', async () => {
  stage.answer({ 'tests.run': { result: report } });
  const before = stage.calls('tests.run').length;
  for (let i = 0; i < 4; i += 1) await run();
  expect(
    new Set(
      stage
        .calls('tests.run')
        .slice(before)
        .map((call) => call.by),
    ).size,
  ).toBe(1);
});

test('a replica that is started later gets its share, or scaling up in the middle of a release would help nobody', async () => {
  third = await stage.server('mcp-tests', 'mcp-tests-3');
  const shares = await waitFor(async () => ((found) => 'mcp-tests-3' in found && found)(await together(6)), {
    what: 'a share of the third',
    timeoutMs: 20_000,
  });
  expect(Object.values(shares)).toEqual([2, 2, 2]);
});

test('a replica that is gone is asked before a call is lost to it: the others take over, and no call fails', async () => {
  third.kill('SIGKILL');
  await new Promise((resolve) => third.once('exit', resolve));
  expect(await together(6)).toEqual({ 'mcp-tests-1': 3, 'mcp-tests-2': 3 });
});

test('closing all ends the further sessions, too: none of them hears of a gate that has stopped', async () => {
  const heard = async () => {
    await stage.bus.nc.flush();
    const { connections } = (await (await fetch(`${stage.nats.monitorUrl}/connz`)).json()) as { connections: { name: string; subscriptions: number }[] };
    return connections.find(({ name }) => name === 'toolgate-test')?.subscriptions;
  };
  const before = (await heard()) ?? 0;
  await stage.gate.clients.closeAll();
  // One with each of two replicas.
  expect(await heard()).toBe(before - 2);
});
