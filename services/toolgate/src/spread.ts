// Which replica of a server gets the next long call: one that has none of this gate's at work, else the one that has the fewest.
import type { ToolClient } from './clients.ts';

/** Replicas that one gate speaks with: more than stand on the machines that it is for. */
const MOST_SESSIONS = 8;

export type Spread = {
  call: <T>(server: string, use: (client: ToolClient) => Promise<T>) => Promise<T>;
  /** Closes the further sessions of this server, or only that one. */
  drop: (server: string, lost?: ToolClient) => void;
  closeAll: () => Promise<void>;
};

/** `first`: the session that all other calls use. `another`: a new one, with whichever replica the broker chooses. */
export function openSpread(first: (server: string) => Promise<ToolClient>, another: (server: string, onGone: () => void) => Promise<ToolClient>): Spread {
  const further = new Map<string, Set<ToolClient>>();
  const atWork = new WeakMap<ToolClient, number>();
  const load = (client: ToolClient) => atWork.get(client) ?? 0;
  const sessions = (server: string) => [...(further.get(server) ?? [])];
  const leastBusy = (clients: readonly ToolClient[]) => clients.reduce((best, one) => (load(one) < load(best) ? one : best));
  /** In the same turn as the choice: two calls that begin together would else both take the one that is free. */
  const begin = (client: ToolClient) => {
    atWork.set(client, load(client) + 1);
    return client;
  };
  const open = async (server: string): Promise<ToolClient | null> => {
    let client: ToolClient | null = null;
    const forget = () => void (client && further.get(server)?.delete(client));
    return (client = await another(server, forget).catch(() => null));
  };
  const choose = async (server: string): Promise<ToolClient> => {
    const kept = await first(server);
    const known = [kept, ...sessions(server)];
    const best = leastBusy(known);
    if (load(best) === 0 || known.length >= MOST_SESSIONS) return begin(best);
    const fresh = await open(server);
    const others = [kept, ...sessions(server)];
    if (fresh && !others.some(({ replica }) => replica === fresh.replica)) {
      further.set(server, new Set(sessions(server)).add(fresh));
      return begin(fresh);
    }
    // Where there is only one replica it is found again: one session with each is enough.
    void fresh?.client.close().catch(() => undefined);
    return begin(leastBusy(others));
  };
  const drop = (server: string, lost?: ToolClient) => {
    for (const client of sessions(server).filter((one) => !lost || one === lost)) {
      further.get(server)?.delete(client);
      void client.client.close().catch(() => undefined);
    }
  };
  return {
    call: async (server, use) => {
      const client = await choose(server);
      try {
        return await use(client);
      } finally {
        atWork.set(client, load(client) - 1);
      }
    },
    drop,
    closeAll: async () => void (await Promise.all([...further.values()].flatMap((all) => [...all].map(({ client }) => client.close().catch(() => undefined))))),
  };
}
