// Out of one real server and into another, empty one, by the real awo command: everything comes back, is checked, and nobody is left waiting.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectBus, openSigningKey, storedMessages, writeGoalCheckpoints } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { findNatsServer, keyFile, readBusUsers, startNatsServer } from '@awo/embedded';
import type { NatsServer } from '@awo/embedded';
import { hashOf } from '@awo/goal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordedRelease } from '../testing/recorded-release.ts';
import { realBus, runAwo } from '../testing/real-bus.ts';

const ENDED = 'g7k2m9q4xw0';
const UNDER_WAY = 'g7k2m9q4xw1';

let stage: Awaited<ReturnType<typeof realBus>>;
let work: string;
let digest: string;
/** The role that has UNDER_WAY in its hands. */
let waiting: string;
const place = (name: string) => join(work, name);

beforeAll(async () => {
  stage = await realBus();
  work = mkdtempSync(join(tmpdir(), 'awo-backup-'));
  await stage.record(recordedRelease({ goal: ENDED }));
  await stage.record(recordedRelease({ goal: UNDER_WAY }).slice(0, 5));
  const [planner, gate] = await Promise.all([stage.as('planner'), stage.as('toolgate')]);
  digest = await planner.evidence.put('seen before the backup');
  const effects = await gate.kv('effects');
  await effects.put(`${UNDER_WAY}.start.once`, '{"claimed":true}');
  await effects.put(`fence.${UNDER_WAY}.start`, '[99,1]');
  (await stage.as('publisher')).nc.publish('awo.goals.assess', '{"repo":"/srv/shop"}');
  // Answered before the backup, and what came of it is not in it.
  const head = (await planner.lastCommit(UNDER_WAY))?.commit;
  waiting = head?.state.steps.find((step) => step.status === 'dispatched')?.role ?? '';
  const consumer = await (await stage.as(waiting)).js.consumers.get('GOALS', waiting);
  for (let message = await consumer.next({ expires: 1000 }); message; message = await consumer.next({ expires: 1000 })) await message.ackAck();
  await sign();
  expect(await stage.awo(['backup', '--to', place('whole')])).toMatchObject({ code: 0, out: expect.stringMatching(/streams, .* in .*holds the key/s) });
}, 60_000);
afterAll(async () => {
  await stage.stop();
  rmSync(work, { recursive: true, force: true });
});

/** As the verifier does it; `wrong` signs another last commit than the one that is there. */
async function sign(file = join(stage.home, 'verifier', 'goals.checkpoints'), wrong = false): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const heads = new Map<string, [string, number, number, string]>();
  const operator = await stage.as('operator');
  for await (const { subject, seq, data } of storedMessages(operator, 'GOALS', 'awo.log.>')) {
    const goal = subject.split('.')[2] ?? '';
    heads.set(goal, [goal, seq, (heads.get(goal)?.[2] ?? 0) + 1, hashOf(wrong ? data.slice(1) : data)]);
  }
  const { created, state } = await operator.jsm.streams.info('GOALS');
  const checkpoints = await writeGoalCheckpoints(file, await openSigningKey(join(stage.home, 'keys', 'installation.pem')));
  await checkpoints.add({ stream: created, to: state.last_seq, at: '2026-05-04T10:00:00.000Z', heads: [...heads.values()], archived: [] });
  await checkpoints.close();
}

const restore = (from: string, home: string, ...more: string[]) => runAwo(['restore', '--from', place(from), '--home', place(home), ...more]);

async function inside<T>(home: string, look: (as: (user: string) => Promise<Bus>) => Promise<T>): Promise<T> {
  const binary = await findNatsServer({ env: process.env, report: () => {} });
  const server: NatsServer = await startNatsServer({ home: place(home), binary: binary.path, users: readBusUsers(), report: () => {}, ports: 'any' });
  const open: Bus[] = [];
  try {
    return await look(async (user) => {
      const bus = await connectBus({ url: server.url, user, nkeyFile: keyFile(place(home), user), name: `${user}-test` });
      open.push(bus);
      return bus;
    });
  } finally {
    await Promise.all(open.map((bus) => bus.close()));
    await server.stop();
  }
}

async function logOf(bus: Bus): Promise<string[]> {
  const found: string[] = [];
  for await (const { seq, subject, data } of storedMessages(bus, 'GOALS', 'awo.log.>')) found.push(`${seq} ${subject} ${hashOf(data)}`);
  return found;
}

test('everything is back, chain by chain, and the goal that was under way is handed to a person', async () => {
  const { code, out } = await restore('whole', 'new');
  expect(out).toMatch(/2 goals, \d+ commits: every chain and fold fits; 2 goals are as they were signed/);
  expect(out).toMatch(/1 goals were under way: each has ended as needs-human/);
  expect(code).toBe(0);
  const before = await logOf(await stage.as('operator'));
  await inside('new', async (as) => {
    const [operator, planner, gate] = [await as('operator'), await as('planner'), await as('toolgate')];
    const after = await logOf(operator);
    expect(after.slice(0, -1)).toEqual(before);
    expect((await operator.lastCommit(UNDER_WAY))?.commit.state.ended).toMatchObject({
      outcome: 'needs-human',
      because: expect.stringMatching(/Restored from the backup/),
    });
    expect(new TextDecoder().decode(await planner.evidence.get(digest))).toBe('seen before the backup');
    const effects = await gate.kv('effects');
    expect((await effects.get(`${UNDER_WAY}.start.once`))?.string()).toBe('{"claimed":true}');
    // A fence of a worker that is gone would refuse the one who takes the step up.
    expect(await effects.get(`fence.${UNDER_WAY}.start`)).toBeNull();
    const provisioner = await as('provisioner');
    expect((await provisioner.jsm.streams.info('INBOX')).state.messages).toBe(1);
    expect((await provisioner.jsm.consumers.info('INBOX', 'planner')).num_pending).toBe(1);
    expect((await provisioner.jsm.streams.info('GOALS')).config.deny_delete).toBe(true);
  });
  expect(readFileSync(place('new/verifier/goals.checkpoints'), 'utf8')).toBe(readFileSync(place('whole/goals.checkpoints'), 'utf8'));
  for (const file of ['new/keys/installation.pem', 'whole/installation.pem', 'whole/GOALS.snapshot']) expect(statSync(place(file)).mode & 0o077).toBe(0);
});

test('a goal goes on where that is asked for: its role is handed everything once more', async () => {
  expect((await restore('whole', 'going-on', '--in-flight', 'go-on')).out).toMatch(/1 goals were under way: they go on/);
  await inside('going-on', async (as) => {
    const { state } = (await (await as('operator')).lastCommit(UNDER_WAY))?.commit ?? {};
    expect(state?.ended).toBeUndefined();
    expect((await (await as('provisioner')).jsm.consumers.info('GOALS', waiting)).num_pending).toBeGreaterThan(0);
  });
});

test('a server that is not empty, a backup that was changed and a key that is another are refused before anything is done', async () => {
  expect(await restore('whole', 'new')).toMatchObject({ code: 1, err: expect.stringMatching(/not empty/) });
  expect(await stage.awo(['backup', '--to', place('whole')])).toMatchObject({ code: 1, err: expect.stringMatching(/is not empty/) });
  expect((await stage.awo(['backup', '--to', place('bent'), '--no-key'])).out).toMatch(/has to be kept apart/);
  expect(existsSync(place('bent/installation.pem'))).toBe(false);
  expect(await restore('bent', 'elsewhere')).toMatchObject({ code: 1, err: expect.stringMatching(/taken without its key/) });
  await openSigningKey(place('other.pem'));
  copyFileSync(place('other.pem'), place('elsewhere/keys/installation.pem'));
  expect(await restore('bent', 'elsewhere')).toMatchObject({ code: 1, err: expect.stringMatching(/another key than the one that signed/) });
  const bytes = readFileSync(place('bent/GOALS.snapshot'));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(place('bent/GOALS.snapshot'), bytes);
  expect(await restore('bent', 'elsewhere')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/GOALS.snapshot is not what was written: its contents differ/),
  });
  expect(await restore('nowhere', 'elsewhere')).toMatchObject({ code: 1, err: expect.stringMatching(/is no backup/) });
});

test('a log that is not what was signed is put back and named', async () => {
  expect((await stage.awo(['backup', '--to', place('false')])).code).toBe(0);
  rmSync(place('false/goals.checkpoints'));
  await sign(place('false/goals.checkpoints'), true);
  const { code, out } = await restore('false', 'named');
  expect(code).toBe(1);
  expect(out).toMatch(new RegExp(`${ENDED}, commit 21 .*other-commit`));
});
