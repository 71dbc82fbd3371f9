// Which replica of a server gets the next long call: the one that has the fewest of this gate's at work.
import type { ToolClient } from './clients.ts';

/** Replicas that one gate speaks with: more than stand on the machines that it is for. */
const MOST_SESSIONS = 8;
/** A look at who is there takes a moment. Replicas that were added are found after this long. */
const LOOK_AGAIN_MS = 5000;
const ANSWER_WITHIN_MS = 2000;

export type Replicas = {
  /** The session that all other calls use. */
  first: (server: string) => Promise<ToolClient>;
  /** Who answers now. */
  find: (server: string) => Promise<string[]>;
  open: (server: string, replica: string, onGone: () => void) => Promise<ToolClient>;
};
export type Spread = {
  call: <T>(server: string, use: (client: ToolClient) => Promise<T>) => Promise<T>;
  /** Closes the further sessions of this server, or only that one. */
  drop: (server: string, lost?: ToolClient) => void;
  closeAll: () => Promise<void>;
};

export function openSpread({ first, find, open }: Replicas): Spread {
  const further = new Map<string, Set<ToolClient>>();
  const looks = new Map<string, { atMs: number; done: Promise<void> }>();
  const atWork = new WeakMap<ToolClient, number>();
  const load = (client: ToolClient) => atWork.get(client) ?? 0;
  const change = (client: ToolClient, by: 1 | -1) => void atWork.set(client, load(client) + by);
  const sessions = (server: string) => [...(further.get(server) ?? [])];
  const leastBusy = (clients: readonly ToolClient[]) => clients.reduce((best, one) => (load(one) < load(best) ? one : best));
  const close = ({ client }: ToolClient) => client.close().catch(() => undefined);
  const add = async (server: string, replica: string): Promise<void> => {
    const all = further.get(server) ?? new Set();
    further.set(server, all);
    let client: ToolClient | undefined;
    client = await open(server, replica, () => void (client && all.delete(client)));
    all.add(client);
  };
  const look = async (server: string, kept: ToolClient): Promise<void> => {
    const known = new Set([kept, ...sessions(server)].map(({ replica }) => replica));
    const found = (await find(server)).filter((replica) => !known.has(replica)).slice(0, MOST_SESSIONS - known.size);
    // One that does not answer is no reason to fail: the call has others to go to.
    await Promise.all(found.map((replica) => add(server, replica).catch(() => undefined)));
  };
  const drop = (server: string, lost?: ToolClient) => {
    for (const client of sessions(server).filter((one) => !lost || one === lost)) {
      further.get(server)?.delete(client);
      // A replica that was restarted is there again at once.
      looks.delete(server);
      void close(client);
    }
  };
  const answers = ({ client }: ToolClient) =>
    client.ping({ timeout: ANSWER_WITHIN_MS }).then(
      () => true,
      () => false,
    );
  const choose = async (server: string): Promise<ToolClient> => {
    const kept = await first(server);
    const { atMs, done } = looks.get(server) ?? { atMs: Number.NEGATIVE_INFINITY, done: Promise.resolve() };
    if (load(leastBusy([kept, ...sessions(server)])) > 0) {
      const due = performance.now() - atMs >= LOOK_AGAIN_MS;
      if (due) looks.set(server, { atMs: performance.now(), done: look(server, kept) });
      await (due ? looks.get(server)?.done : done);
    }
    const silent = new Set<ToolClient>();
    for (;;) {
      const best = leastBusy([kept, ...sessions(server).filter((one) => !silent.has(one))]);
      // In the same turn as the choice: two calls that begin together would else both take the one that is free.
      change(best, 1);
      if (best === kept || (await answers(best))) return best;
      change(best, -1);
      // Its replica is gone since: better found out by a question than by a suite that is lost. Where others' calls are under way they tell by themselves.
      if (load(best) === 0) drop(server, best);
      silent.add(best);
    }
  };
  return {
    call: async (server, use) => {
      const client = await choose(server);
      try {
        return await use(client);
      } finally {
        change(client, -1);
      }
    },
    drop,
    closeAll: async () => void (await Promise.all([...further.values()].flatMap((all) => [...all].map(close)))),
  };
}
