// The verifier on a real server: what it signs, what it finds, and what it must not mistake for damage.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goalIdFor, openSigningKey, provision, readBusSpec } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { RetryableError, VerifierState } from '@awo/contracts';
import type { Event } from '@awo/contracts';
import { createLogger } from '@awo/telemetry';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IsSealed } from './sealed.ts';
import { openVerifier } from './verifier.ts';
import type { Verifier } from './verifier.ts';

let nats: TestNats;
let bus: Bus;
let planner: Bus;
let provisioner: Bus;
let home: string;
let opened: Verifier[];
beforeEach(async () => {
  nats = await startTestNats();
  [bus, planner, provisioner] = (await Promise.all(['verifier', 'planner', 'provisioner'].map((user) => nats.as(user)))) as [Bus, Bus, Bus];
  home = mkdtempSync(join(tmpdir(), 'awo-verifier-'));
  opened = [];
});
afterEach(async () => {
  for (const one of opened) await one.close();
  await nats.stop();
  rmSync(home, { recursive: true, force: true });
});

const nobody: IsSealed = () => Promise.resolve(false);
async function open(isSealed = nobody): Promise<Verifier> {
  const key = await openSigningKey(join(nats.home, 'keys', 'installation.pem'));
  const verifier = await openVerifier({
    bus,
    home,
    key,
    isSealed,
    log: createLogger('verifier', 'test', 'silent'),
    now: () => new Date(),
    goalsPerRound: 100,
    againEveryMs: 0,
  });
  opened.push(verifier);
  return verifier;
}
const file = (name: string) => join(home, 'verifier', name);
const written = (name: string) => readFileSync(file(name), 'utf8');

let n = 0;
const write = (goal: string, events: Event[]) =>
  planner.write({ goal, by: { author: 'planner', instance: 'planner-1' }, head: undefined, events: () => events, now: () => new Date() });
/** Two commits; the last has sequence `seq`. */
async function goalInLog(): Promise<{ goal: string; seq: number }> {
  const goal = goalIdFor(`verified:${n++}`);
  const step = { id: 'a', kind: 'relay' as const, role: 'impact' as const, needs: [], when: 'passed' as const, input: {}, because: 'needed' };
  await write(goal, [{ type: 'goal.accepted', goal, spec: { kind: 'assess', repo: '/repo', revision: 'HEAD' }, source: 'test', plan: [step] }]);
  const { head } = await write(goal, [{ type: 'goal.ended', outcome: 'done', because: 'finished' }]);
  return { goal, seq: head?.seq ?? 0 };
}
const takeOut = (goal: string, keep = 0) => provisioner.jsm.streams.purge('GOALS', { filter: `awo.log.${goal}.>`, keep });
const recorded = async (key: string) =>
  (await (await nats.as('operator')).jsm.direct.getMessage('HISTORY', { last_by_subj: `awo.history.verifier.${key}` }))?.json();

test('a log that is whole is signed commit by commit, and a restart goes on where it was', async () => {
  const { seq } = await goalInLog();
  expect(await (await open()).round()).toEqual([]);
  expect(JSON.parse(written('state.json'))).toMatchObject({ to: seq, goals: 1, looks: 1, violations: [] });
  await goalInLog();
  const lines = written('goals.checkpoints').trim().split('\n').length;
  const again = await open();
  expect(await again.round()).toEqual([]);
  expect(await again.round()).toEqual([]);
  expect(written('goals.checkpoints').trim().split('\n').length).toBe(lines + 1);
});

test('a goal that was taken out, or whose beginning was, is named with the place, once, and stands in HISTORY', async () => {
  const [gone, cut, whole] = [await goalInLog(), await goalInLog(), await goalInLog()];
  const verifier = await open();
  await verifier.round();
  await takeOut(gone.goal);
  await takeOut(cut.goal, 1);
  const found = await verifier.round();
  expect(found.map(({ goal, what, index }) => ({ goal, what, index })).toSorted((a, b) => a.index - b.index)).toEqual(
    [
      { goal: gone.goal, what: 'missing-commits', index: 0 },
      { goal: cut.goal, what: 'broken-chain', index: 0 },
    ].toSorted((a, b) => a.index - b.index),
  );
  expect(await verifier.round()).toEqual([]);
  expect(verifier.report.state().violations.some(({ goal }) => goal === whole.goal)).toBe(false);
  expect(await recorded(gone.goal)).toMatchObject({ goal: gone.goal, what: 'missing-commits' });
  expect(await (await open()).round()).toEqual([]);
  expect(VerifierState.parse(JSON.parse(written('state.json'))).violations).toHaveLength(2);
});

test('what somebody who may write the log writes there instead of a commit is named', async () => {
  const { goal } = await goalInLog();
  const { seq } = await planner.js.publish(`awo.log.${goal}.planner.nobody`, 'no commit');
  expect(await (await open()).round()).toMatchObject([{ goal, seq, index: 2, what: 'not-a-commit' }]);
});

test('a goal that left the log for the archive is no damage; while nobody can say, it is counted as unknown', async () => {
  const { goal } = await goalInLog();
  await (await open()).round();
  await takeOut(goal);
  const silent = await open(() => Promise.reject(new RetryableError('archive-unavailable', 'No archiver runs.')));
  expect(await silent.round()).toEqual([]);
  expect(silent.report.state()).toMatchObject({ unknown: 1, violations: [] });
  const asked: unknown[] = [];
  const answered = await open((...request) => {
    asked.push(request);
    return Promise.resolve(true);
  });
  expect(await answered.round()).toEqual([]);
  expect(asked).toMatchObject([[goal, { commits: 2 }]]);
  expect(answered.report.state()).toMatchObject({ unknown: 0, goals: 0 });
});

test('another log in the place of the one that was signed is found at once', async () => {
  await goalInLog();
  await (await open()).round();
  await provisioner.jsm.streams.delete('GOALS');
  await provision(provisioner, await readBusSpec(new URL('../../../deploy/nats/bus.yaml', import.meta.url)), 1);
  expect(await (await open()).round()).toContainEqual(expect.objectContaining({ goal: null, what: 'log-replaced' }));
  expect(await recorded('log')).toMatchObject({ what: 'log-replaced' });
});

test('a goal that was replaced before it was signed differs from the copy, where there is one, and the copy never answers for the log', async () => {
  const { goal } = await goalInLog();
  await goalInLog();
  await provision(provisioner, await readBusSpec(new URL('../../../deploy/nats/bus.yaml', import.meta.url)), 1, { copies: true });
  await waitFor(async () => (await provisioner.jsm.streams.info('GOALS_COPY')).state.messages === 4, { what: 'the copy to have all commits' });
  await takeOut(goal);
  // Read again and again: whoever answers some of the requests would be met.
  for (let i = 0; i < 20; i++) expect(await planner.jsm.direct.getMessage('GOALS', { last_by_subj: `awo.log.${goal}.>` })).toBeNull();
  await write(goal, [{ type: 'goal.accepted', goal, spec: { kind: 'assess', repo: '/other', revision: 'HEAD' }, source: 'test', plan: [] }]);
  expect(await (await open()).round()).toMatchObject([{ goal, what: 'differs-from-copy', index: 0 }]);
});

test('after a signed line was changed nothing more is signed, and that is what is said', async () => {
  await goalInLog();
  await (await open()).round();
  const changed = written('goals.checkpoints').replace('"body":"', '"body":" ');
  writeFileSync(file('goals.checkpoints'), changed);
  await goalInLog();
  expect(await (await open()).round()).toMatchObject([{ goal: null, what: 'checkpoints-damaged', detail: expect.stringContaining('bad-signature') }]);
  expect(written('goals.checkpoints')).toBe(changed);
});

test('the process says what it finds, and ends at SIGTERM', async () => {
  const { goal } = await goalInLog();
  const env = { PATH: process.env['PATH'], ...nats.env('verifier'), AWO_VERIFY_EVERY_S: '0.1', AWO_LOG_LEVEL: 'silent' };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], { env, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const state = () => {
    const path = join(nats.home, 'verifier', 'state.json');
    return existsSync(path) ? VerifierState.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
  };
  await waitFor(() => (state()?.looks ?? 0) > 0, { what: 'a look at everything' });
  await planner.js.publish(`awo.log.${goal}.planner.nobody`, 'no commit');
  await waitFor(() => state()?.violations.length === 1, { what: 'the violation' });
  expect(state()?.violations).toMatchObject([{ goal, index: 2 }]);
  child.kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
});
