// Which replica of a server gets the next long call: one that has none of this gate's at work, else the one that has the fewest.
import type { ToolClient } from './clients.ts';

/** Sessions with one server: more replicas than anybody runs on the machines that one gate is for. */
const MOST_SESSIONS = 8;

export type Sessions = {
  /** The one that all other calls use. */
  first: () => Promise<ToolClient>;
  /** All that are open. */
  all: () => Promise<ToolClient[]>;
  /** A new one, with whichever replica answers. */
  another: () => Promise<ToolClient>;
  drop: (client: ToolClient) => void;
};
export type Spread = <T>(sessions: Sessions, use: (client: ToolClient) => Promise<T>) => Promise<T>;

export function spreadCalls(): Spread {
  const atWork = new WeakMap<ToolClient, number>();
  const load = (client: ToolClient) => atWork.get(client) ?? 0;
  const leastBusy = (clients: readonly ToolClient[]) => clients.reduce((best, one) => (load(one) < load(best) ? one : best));
  const choose = async ({ first, all, another, drop }: Sessions): Promise<ToolClient> => {
    const kept = await first();
    const open = await all();
    const best = leastBusy([kept, ...open]);
    if (load(best) === 0 || open.length >= MOST_SESSIONS) return best;
    // The broker chooses the replica. One that is known already is found again often where there is only one: it keeps its one session.
    const fresh = await another().catch(() => null);
    const others = (await all()).filter((one) => one !== fresh);
    if (fresh && !others.some(({ replica }) => replica === fresh.replica)) return fresh;
    if (fresh) drop(fresh);
    return leastBusy(others.length > 0 ? others : [kept]);
  };
  return async (sessions, use) => {
    const client = await choose(sessions);
    atWork.set(client, load(client) + 1);
    try {
      return await use(client);
    } finally {
      atWork.set(client, load(client) - 1);
    }
  };
}
