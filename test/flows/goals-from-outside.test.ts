// The ways in: however a goal comes, it is the same goal; twice the same is one; what is refused can be found with its reason.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus, IntakeReply } from '@awo/bus';
import type { GoalSpec } from '@awo/contracts';
import { keyFile } from '@awo/embedded';
import { makeRepo, startTestInstallation, temporaryFolder, waitFor } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import { connect, headers, nkeyAuthenticator } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awo } from '../support/awo.ts';
import { commitsOf, ended } from '../support/goals.ts';
import { greeter } from '../support/services.ts';

let installation: TestInstallation;
let repo: TestRepository;
let bus: Bus;
/** Any NATS client: nothing of ours but the address and a key. */
let anybody: NatsConnection;
const folder = temporaryFolder('goals');

beforeAll(async () => {
  repo = makeRepo(greeter());
  repo.commitFiles({ 'README.md': 'Greets.\n' }, 'Docs');
  installation = await startTestInstallation({ env: { AWO_GATEWAY_PORT: '0' } });
  bus = await installation.as('operator');
  const seed = readFileSync(keyFile(installation.home, 'publisher'), 'utf8');
  anybody = await connect({
    servers: installation.natsUrl,
    inboxPrefix: '_INBOX_publisher',
    authenticator: nkeyAuthenticator(
      new Uint8Array(
        seed
          .toString()
          .trim()
          .split('')
          .map((c) => c.charCodeAt(0)),
      ),
    ),
  });
});
afterAll(async () => {
  await anybody?.close();
  await installation?.stop();
  repo?.remove();
  folder.remove();
});

const run = (...args: string[]) => awo(args, installation.env);
const idIn = (out: string) => /g[0-9a-z]{10}/.exec(out)?.[0] ?? '';
const ask = async (subject: string, body: unknown, entries: Record<string, string> = {}): Promise<IntakeReply> => {
  const hdrs = headers();
  for (const [key, value] of Object.entries(entries)) hdrs.set(key, value);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (await anybody.request(subject, text, { timeout: 10_000, headers: hdrs })).json<IntakeReply>();
};
/** What cannot speak NATS: nothing of ours but an address and a token. */
const post = async (path: string, body: unknown, headed: Record<string, string> = {}): Promise<IntakeReply> => {
  const logged = () => /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(join(installation.home, 'logs', 'gateway.log'), 'utf8'))?.[0];
  const address = await waitFor(logged, { what: 'the gateway to listen' });
  const token = readFileSync(join(installation.home, 'keys', 'gateway.token'), 'utf8').trim();
  const response = await fetch(`${address}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${token}`, ...headed } });
  return (await response.json()) as IntakeReply;
};
const goalOf = (reply: IntakeReply) => (reply.accepted ? reply.goal : '');
const specOf = async (goal: string): Promise<GoalSpec | undefined> => (await bus.lastCommit(goal))?.commit.state.spec;
const assess = () => ({ repo: repo.path, revision: repo.git('rev-parse', 'HEAD') });

const ways: [how: string, send: () => Promise<string>][] = [
  ['awo assess', async () => idIn((await run('assess', 'HEAD', '--repo', repo.path, '-o', 'json')).out)],
  [
    'awo submit FILE',
    async () => {
      const file = join(folder.path, 'goal.yaml');
      writeFileSync(file, `kind: assess\nrepo: ${repo.path}\nrevision: HEAD\n`);
      return idIn((await run('submit', file, '-o', 'json')).out);
    },
  ],
  ['awo submit SENTENCE', async () => idIn((await run('submit', `assess HEAD from ${repo.path}`, '-o', 'json')).out)],
  ['plain JSON on NATS', async () => goalOf(await ask('awo.goals.assess', assess()))],
  [
    'a CloudEvent in binary mode',
    async () => goalOf(await ask('awo.goals.assess', assess(), { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/ci', 'ce-type': 'awo.goal' })),
  ],
  [
    'a CloudEvent in structured mode',
    async () => goalOf(await ask('awo.goals.assess', { specversion: '1.0', id: '2', source: '/ci', type: 'awo.goal', data: assess() })),
  ],
  ['JSON by HTTP', async () => goalOf(await post('/goals/assess', assess()))],
];

test.each(ways)('%s is the same goal as the others, and ends the same', async (_how, send) => {
  const goal = await send();
  const state = await ended(bus, goal);
  expect(state.spec).toEqual({ kind: 'assess', ...assess() });
  expect(state.ended.outcome).toBe('done');
  expect(state.steps.find((s) => s.kind === 'assess-impact')?.output).toMatchObject({ kind: 'docs' });
});

test('a publisher that does not wait is heard as well: the stream keeps what nobody answered', async () => {
  const hdrs = headers();
  hdrs.set('ce-id', 'unheard');
  hdrs.set('ce-source', '/ci');
  anybody.publish('awo.goals.assess', JSON.stringify(assess()), { headers: hdrs });
  await anybody.flush();
  const reply = await ask('awo.goals.assess', assess(), { 'ce-id': 'unheard', 'ce-source': '/ci' });
  expect((await ended(bus, goalOf(reply))).ended.outcome).toBe('done');
});

test('the same id twice is one goal, whichever form it comes in', async () => {
  const first = await ask('awo.goals.assess', assess(), { 'ce-id': '77', 'ce-source': '/ci' });
  // While it waits for its turn it stands in no log yet, and what repeats it is told the same: that it waits.
  await ended(bus, goalOf(first));
  const again = await ask('awo.goals.assess', { specversion: '1.0', id: '77', source: '/ci', type: 'awo.goal', data: assess() });
  expect(goalOf(again)).toBe(goalOf(first));
  expect(again).toMatchObject({ accepted: true, duplicate: true });
  const byHttp = await post('/goals/assess', assess(), { 'ce-id': '77', 'ce-source': '/ci' });
  expect(byHttp).toMatchObject({ accepted: true, goal: goalOf(first), duplicate: true });
  const other = await ask('awo.goals.assess', assess(), { 'ce-id': '77', 'ce-source': '/another' });
  expect(goalOf(other)).not.toBe(goalOf(first));
});

test('the same bytes without an id are a new goal each, and nobody gets the answer to another’s', async () => {
  const body = { ...assess(), base: repo.head };
  for (let i = 0; i < 5; i++) anybody.publish('awo.goals.assess', JSON.stringify(body));
  const replies = await Promise.all(Array.from({ length: 10 }, () => ask('awo.goals.assess', body)));
  const goals = replies.map(goalOf);
  expect(new Set(goals).size).toBe(10);
  for (let i = 0; i < 3; i++) anybody.publish('awo.goals.assess', JSON.stringify(body));
  await anybody.flush();
  const reply = await ask('awo.goals.assess', body);
  const { jsm } = await installation.as('provisioner');
  // Its own message is the newest in the stream.
  expect(reply).toMatchObject({ accepted: true, seq: (await jsm.streams.info('INBOX')).state.last_seq });
  await ended(bus, goalOf(reply));
});

test('the same Nats-Msg-Id is one goal: within the stream’s window, after a restart of the planner, and when the bus has forgotten it', async () => {
  const send = () => ask('awo.goals.assess', assess(), { 'Nats-Msg-Id': 'build-4711' });
  const goal = goalOf(await send());
  await ended(bus, goal);
  const commits = (await commitsOf(bus, goal)).length;
  expect(await send()).toMatchObject({ goal, duplicate: true });

  await installation.control.restart('planner');
  await waitFor(async () => (await installation.control.status()).instances.find((i) => i.service === 'planner')?.state === 'up', { what: 'the planner' });
  expect(await send()).toMatchObject({ goal, duplicate: true });

  // A restarted bus has forgotten the window: from here on only the goal's own log knows.
  const { jsm } = await installation.as('provisioner');
  const before = (await jsm.streams.info('INBOX')).state.last_seq;
  const { pid } = (await installation.control.status()).nats;
  await installation.control.restart('nats-server');
  await waitFor(async () => ((now) => now !== null && now !== pid)((await installation.control.status()).nats.pid), { what: 'the bus to be up again' });
  expect(await waitFor(send, { what: 'an answer', timeoutMs: 30_000 })).toMatchObject({ goal, duplicate: true });
  await waitFor(async () => (await jsm.streams.info('INBOX')).state.last_seq > before, { what: 'the stream to have taken it in again' });
  await waitFor(async () => (await jsm.streams.info('INBOX')).state.messages === 0, { what: 'the inbox to be empty' });
  expect(await commitsOf(bus, goal)).toHaveLength(commits);
  expect((await run('assess', 'HEAD', '--repo', repo.path, '--id', 'build-4711', '-o', 'json')).out).toContain(goal);
});

test('what is refused is answered with the reason, and kept for those who did not wait', async () => {
  const reply = await ask('awo.goals.release', { servcie: 'cart' });
  expect(reply).toMatchObject({ accepted: false, code: 'bad-message', reason: expect.stringMatching(/"servcie".*service/), error: { code: 400 } });
  anybody.publish('awo.goals.releese', '{}');
  anybody.publish('awo.goals.release', 'please');
  await anybody.flush();
  const refused = await waitFor(
    async () => {
      const { out } = await run('ps', '--refused');
      return /servcie/.test(out) && /releese/.test(out) && /please/.test(out) && out;
    },
    { what: 'all three in awo ps --refused' },
  );
  expect(refused).toMatch(/awo\.goals\.release, \.rollback, \.test, \.assess/);
});

test('a sentence that is not understood is refused with the forms that are, and nothing is sent', async () => {
  const before = (await bus.goals()).length;
  const { code, out, err } = await run('submit', 'please make it go');
  expect(code).toBe(2);
  expect(out + err).toMatch(/release .* to /);
  expect((await bus.goals()).length).toBe(before);
});

test('specs are seen as the publisher gave them, so that a default is not mistaken for a wish', async () => {
  const goal = goalOf(await ask('awo.goals.rollback', {}));
  expect(await specOf(goal)).toEqual({ kind: 'rollback', environment: 'production' });
  expect((await ended(bus, goal)).ended).toMatchObject({ outcome: 'refused', because: expect.stringMatching(/nothing-running: Nothing runs in "production"/) });
});
