// What a write costs the server: one guarded message each, several in one atomic batch, one stream or several. Why commits are not grouped: docs/decisions/011.
import type { Bus } from '@awo/bus';
import { startTestNats } from '@awo/testing';
import { headers } from '@nats-io/transport-node';
import { countFsyncs } from './fsyncs.ts';
import { table, whole } from './section.ts';
import type { BenchOptions, Section } from './section.ts';

/** Bytes of a usual commit of a five-step goal. */
const PAYLOAD = 'x'.repeat(2000);
const IN_FLIGHT = 64;

type Way = { what: string; streams: number; batch: number };
const WAYS: Way[] = [
  { what: 'one message each', streams: 1, batch: 1 },
  ...[4, 16, 64].map((batch) => ({ what: `atomic batches of ${batch}`, streams: 1, batch })),
  ...[2, 4].map((streams) => ({ what: `one message each, ${streams} streams`, streams, batch: 1 })),
];

/** Each message is the first of its subject and guarded as such, as the first commit of a goal is. */
export async function measureWrites({ goals, say }: BenchOptions): Promise<Section> {
  const messages = Math.ceil((goals * 4) / IN_FLIGHT) * IN_FLIGHT;
  const nats = await startTestNats({ users: { writer: { publish: ['>'], subscribe: ['>'] } } });
  try {
    const bus = await nats.as('writer');
    const rows: string[][] = [];
    for (const way of WAYS) {
      say(`writes: ${messages} messages, ${way.what}`);
      await makeStreams(bus, way.streams);
      const from = performance.now();
      await write(bus, way, messages, 'timed');
      const perSecond = messages / ((performance.now() - from) / 1000);
      // Counted apart: strace makes every flush slower.
      const flushes = await countFsyncs(nats.serverPid(), () => write(bus, way, 512, 'counted'));
      rows.push([way.what, whole(perSecond), flushes === null ? '-' : (flushes / 512).toFixed(2)]);
    }
    return {
      id: 'writes',
      lines: [...table(['written as', 'messages/s', 'flushes per message'], rows), '', `${messages} messages of 2 kB, ${IN_FLIGHT} in flight from one client.`],
    };
  } finally {
    await nats.stop();
  }
}

async function makeStreams({ jsm }: Bus, count: number): Promise<void> {
  for await (const { config } of jsm.streams.list()) if (config.name.startsWith('WRITES')) await jsm.streams.delete(config.name);
  for (let n = 0; n < count; n++) await jsm.streams.add({ name: `WRITES${n}`, subjects: [`writes.${n}.>`], allow_atomic: true });
}

async function write({ js }: Bus, { streams, batch }: Way, messages: number, round: string): Promise<void> {
  // The client sets a batch's place in the headers that it is given, so each message needs its own.
  const guard = () => {
    const own = headers();
    own.set('Nats-Expected-Last-Subject-Sequence', '0');
    return { headers: own, timeout: 30_000 };
  };
  let next = 0;
  const subject = () => `writes.${next % streams}.${round}.${next++}`;
  const writer = async (): Promise<void> => {
    while (next < messages) {
      if (batch === 1) {
        await js.publish(subject(), PAYLOAD, guard());
        continue;
      }
      const group = await js.startBatch(subject(), PAYLOAD, guard());
      for (let i = 2; i < batch; i++) group.add(subject(), PAYLOAD, guard());
      await group.commit(subject(), PAYLOAD, guard());
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, IN_FLIGHT / batch) }, writer));
}
