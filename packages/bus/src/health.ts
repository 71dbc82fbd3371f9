// Health of a process as far as the bus goes: connected, its consumers reachable, its pulls alive.
import type { Probe, Probes } from '@awo/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Connection } from './connect.ts';

/** A pull ends after 30 s; one that has not ended after three times as long will never end. */
const PULL_HUNG_MS = 90_000;
/** The event loop answers a timer this late only where something computes without end. */
const TICK_MS = 1000;
const LOOP_HUNG_MS = 20_000;

/** When each loop that takes work last began to pull; absent while it works on a message, which may take long. */
const pulling = new WeakMap<NatsConnection, Map<object, number>>();

/** A work loop says that it pulls, and later that it does not. */
export function notePull({ nc }: Connection, loop: object, began: boolean): void {
  const loops = pulling.get(nc) ?? new Map<object, number>();
  pulling.set(nc, loops);
  if (began) loops.set(loop, Date.now());
  else loops.delete(loop);
}

/** Ready: the server answers and each consumer is there. Alive: no pull hangs and the event loop runs; a missing server is no reason to restart. */
export function busProbes(connection: Connection, consumers: readonly { stream: string; consumer: string }[] = []): Probes {
  const { nc, jsm } = connection;
  let ticked = Date.now();
  setInterval(() => (ticked = Date.now()), TICK_MS).unref();
  const bus: Probe = async () => {
    if (nc.isClosed()) return 'the connection is closed';
    const ms = await nc.rtt();
    return ms < 2000 ? null : `the server took ${ms} ms to answer`;
  };
  const reach =
    (stream: string, consumer: string): Probe =>
    async () => {
      await jsm.consumers.info(stream, consumer);
      return null;
    };
  return {
    ready: { bus, ...Object.fromEntries(consumers.map(({ stream, consumer }) => [`consumer ${stream}/${consumer}`, reach(stream, consumer)])) },
    live: {
      'event loop': () => (Date.now() - ticked < LOOP_HUNG_MS ? null : `held up for ${Math.round((Date.now() - ticked) / 1000)} s`),
      pulls: () => {
        const oldest = Math.min(...(pulling.get(nc)?.values() ?? []));
        return nc.isClosed() || Date.now() - oldest > PULL_HUNG_MS ? 'a pull hangs, or the connection is closed for good' : null;
      },
    },
  };
}
