// A scenario on a real nats-server, through a proxy that can hold the line.
import { startTestNats } from '@awo/testing';
import { connectBus } from '@awo/bus';
import { startProxy } from '../../chaos/proxy.ts';
import { LEASE_S } from './site.ts';
import type { Site, Trace } from './site.ts';

export type RealServer = { run: (scenario: (site: Site) => Promise<Trace>) => Promise<Trace>; stop: () => Promise<void> };

export async function realServer(): Promise<RealServer> {
  const nats = await startTestNats({ leaseS: LEASE_S });
  const { hostname: host, port } = new URL(nats.url);
  const proxy = await startProxy(() => ({ host, port: Number(port) }));
  const bus = await connectBus({ url: proxy.url, user: 'planner', nkeyFile: nats.keyFile('planner'), name: 'planner-1' });
  const [provisioner, gate] = await Promise.all([nats.as('provisioner'), nats.as('toolgate')]);
  const kv = await gate.kv('effects');
  const lastOf = async (stream: string) => (await provisioner.jsm.streams.info(stream)).state.last_seq;
  const run = async (scenario: (site: Site) => Promise<Trace>) => {
    for (const goal of ['g0000000001', 'g0000000002']) await provisioner.jsm.streams.purge('GOALS', { filter: `awo.log.${goal}.>` });
    const [GOALS, TIMERS, KV_effects] = await Promise.all(['GOALS', 'TIMERS', 'KV_effects'].map(lastOf));
    return scenario({
      bus,
      kv,
      now: () => new Date(),
      sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
      base: { GOALS: GOALS ?? 0, TIMERS: TIMERS ?? 0, KV_effects: KV_effects ?? 0 },
      renewConsumer: async () => {
        const { config } = await provisioner.jsm.consumers.info('GOALS', 'planner');
        await provisioner.jsm.consumers.delete('GOALS', 'planner');
        await provisioner.jsm.consumers.add('GOALS', config);
      },
      crash: nats.crash,
      holdLine: () => {
        proxy.hold();
        return () => proxy.release();
      },
    });
  };
  const stop = async () => {
    await bus.close();
    await proxy.close();
    await nats.stop();
  };
  return { run, stop };
}
