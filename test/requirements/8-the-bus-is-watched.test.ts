// The supervisor's watch over a real bus: what is deleted comes back, and a server that could not write goes on when there is room again.
import { join } from 'node:path';
import { provision, readBusSpec } from '@awo/bus';
import { BUS_FILE, watchBus } from '@awo/embedded';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterEach, expect, test } from 'vitest';
import { onDisk, smallDisk } from '../chaos/stuck/small-disk.ts';

const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

async function watched(nats: TestNats) {
  const provisioner = await nats.as('provisioner');
  const spec = await readBusSpec(BUS_FILE);
  const said: string[] = [];
  const watch = watchBus({
    monitorUrl: () => nats.monitorUrl,
    folder: join(nats.home, 'nats'),
    provision: () => provision(provisioner, spec, 1),
    restart: () => nats.crash(),
    report: ({ text }) => said.push(text),
    everyMs: 100,
  });
  undo.push(async () => {
    await watch.stop();
    await nats.stop();
  });
  return { watch, said, provisioner };
}

test('a consumer and a bucket that were deleted are put back and named, because services never make them', async () => {
  const { watch, said, provisioner } = await watched(await startTestNats());
  await provisioner.jsm.consumers.delete('GOALS', 'impact');
  await provisioner.jsm.streams.delete('KV_autonomy');
  await waitFor(() => provisioner.jsm.consumers.info('GOALS', 'impact'), { what: 'the consumer to be back' });
  await waitFor(() => provisioner.jsm.streams.info('KV_autonomy'), { what: 'the bucket to be back' });
  expect(said.join('\n')).toMatch(/GOALS > impact/);
  expect(said.join('\n')).toMatch(/KV_autonomy/);
  await waitFor(() => watch.trouble() === null, { what: 'the trouble to be over' });
});

test('a full disk is said, the server is left alone while it is full, and started again when there is room', async (context) => {
  const disk = smallDisk();
  if (!disk) return context.skip('no right to mount a small disk here');
  undo.push(() => disk.remove());
  const nats = await onDisk(disk, () => startTestNats());
  const { watch, said } = await watched(nats);
  const planner = await nats.as('planner');
  const write = () => planner.js.publish('awo.history.refused.1', 'x'.repeat(2000), { timeout: 500 });
  await write();
  disk.fill();
  await waitFor(async () => (await write().catch(() => null)) === null, { what: 'a write to be refused' });
  await waitFor(() => watch.trouble()?.startsWith('the disk of the bus is full'), { what: 'the full disk to be noticed' });
  expect(said).toEqual([]);
  disk.free();
  await waitFor(() => write(), { what: 'writes to go on', timeoutMs: 30_000 });
  expect(said.join('\n')).toMatch(/there is room now: starting it again/);
});
