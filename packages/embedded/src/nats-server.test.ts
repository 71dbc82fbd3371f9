// nats-server as an installation runs it: keys, permissions by the real broker, ports.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, expect, test } from 'vitest';
import { readBusUsers } from './bus-users.ts';
import type { BusUsers } from './bus-users.ts';
import { homePaths, keyFile } from './home.ts';
import { findNatsServer } from './nats-binary.ts';
import { ensureKeys } from './nats-keys.ts';
import { startNatsServer } from './nats-server.ts';
import { isRunning } from './process-identity.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'awo-nats-'));
  cleanUp.push(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

async function start(home: string, users: BusUsers, said: string[] = []) {
  const env = { ...process.env };
  const binary = await findNatsServer({ env, report: () => {} });
  const server = await startNatsServer({ home, binary: binary.path, users, ports: 'any', report: (progress) => said.push(progress.text) });
  cleanUp.push(() => server.stop());
  return server;
}

async function connectAs(home: string, url: string, user: string): Promise<NatsConnection> {
  const seed = new TextEncoder().encode(readFileSync(keyFile(home, user), 'utf8').trim());
  const nc = await connect({ servers: url, inboxPrefix: `_INBOX_${user}`, authenticator: nkeyAuthenticator(seed), reconnect: false });
  cleanUp.push(() => nc.close());
  return nc;
}

const USERS: BusUsers = {
  speaker: { publish: ['talk.*'], subscribe: ['_INBOX_speaker.>'] },
  listener: { publish: ['_INBOX_speaker.>'], subscribe: ['talk.*', '_INBOX_listener.>'] },
};

test('keys are for their owner only, and stay the same over starts, so that connected services stay known', () => {
  const home = newHome();
  const first = ensureKeys(home, ['impact', 'deploy']);
  expect(statSync(homePaths(home).keys).mode & 0o777).toBe(0o700);
  expect(statSync(keyFile(home, 'impact')).mode & 0o777).toBe(0o600);
  chmodSync(keyFile(home, 'impact'), 0o644);
  expect(ensureKeys(home, ['impact', 'deploy', 'test'])).toMatchObject(first);
  expect(statSync(keyFile(home, 'impact')).mode & 0o777).toBe(0o600);
  writeFileSync(keyFile(home, 'deploy'), 'rubbish');
  expect(() => ensureKeys(home, ['deploy'])).toThrow(/holds no nkey seed/);
});

test('the broker itself refuses what bus.yaml does not allow a user', async () => {
  const home = newHome();
  const server = await start(home, USERS);
  const speaker = await connectAs(home, server.url, 'speaker');
  const listener = await connectAs(home, server.url, 'listener');
  const heard: string[] = [];
  listener.subscribe('talk.*', {
    callback: (_error, message) => {
      heard.push(message.subject);
      message.respond('yes');
    },
  });
  await listener.flush();
  expect((await speaker.request('talk.open', 'hello?')).string()).toBe('yes');

  const complaints: string[] = [];
  void (async () => {
    for await (const status of listener.status()) complaints.push(JSON.stringify(status) + String('error' in status ? status.error : ''));
  })();
  listener.publish('talk.forged', 'not allowed');
  await listener.flush();
  await speaker.flush();
  await expect.poll(() => complaints.join()).toMatch(/Permissions Violation for Publish to \\?"talk.forged/);
  expect(heard).toEqual(['talk.open']);

  await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow(/Authorization Violation/);
});

test('with the real bus.yaml an agent can only write its own name into a log', async () => {
  const home = newHome();
  const server = await start(home, readBusUsers());
  const impact = await connectAs(home, server.url, 'impact');
  const operator = await connectAs(home, server.url, 'operator');
  const seen: string[] = [];
  operator.subscribe('awo.log.>', { callback: (_error, message) => void seen.push(message.subject) });
  await operator.flush();
  impact.publish('awo.log.g0000000000.planner.test');
  impact.publish('awo.log.g0000000000.impact.planner');
  await impact.flush();
  await expect.poll(() => seen).toEqual(['awo.log.g0000000000.impact.planner']);
});

test('`_INBOX_*` in bus.yaml is spelled out, because a NATS wildcard stands for a whole token', () => {
  const users = readBusUsers();
  expect(users['toolgate']?.publish).toContain('_INBOX_planner.>');
  expect(users['toolgate']?.publish.some((subject) => subject.includes('_INBOX_*'))).toBe(false);
});

test('a port that another program took meanwhile is left to it, and said so; otherwise the port stays', async () => {
  const home = newHome();
  const said: string[] = [];
  const first = await start(home, USERS, said);
  await first.stop();
  const second = await start(home, USERS, said);
  expect(second.url).toBe(first.url);
  expect(said).toEqual([]);
  await second.stop();

  const port = Number(new URL(first.url).port);
  const squatter: Server = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  cleanUp.push(() => squatter.close());
  const third = await start(home, USERS, said);
  expect(Number(new URL(third.url).port)).not.toBe(port);
  expect((squatter.address() as AddressInfo).port).toBe(port);
  expect(said.join()).toMatch(new RegExp(`Port ${port} is taken by another program`));
});

test('a write is on disk before it is confirmed, and only loopback listens', async () => {
  const home = newHome();
  const server = await start(home, USERS);
  const varz = (await (await fetch(`${server.monitorUrl}/varz`)).json()) as {
    host: string;
    http_host: string;
    max_payload: number;
    jetstream: { config: { sync_always: boolean } };
  };
  expect(varz).toMatchObject({ host: '127.0.0.1', http_host: '127.0.0.1', max_payload: 1024 * 1024, jetstream: { config: { sync_always: true } } });
  await server.stop();
  expect(isRunning(server.identity)).toBe(false);
});

test('a server that does not start says why in its own words', async () => {
  const home = newHome();
  ensureKeys(home, ['speaker']);
  const broken: BusUsers = { speaker: { publish: ['two words..bad'], subscribe: [] } };
  await expect(start(home, broken)).rejects.toThrow(/did not start: .*subject/);
});
