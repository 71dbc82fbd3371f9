// The book of attached servers, kept in the KV bucket `tools`: how to reach each, and the pinned digest of each tool.
import type { Bus } from '@awo/bus';
import { z } from 'zod';

export const AttachedServer = z.object({
  name: z.string(),
  command: z.array(z.string()).optional(),
  url: z.string().optional(),
  env: z.array(z.string()),
  pins: z.record(z.string(), z.string()),
  addedAt: z.string(),
});
export type AttachedServer = z.infer<typeof AttachedServer>;

const PREFIX = '$KV.tools.server.';

export type Registry = {
  all: () => Promise<AttachedServer[]>;
  get: (name: string) => Promise<AttachedServer | null>;
  put: (server: AttachedServer) => Promise<void>;
  remove: (name: string) => Promise<boolean>;
};

export function openRegistry(bus: Pick<Bus, 'kv' | 'jsm'>): Registry {
  const key = (name: string) => `server.${name}`;
  const get = async (name: string) => {
    const entry = await (await bus.kv('tools')).get(key(name));
    return entry && entry.operation === 'PUT' ? AttachedServer.parse(entry.json()) : null;
  };
  return {
    get,
    all: async () => {
      // By the stream's own account of its subjects: listing keys as the library does needs a consumer, and toolgate may make none.
      const { state } = await bus.jsm.streams.info('KV_tools', { subjects_filter: `${PREFIX}*` });
      const names = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(PREFIX.length));
      const servers = await Promise.all(names.sort().map(get));
      return servers.filter((s) => s !== null);
    },
    put: async (server) => void (await (await bus.kv('tools')).put(key(server.name), JSON.stringify(server))),
    remove: async (name) => {
      if (!(await get(name))) return false;
      await (await bus.kv('tools')).delete(key(name));
      return true;
    },
  };
}
