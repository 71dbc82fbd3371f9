// Tells whoever waits for an answer that the connection was lost meanwhile and is back. One listener for each connection, however many wait.
import type { NatsConnection } from '@nats-io/transport-node';

type Callback = () => void;
const waiting = new WeakMap<NatsConnection, Set<Callback>>();

/** Calls `back` at every reconnect, until the function that it gives is called. */
export function onReconnect(nc: NatsConnection, back: Callback): () => void {
  const known = waiting.get(nc);
  const all = known ?? new Set<Callback>();
  if (!known) {
    waiting.set(nc, all);
    void listen(nc, all);
  }
  all.add(back);
  return () => void all.delete(back);
}

/** Ends with the connection. */
async function listen(nc: NatsConnection, all: ReadonlySet<Callback>): Promise<void> {
  for await (const { type } of nc.status()) if (type === 'reconnect') for (const back of all) back();
}
