// A rolling upgrade with goals in flight: two versions side by side, the older leaves what the newer wrote, and every goal ends.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMIT_VERSION } from '@awo/contracts';
import { homePaths, serviceEnvironment } from '@awo/embedded';
import { makeRepo, startTestInstallation, waitFor } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import type { Bus } from '@awo/bus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { fewServices } from '../support/few-services.ts';
import { copyAsNewerVersion } from '../support/newer-version.ts';

const AT_FIRST = 4;
const folder = mkdtempSync(join(tmpdir(), 'awo-upgrade-'));
const newer = join(folder, 'newer');
const started: ChildProcess[] = [];
let installation: TestInstallation;
let repository: TestRepository;
let operator: Bus;

beforeAll(async () => {
  repository = makeRepo({
    'package.json': JSON.stringify({ name: 'hello', version: '1.0.0', private: true, scripts: { test: 'node --test' } }),
    'a.test.js': '',
  });
  const servicesFile = fewServices(folder, ['planner', 'impact', 'toolgate', 'mcp-git']);
  installation = await startTestInstallation({ servicesFile });
  operator = await installation.as('operator');
});
afterAll(async () => {
  for (const child of started) child.kill('SIGTERM');
  await installation?.stop();
  repository?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const goals: string[] = [];
async function assess(): Promise<void> {
  const reply = await operator.submit({ kind: 'assess', repo: repository.path, revision: 'HEAD' }, { timeoutMs: 30_000 });
  if (!reply.accepted) throw new Error(reply.reason);
  goals.push(reply.goal);
}
function startNewer(role: string): void {
  const env = serviceEnvironment({
    home: installation.home,
    natsUrl: installation.natsUrl,
    user: role,
    instance: `${role}-newer`,
    env: 'basic',
    caller: installation.env,
  });
  started.push(spawn(process.execPath, [join(newer, 'services', role, 'src/main.ts')], { env, stdio: 'ignore' }));
}
const Seen = z.object({ v: z.number(), state: z.object({ ended: z.object({ outcome: z.string() }).optional() }) });
/** Commits as they stand in the log: the older version's own reader would refuse the newer ones. */
async function commitsOf(goal: string): Promise<z.infer<typeof Seen>[]> {
  const found: z.infer<typeof Seen>[] = [];
  for (let seq = 1; ;) {
    const message = await operator.jsm.direct.getMessage('GOALS', { seq, next_by_subj: `awo.log.${goal}.>` });
    if (!message) return found;
    found.push(Seen.parse(message.json()));
    seq = message.seq + 1;
  }
}
const leftBy = (role: string) => readFileSync(join(homePaths(installation.home).logs, `${role}.log`), 'utf8').includes('left for a newer version');

test('goals in flight end while replicas of two versions share the work, and after the older ones have gone', async () => {
  const version = copyAsNewerVersion(newer);
  expect(version).toBe(COMMIT_VERSION + 1);
  await Promise.all(Array.from({ length: AT_FIRST }, assess));
  for (const role of ['planner', 'impact']) startNewer(role);
  await waitFor(
    async () => {
      await assess();
      return leftBy('planner') || leftBy('impact');
    },
    { what: 'an older replica to meet a commit of the newer version', timeoutMs: 60_000, everyMs: 200 },
  );
  await Promise.all([assess(), assess(), assess()]);
  await Promise.all(['planner', 'impact'].map((role) => installation.control.scale(role, 0)));
  const outcomes = await waitFor(
    async () => {
      const logs = await Promise.all(goals.map(commitsOf));
      const ends = logs.map((log) => log.at(-1)?.state.ended?.outcome);
      return ends.every((end) => end !== undefined) && { ends, logs };
    },
    { what: 'every goal to end', timeoutMs: 90_000, everyMs: 200 },
  );
  expect(new Set(outcomes.ends)).toEqual(new Set(['done']));
  // The older one never writes after the newer one.
  for (const log of outcomes.logs) expect(log.map((commit) => commit.v)).toEqual(log.map((commit) => commit.v).toSorted());
  expect(
    outcomes.logs.some((log) => log.at(0)?.v === COMMIT_VERSION && log.at(-1)?.v === version),
    'a goal that began before and ended after',
  ).toBe(true);
});

test('the older command line says that a newer version wrote the goal, and lists the others all the same', async () => {
  const { unreadable, heads } = await operator.recent();
  expect(unreadable.length).toBeGreaterThan(0);
  expect(unreadable.length + heads.length).toBe(goals.length);
  await expect(operator.lastCommit(unreadable[0]?.goal ?? '')).rejects.toMatchObject({
    code: 'newer-version',
    message: expect.stringContaining('upgrade awo'),
  });
});
