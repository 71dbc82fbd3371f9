// What operators see of a running installation: metrics that move when their cause is produced, and a doctor that names what is wrong.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyFile } from '@awo/embedded';
import { makeRepo, startTestInstallation, waitFor } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import type { Bus } from '@awo/bus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { awo } from '../support/awo.ts';
import { fewServices } from '../support/few-services.ts';
import { metricsIn, panels, rules } from '../support/observability.ts';
import { scrape, sumOf, targetsOf } from '../support/scrape.ts';

const folder = mkdtempSync(join(tmpdir(), 'awo-observability-'));
let installation: TestInstallation;
let repository: TestRepository;
let operator: Bus;

beforeAll(async () => {
  repository = makeRepo({
    'package.json': JSON.stringify({ name: 'hello', version: '1.0.0', private: true, scripts: { test: 'node --test' } }),
    'a.test.js': '',
  });
  const servicesFile = fewServices(folder, ['planner', 'impact', 'toolgate', 'mcp-git', 'observer', 'verifier', 'archiver']);
  installation = await startTestInstallation({ servicesFile, env: { AWO_HTTP_PORT: '0', AWO_STUCK_AFTER_S: '2' } });
  operator = await installation.as('operator');
});
afterAll(async () => {
  await installation?.stop();
  repository?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const of = async (instance: string) => scrape(targetsOf(installation.home).get(instance) ?? '');
const seen = (instance: string, what: string, look: (samples: Awaited<ReturnType<typeof of>>) => boolean) =>
  waitFor(async () => look(await of(instance)), { what: `${instance} to show ${what}`, timeoutMs: 30_000, everyMs: 200 });
const impactLag = { messaging_destination_name: 'GOALS', messaging_consumer_group_name: 'impact' };

async function assess(): Promise<string> {
  const reply = await operator.submit({ kind: 'assess', repo: repository.path, revision: 'HEAD' });
  if (!reply.accepted) throw new Error(reply.reason);
  return reply.goal;
}
const ended = (goal: string) => waitFor(async () => (await operator.lastCommit(goal))?.commit.state.ended, { what: `${goal} to end`, timeoutMs: 60_000 });

test('work for a role without a replica is seen as lag, then as stuck, and is gone when a replica is back', async () => {
  await installation.control.scale('impact', 0);
  const goal = await assess();
  await seen('observer-1', 'lag', (s) => sumOf(s, 'awo_consumer_pending', impactLag) === 1 && sumOf(s, 'awo_consumer_waiting', impactLag) === 0);
  await seen('observer-1', 'a stuck goal', (s) => sumOf(s, 'awo_goals_stuck', { awo_reason: 'silent' }) === 1 && sumOf(s, 'awo_goals') === 1);
  expect(targetsOf(installation.home).has('impact-1'), 'a replica that was stopped takes its target along').toBe(false);
  await installation.control.scale('impact', 1);
  expect(await ended(goal)).toMatchObject({ outcome: 'done' });
  await seen('observer-1', 'one ended goal', (s) => sumOf(s, 'awo_goals_ended_total', { awo_outcome: 'done' }) === 1 && sumOf(s, 'awo_goals_stuck') === 0);
  await seen('impact-1', 'the hand-over that took so long', (s) => sumOf(s, 'awo_handover_duration_sum') > 1);
});

test('a tool that fails is seen as failed calls', async () => {
  const reply = await operator.submit({ kind: 'assess', repo: repository.path, revision: 'no-such-branch' });
  expect(reply.accepted && (await ended(reply.goal))).toMatchObject({ outcome: 'refused' });
  await seen('toolgate-1', 'failed calls', (s) => sumOf(s, 'awo_tool_call_duration_count', { awo_outcome: 'failed' }) > 0);
});

test('goals that are refused are counted', async () => {
  await operator.nc.request('awo.goals.release', 'not JSON', { timeout: 5000 });
  await seen('planner-1', 'a refusal', (s) => sumOf(s, 'awo_intake_goals_total', { awo_outcome: 'refused' }) === 1);
});

test('every metric that a rule or a panel names is exported, so that none of them is silent for a misspelling', async () => {
  const named = [...rules().map((rule) => rule.expr), ...panels().flatMap((panel) => panel.targets.map((target) => target.expr))].flatMap(metricsIn);
  const all = await Promise.all([...targetsOf(installation.home).values()].map(scrape));
  const exported = new Set(['up', ...all.flat().map((sample) => sample.name)]);
  // No step of these goals waits, so no timer has fired.
  const waits = new Set(['awo_timer_lateness_bucket']);
  expect(named.length).toBeGreaterThan(30);
  expect([...new Set(named)].filter((name) => !exported.has(name) && !waits.has(name))).toEqual([]);
});

test('no label holds a goal, a secret or an address', async () => {
  const all = await Promise.all([...targetsOf(installation.home).values()].map(scrape));
  const values = new Set(
    all
      .flat()
      .filter((one) => one.name !== 'target_info')
      .flatMap((one) => Object.values(one.labels)),
  );
  expect([...values].filter((value) => /^g[0-9a-z]{10}$|\/|SU[A-Z0-9]{20}|\d+\.\d+\.\d+\.\d+/.test(value))).toEqual([]);
  expect(values.size).toBeLessThan(100);
});

const Report = z.object({
  checks: z.array(z.object({ name: z.string(), level: z.enum(['ok', 'warn', 'fail']), ok: z.boolean(), detail: z.string(), hint: z.string().nullable() })),
});
async function doctor(env: NodeJS.ProcessEnv = {}) {
  const { code, out } = await awo(['doctor', '--installation', '-o', 'json'], { ...installation.env, ...env });
  return { code, found: Report.parse(JSON.parse(out)).checks };
}

test('the doctor finds nothing where nothing is wrong, and has looked at everything', async () => {
  const { code, found } = await doctor();
  expect(found.filter((one) => one.level !== 'ok')).toEqual([]);
  expect(code).toBe(0);
  const names = [
    'node',
    'installation',
    'bus',
    'durability',
    'store',
    'streams',
    'keys',
    'permissions',
    'clock here',
    'clock of planner-1',
    'chains',
    'archive',
    'readiness',
    'versions',
    'planner',
  ];
  expect(found.map((one) => one.name)).toEqual(expect.arrayContaining(names));
  expect(found.find((one) => one.name === 'chains')?.detail).toMatch(/latest [1-9]/);
  expect(found.find((one) => one.name === 'archive')?.detail).toMatch(/goals in .* packs/);
});

test('what was changed or broken is named with the way out, and the exit code says so', async () => {
  const { jsm } = await installation.as('provisioner');
  chmodSync(keyFile(installation.home, 'publisher'), 0o644);
  await (await installation.as('planner')).js.publish(`awo.log.g0000000000.planner.nobody`, 'not JSON');
  const failing = (found: Awaited<ReturnType<typeof doctor>>['found']) => new Map(found.filter((one) => one.level === 'fail').map((one) => [one.name, one]));
  // Whoever keeps the bus puts each of these back by itself, and may be faster than the doctor.
  const different = [
    /consumer TIMERS\/monitor is missing/,
    /consumer GOALS\/test: max_ack_pending is 7, declared 1000/,
    /stream SIGNALS: max_age is 300000000000, declared/,
  ];
  const lookAtDifferences = async () => {
    await jsm.consumers.update('GOALS', 'test', { max_ack_pending: 7 });
    await jsm.streams.update('SIGNALS', { max_age: 300e9 });
    await jsm.consumers.delete('TIMERS', 'monitor').catch(() => {});
    const look = await doctor();
    const said = failing(look.found).get('streams')?.detail ?? '';
    return different.every((one) => one.test(said)) && look;
  };
  const { code, found } = await waitFor(lookAtDifferences, { what: 'the doctor to name all three differences', timeoutMs: 90_000 });
  const failed = failing(found);
  expect(failed.get('keys')?.detail).toContain('publisher.nk');
  expect(failed.get('log')?.detail).toContain('g0000000000');
  expect([...failed.keys()].toSorted()).toEqual(['keys', 'log', 'streams']);
  expect([...failed.values()].every((one) => one.hint !== null)).toBe(true);
  expect(code).toBe(1);
});
