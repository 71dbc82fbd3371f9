// Archived goals through the real awo command: every way of reading gives what it gave while the goal stood in the log.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSigningKey, signCheckpoint } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { waitFor } from '@awo/testing';
import { NEW, recordedRelease } from './testing/recorded-release.ts';
import { realBus } from './testing/real-bus.ts';
import type { Ran } from './testing/real-bus.ts';

const GOAL = 'g7k2m9q4xw0';
const HELD = 'g7k2m9q4xwz';
const ARCHIVER = join(import.meta.dirname, '../../../services/archiver/src/main.ts');
const POLICY = {
  store: { kind: 'jetstream' },
  grace_s: 0,
  every_s: 0.1,
  pack: { goals: 100, mebibytes: 8, wait_s: 0 },
  stragglers: 0,
  keep_days: { environments: {}, other: 'forever' },
};
const READINGS: readonly string[][] = [
  ['log', GOAL, '-o', 'json'],
  ['log', GOAL, '--verify'],
  ['get', GOAL, '-o', 'json'],
  ['replay', GOAL, '-o', 'json'],
  ['explain', GOAL],
  ['trace', GOAL, '-o', 'json'],
  ['watch', GOAL, '-o', 'json'],
];

let stage: Awaited<ReturnType<typeof realBus>>;
let operator: Bus;
let archiver: ChildProcess | undefined;
let before: Ran[];

function startArchiver(): void {
  const file = join(stage.home, 'archive-policy.yaml');
  writeFileSync(file, JSON.stringify(POLICY));
  const user = { AWO_USER: 'archiver', AWO_NKEY_FILE: join(stage.home, 'keys', 'archiver.nk'), AWO_ARCHIVE_POLICY: file };
  archiver = spawn(process.execPath, [ARCHIVER], { env: { PATH: process.env['PATH'], ...stage.env, ...user }, stdio: 'ignore' });
}
async function stopArchiver(): Promise<void> {
  if (!archiver || archiver.exitCode !== null) return;
  const exited = once(archiver, 'exit');
  archiver.kill('SIGTERM');
  await exited;
}
const inLog = async (goal: string) => (await operator.lastCommit(goal)) !== null;
const awoJson = async (...args: string[]) => JSON.parse((await stage.awo([...args, '-o', 'json'])).out) as Record<string, unknown>;
const found = async (...options: string[]) => ((await awoJson('archive', 'find', ...options))['goals'] as { goal: string }[]).map(({ goal }) => goal);

beforeAll(async () => {
  stage = await realBus();
  operator = await stage.as('operator');
  await stage.record(recordedRelease({ goal: HELD }));
  await stage.record(recordedRelease({ goal: GOAL }));
  before = await Promise.all(READINGS.map((args) => stage.awo(args)));
  startArchiver();
  await waitFor(async () => !(await inLog(GOAL)) && !(await inLog(HELD)), { what: 'both goals to be archived', timeoutMs: 30_000 });
});
afterAll(async () => {
  await stopArchiver();
  await stage.stop();
});

test('every way of reading gives the same for a goal that left the log', async () => {
  expect(before.every(({ code, out }) => (code === 0 || code === 1) && out !== '')).toBe(true);
  expect(await Promise.all(READINGS.map((args) => stage.awo(args)))).toEqual(before);
});

test('it is found by service, environment, outcome, time, commit and the beginning of its id', async () => {
  const all = ['--service', 'cart', '--env', 'production', '--outcome', 'rolled-back', '--since', '2026-01-01', '--commit', NEW.slice(0, 7)];
  expect(await found(...all)).toContain(GOAL);
  expect(await found(...all, '--until', '2026-01-02')).toEqual([]);
  expect((await stage.awo(['get', 'g7k2m9q4xw'])).err).toMatch(/could be any of/);
  expect((await stage.awo(['archive', 'find', '--since', 'yesterday'])).code).toBe(2);
});

test('a goal in the archive cannot be aborted, and the reason is that it has ended', async () => {
  const { code, err } = await stage.awo(['abort', GOAL]);
  expect(code).toBe(1);
  expect(err).toMatch(/has ended already/);
});

test('a hold is recorded with who and why, shown, and ends by a release', async () => {
  await stage.awo(['archive', 'hold', HELD, '--because', 'case 17'], { env: { AWO_WHO: 'ada' } });
  expect((await stage.awo(['archive'])).out).toMatch(new RegExp(`on hold: ${HELD} .*by ada: case 17`));
  expect((await stage.awo(['archive', 'release', HELD, '--because', 'case closed'], { env: { AWO_WHO: 'ada' } })).out).toMatch(/no longer on hold/);
  const records: unknown[] = [];
  const message = await operator.jsm.direct.getMessage('HISTORY', { last_by_subj: `awo.history.archive.${HELD}` });
  records.push(message?.json());
  expect(records).toEqual([expect.objectContaining({ action: 'release', goal: HELD, who: 'ada', because: 'case closed' })]);
});

test('without an archiver a reader is told so, and never that there is no such goal', async () => {
  await stopArchiver();
  const { code, err } = await stage.awo(['log', GOAL]);
  expect(code).toBe(3);
  expect(err).toMatch(/No archiver runs/);
  expect((await stage.awo(['log', 'g0000000000'])).err).toMatch(/There is no goal/);
});

test('an index that was deleted is built anew from the packs', async () => {
  await stopArchiver();
  for (const end of ['', '-wal', '-shm']) rmSync(join(stage.home, 'archive', `index.sqlite${end}`), { force: true });
  startArchiver();
  await waitFor(async () => (await stage.awo(['archive'])).code === 0, { what: 'the archiver to answer' });
  await waitFor(async () => (await found('--goal', GOAL)).length === 1, { what: 'the goal to be found again' });
  expect((await stage.awo(['archive', 'verify'])).out).toMatch(/2 goals, .*every signature/);
  expect((await stage.awo(['archive', 'rebuild'])).out).toMatch(/2 goals from/);
});

test('an archive is compared with what was anchored outside: its own checkpoint fits, one of another key is named, other text is refused', async () => {
  const key = await openSigningKey(join(stage.home, 'keys', 'installation.pem'));
  const { last } = (await awoJson('archive')) as { last: { pack: number; manifest: string } };
  const file = join(stage.home, 'anchors.jsonl');
  const verify = (line: string) => {
    writeFileSync(file, `${line}\n`);
    return stage.awo(['archive', 'verify', '--anchor', file]);
  };
  const checkpoint = { ...last, prev: '0'.repeat(64), goals: 1, at: '2026-01-01T00:00:00.000Z' };
  expect(await verify(JSON.stringify(signCheckpoint('archive', checkpoint, key)))).toMatchObject({ code: 0 });
  const stranger = await openSigningKey(join(stage.home, 'stranger.pem'));
  expect(await verify(JSON.stringify(signCheckpoint('archive', checkpoint, stranger)))).toMatchObject({ code: 1, out: expect.stringContaining('unknown-key') });
  expect(await verify('{}')).toMatchObject({ code: 2, err: expect.stringContaining('is no signed checkpoint') });
});
