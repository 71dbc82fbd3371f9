// Every alert is produced by its cause, before a real Prometheus that reads a real installation. Opt-in: `npm run test:prometheus`.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bus } from '@awo/bus';
import { goalIdFor } from '@awo/bus';
import { COMMIT_VERSION } from '@awo/contracts';
import type { Event, PlanStep } from '@awo/contracts';
import { CHECKOUT, serviceEnvironment } from '@awo/embedded';
import { makeRepo, startTestInstallation, waitFor } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import { requestTool } from '@awo/tools/call-tool';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { awo } from '../support/awo.ts';
import { fewServices } from '../support/few-services.ts';
import { metricsIn, panels, rules } from '../support/observability.ts';
import { startPrometheus } from './prometheus.ts';
import type { Prometheus } from './prometheus.ts';

const EVERYTHING = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));
/** Its own word: it may change something. */
const UNREADABLE = 'x.every.gzip-file-as-resource';
const SMALL_DISK = '8m';
const folder = mkdtempSync(join(tmpdir(), 'awo-alerts-'));
const disk = join(folder, 'disk');
const produced = new Map<string, number>();
const now = () => new Date();
let installation: TestInstallation;
let repository: TestRepository;
let prometheus: Prometheus;
let planner: Bus;
let operator: Bus;
let second: ChildProcess | undefined;
let archiver: ChildProcess | undefined;

beforeAll(async () => {
  repository = makeRepo({
    'package.json': JSON.stringify({ name: 'hello', version: '1.0.0', private: true, scripts: { test: 'node --test' } }),
    'a.test.js': '',
  });
  const servicesFile = fewServices(folder, ['planner', 'impact', 'toolgate', 'mcp-git', 'observer', 'verifier', 'archiver']);
  installation = await startTestInstallation({ servicesFile, env: { AWO_HTTP_PORT: '0', AWO_STUCK_AFTER_S: '3' } });
  [planner, operator] = await Promise.all([installation.as('planner'), installation.as('operator')]);
  mkdirSync(disk);
  prometheus = await startPrometheus(folder, [
    join(installation.home, 'targets', '*.json'),
    join(disk, 'targets', '*.json'),
    join(folder, 'archiver', 'targets', '*.json'),
  ]);
  process.stdout.write(`Prometheus ${prometheus.version}\n`);
  await waitFor(async () => (await prometheus.query('up == 1')).length === 7, { what: 'seven processes to be scraped', timeoutMs: 30_000 });
});
afterAll(async () => {
  second?.kill('SIGTERM');
  archiver?.kill('SIGTERM');
  await prometheus?.stop();
  await installation?.stop();
  repository?.remove();
  spawnSync('umount', [disk]);
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${[...produced].map(([name, ms]) => `${name} after ${(ms / 1000).toFixed(1)} s`).join('\n')}\n`);
});

/** The alert fires; the time from its cause is written down. */
async function fires(name: string, since: number): Promise<void> {
  await waitFor(async () => (await prometheus.firing()).includes(name), { what: `${name} to fire`, timeoutMs: 90_000, everyMs: 250 });
  produced.set(name, Date.now() - since);
}
const resolves = (name: string) =>
  waitFor(async () => !(await prometheus.firing()).includes(name), { what: `${name} to be over`, timeoutMs: 60_000, everyMs: 250 });

let count = 0;
const planOf = (role: PlanStep['role']): PlanStep[] => [{ id: 'a', kind: 'relay', role, needs: [], when: 'passed', input: {}, because: 'needed' }];
async function open(plan = planOf('impact')): Promise<string> {
  const goal = goalIdFor(`alerts:${count++}`);
  await write(goal, [{ type: 'goal.accepted', goal, spec: { kind: 'assess', repo: '/repo', revision: 'HEAD' }, source: 'test', plan }]);
  return goal;
}
const write = (goal: string, events: Event[]) =>
  planner.write({ goal, by: { author: 'planner', instance: 'test' }, head: undefined, events: () => events, now });
async function assess(): Promise<string> {
  const reply = await operator.submit({ kind: 'assess', repo: repository.path, revision: 'HEAD' });
  if (!reply.accepted) throw new Error(reply.reason);
  return reply.goal;
}
const ended = (goal: string) => waitFor(async () => (await planner.lastCommit(goal))?.commit.state.ended, { what: `${goal} to end`, timeoutMs: 60_000 });

test('where nothing is wrong nothing fires', async () => {
  await ended(await assess());
  await waitFor(async () => (await prometheus.query('awo_handover_duration_count{awo_role="impact"}')).length > 0, { what: 'the hand-over to be scraped' });
  expect(await prometheus.firing()).toEqual([]);
});

test('an agent that is gone: nobody listens, goals get stuck; when it is back, hand-overs were slow', async () => {
  await installation.control.scale('impact', 0);
  const since = Date.now();
  const goals = [await assess(), await assess(), await assess()];
  await fires('AwoNobodyListens', since);
  await fires('AwoGoalStuck', since);
  await waitFor(() => Date.now() - since > 7000, { what: 'hand-overs to be slow' });
  const back = Date.now();
  await installation.control.scale('impact', 1);
  for (const goal of goals) await ended(goal);
  await fires('AwoHandoverSlow', back);
  await resolves('AwoGoalStuck');
  await resolves('AwoNobodyListens');
});

test('a tool server that is away: its tools fail and messages come again and again', async () => {
  await installation.control.scale('mcp-git', 0);
  const since = Date.now();
  const goals = await Promise.all(Array.from({ length: 8 }, assess));
  await fires('AwoToolFailing', since);
  await fires('AwoRedeliveries', since);
  await installation.control.scale('mcp-git', 1);
  await Promise.all(goals.map(ended));
});

test('a process that hangs is down; a consumer that is gone makes it unready', async () => {
  const { instances } = await installation.control.status();
  const pid = instances.find((one) => one.service === 'impact' && one.state === 'up')?.pid;
  // 0 would stop this very process.
  if (!pid) throw new Error(`no impact agent runs: ${JSON.stringify(instances)}`);
  let since = Date.now();
  process.kill(pid, 'SIGSTOP');
  await fires('AwoProcessDown', since).finally(() => process.kill(pid, 'SIGCONT'));
  await resolves('AwoProcessDown');
  const { jsm } = await installation.as('provisioner');
  const { config } = await jsm.consumers.info('TIMERS', 'impact');
  since = Date.now();
  await jsm.consumers.delete('TIMERS', 'impact');
  await fires('AwoProcessNotReady', since);
  await jsm.consumers.add('TIMERS', config);
  await resolves('AwoProcessNotReady');
});

test('commits that are gone from the log after they were signed', async () => {
  const goal = await assess();
  await ended(goal);
  const last = (await planner.lastCommit(goal))?.seq ?? 0;
  const signed = () => readFileSync(join(installation.home, 'verifier', 'state.json'), 'utf8');
  await waitFor(() => z.object({ to: z.number() }).parse(JSON.parse(signed())).to >= last, { what: 'the verifier to have walked it', timeoutMs: 30_000 });
  const { jsm } = await installation.as('provisioner');
  const since = Date.now();
  await jsm.streams.purge('GOALS', { filter: `awo.log.${goal}.>` });
  await fires('AwoLogNotWhole', since);
});

test('messages in the log that this version cannot read: a newer one, and none at all', async () => {
  const since = Date.now();
  await planner.js.publish(`awo.log.g0000000000.planner.impact`, JSON.stringify({ v: COMMIT_VERSION + 1 }));
  await planner.js.publish(`awo.log.g0000000001.planner.impact`, 'not JSON');
  await fires('AwoNewerVersion', since);
  await fires('AwoPoisonCommit', since);
});

test('goals that are refused, and one that a person has to look at', async () => {
  const since = Date.now();
  for (let n = 0; n < 12; n++) await operator.nc.request('awo.goals.release', `not JSON ${n}`, { timeout: 5000 });
  await fires('AwoIntakeRefusing', since);
  const goal = await open([]);
  const asked = Date.now();
  await write(goal, [{ type: 'goal.ended', outcome: 'needs-human', because: 'nobody knows' }]);
  await fires('AwoGoalNeedsHuman', asked);
});

test('a timer that nobody set is late', async () => {
  await installation.control.scale('impact', 0);
  const goal = await open();
  const until = new Date(Date.now() + 500).toISOString();
  const since = Date.now();
  await write(goal, [{ type: 'step.waited', step: 'a', until, because: 'a look later', memo: {} }]);
  await fires('AwoTimersLate', since);
  await write(goal, [{ type: 'goal.ended', outcome: 'aborted', because: 'seen' }]);
  await resolves('AwoTimersLate');
});

test('an effect whose answer was lost, of a tool that cannot be read back', async () => {
  const added = await awo(['tools', 'add', 'every', '--', process.execPath, EVERYTHING], installation.env);
  expect(added.code, added.err).toBe(0);
  const goal = await open(planOf('monitor'));
  const args = { name: 'a.gz' };
  const request = createHash('sha256')
    .update(JSON.stringify([UNREADABLE, args]))
    .digest('hex');
  // Claimed by a gate that died before it wrote the answer down.
  const effects = await (await installation.as('toolgate')).kv('effects');
  await effects.create(`${goal}.a.act`, JSON.stringify({ state: 'claimed', request, at: now().toISOString(), by: 'toolgate-dead' }));
  const fence = (await planner.lastCommit(goal))?.seq ?? 0;
  const since = Date.now();
  const asked = requestTool(await installation.as('monitor'), UNREADABLE, { goal, step: 'a', action: 'act', fence, args }, { timeoutMs: 30_000 });
  await expect(asked).rejects.toMatchObject({ code: 'outcome-unknown' });
  await fires('AwoEffectUnknown', since);
});

test('more than five hundred messages wait', async () => {
  await installation.control.scale('impact', 0);
  const since = Date.now();
  for (let n = 0; n < 51; n++) await Promise.all(Array.from({ length: 10 }, () => open()));
  await fires('AwoBacklog', since);
});

test('a disk that is nearly full, as a second observer sees it', async ({ skip }) => {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK}`, 'tmpfs', disk]).status !== 0) skip('a small disk cannot be mounted here: that takes root');
  const { home, natsUrl, env } = installation;
  const given = serviceEnvironment({ home, natsUrl, user: 'observer', instance: 'observer-2', env: 'basic', caller: env });
  second = spawn(process.execPath, [join(CHECKOUT, 'services/observer/src/main.ts')], { env: { ...given, AWO_HOME: disk }, stdio: 'ignore' });
  await waitFor(async () => (await prometheus.query('awo_store_free{instance="observer-2"} > 7e6')).length === 1, { what: 'the free disk', timeoutMs: 30_000 });
  const since = Date.now();
  writeFileSync(join(disk, 'big'), Buffer.alloc(7_600_000));
  await fires('AwoDiskNearlyFull', since);
  rmSync(join(disk, 'big'));
  await resolves('AwoDiskNearlyFull');
  const gone = new Promise((resolve) => second?.once('exit', resolve));
  second.kill('SIGTERM');
  await gone;
});

test('a finished goal that is not as it should be, and an archive that cannot be read, as a second archiver meets them', async () => {
  const home = join(folder, 'archiver');
  const place = join(folder, 'archive');
  mkdirSync(join(home, 'keys'), { recursive: true });
  const policy = join(folder, 'archive.yaml');
  const pack = { goals: 1000, mebibytes: 8, wait_s: 0 };
  const keep = { environments: {}, other: 'forever' };
  writeFileSync(policy, JSON.stringify({ store: { kind: 'directory', path: place }, grace_s: 0, every_s: 0.2, pack, stragglers: 2000, keep_days: keep }));
  const goal = await open([]);
  await write(goal, [{ type: 'goal.ended', outcome: 'done', because: 'nothing to do' }]);
  let since = Date.now();
  await planner.js.publish(`awo.log.${goal}.planner.impact`, JSON.stringify({ ...(await planner.lastCommit(goal))?.commit, prev: '0'.repeat(64) }));
  const given = serviceEnvironment({
    home: installation.home,
    natsUrl: installation.natsUrl,
    user: 'archiver',
    instance: 'archiver-2',
    env: 'basic',
    caller: installation.env,
  });
  archiver = spawn(process.execPath, [join(CHECKOUT, 'services/archiver/src/main.ts')], {
    env: { ...given, AWO_HOME: home, AWO_ARCHIVE_POLICY: policy },
    stdio: 'ignore',
  });
  await fires('AwoGoalNotSealed', since);
  rmSync(place, { recursive: true });
  writeFileSync(place, 'no folder');
  since = Date.now();
  await fires('AwoArchiveFailing', since);
});

test('nobody counts', async () => {
  const since = Date.now();
  await installation.control.scale('observer', 0);
  await fires('AwoObserverMissing', since);
  await installation.control.scale('observer', 1);
  await resolves('AwoObserverMissing');
});

test('every rule has been produced, and every panel has something to show', async () => {
  const skipped = produced.has('AwoDiskNearlyFull') ? [] : ['AwoDiskNearlyFull'];
  expect([...produced.keys(), ...skipped].toSorted()).toEqual(
    rules()
      .map((rule) => rule.alert)
      .toSorted(),
  );
  const empty: string[] = [];
  for (const { title, targets } of panels()) {
    for (const { expr } of targets) {
      // No step of these goals has waited for a timer.
      if (!metricsIn(expr).includes('awo_timer_lateness_bucket') && (await prometheus.query(expr)).length === 0) empty.push(`${title}: ${expr}`);
    }
  }
  expect(empty).toEqual([]);
});
