// Snapshots on a real server: out of one, into another, bit by bit the same.
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provision, readBusSpec } from './provision.ts';
import { storedMessages } from './read.ts';
import { restoreSnapshot, takeSnapshot } from './snapshot.ts';

const SPEC = new URL('../../../deploy/nats/bus.yaml', import.meta.url);
let from: TestNats;
let to: TestNats;
beforeAll(async () => {
  [from, to] = await Promise.all([startTestNats(), startTestNats()]);
});
afterAll(() => Promise.all([from.stop(), to.stop()]));

async function contents(nats: TestNats, stream: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { seq, subject, data } of storedMessages(await nats.as('provisioner'), stream, '>')) found.push(`${seq} ${subject} ${data.length}`);
  return found;
}

test('a stream comes back with its sequences, its settings and the time when it was made, also when it is many chunks long', async () => {
  const planner = await from.as('planner');
  // Does not compress.
  const noise = () => crypto.getRandomValues(new Uint8Array(60_000));
  for (let i = 0; i < 20; i++) await planner.js.publish(`awo.log.g000000000${i % 10}.planner.nobody`, noise());
  const chunks: Uint8Array[] = [];
  const head = await takeSnapshot(await from.as('backup'), 'GOALS', (chunk) => Promise.resolve(chunks.push(chunk)));
  expect(chunks.length).toBeGreaterThan(4);
  expect(head.state).toMatchObject({ messages: 20, last_seq: 20 });

  const provisioner = await to.as('provisioner');
  const stream = async function* () {
    yield* chunks;
  };
  await expect(restoreSnapshot(provisioner, head, stream())).rejects.toThrow(/GOALS: .*already/);
  await provisioner.jsm.streams.delete('GOALS');
  const restored = await restoreSnapshot(provisioner, head, stream());
  expect(restored.created).toBe((await (await from.as('provisioner')).jsm.streams.info('GOALS')).created);
  expect(await contents(to, 'GOALS')).toEqual(await contents(from, 'GOALS'));
  // Consumers are made anew, and hand everything out.
  await provision(provisioner, await readBusSpec(SPEC), 1);
  expect((await provisioner.jsm.consumers.info('GOALS', 'planner')).num_ack_pending).toBe(0);
  expect((await provisioner.jsm.streams.info('GOALS')).config.deny_delete).toBe(true);
});

test('what is no snapshot is refused, and leaves no stream behind', async () => {
  const provisioner = await to.as('provisioner');
  const head = await takeSnapshot(await from.as('backup'), 'HISTORY', () => Promise.resolve());
  await provisioner.jsm.streams.delete('HISTORY');
  const other = async function* () {
    yield new TextEncoder().encode('no snapshot');
  };
  await expect(restoreSnapshot(provisioner, head, other())).rejects.toMatchObject({ code: 'bus-refused' });
  expect(await provisioner.jsm.streams.names('awo.history.x').next()).toEqual([]);
});
