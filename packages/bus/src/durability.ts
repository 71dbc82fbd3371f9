// Does the server flush every write before it acknowledges it? Only its monitoring tells; strict mode refuses what is not proven.
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';

const Jsz = z.object({ server_id: z.string(), config: z.object({ sync_always: z.boolean().optional() }).optional() });
const Routez = z.object({ routes: z.array(z.object({ remote_id: z.string() })).nullish() });
const WITHIN_MS = 3000;

/** `because` is for people: which server, and what it said. */
export type Durability = { proven: true } | { proven: false; because: string };

/** Asks the monitoring of each server. One that is not asked is not proven: the routes of those that are tell how many there are. */
export async function proveSync(monitorUrls: readonly string[]): Promise<Durability> {
  const asked = new Set<string>();
  const known = new Set<string>();
  for (const url of monitorUrls) {
    try {
      const [jsz, routez] = await Promise.all([fetchJson(`${url}/jsz?config=true`, Jsz), fetchJson(`${url}/routez`, Routez)]);
      if (jsz.config?.sync_always !== true) return { proven: false, because: `the server at ${url} does not sync every write` };
      asked.add(jsz.server_id);
      for (const id of [jsz.server_id, ...(routez.routes ?? []).map((route) => route.remote_id)]) known.add(id);
    } catch (error) {
      return { proven: false, because: `the monitoring at ${url} does not answer: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
  if (asked.size === 0) return { proven: false, because: 'no address of its monitoring is known' };
  return asked.size === known.size
    ? { proven: true }
    : { proven: false, because: `the cluster has ${known.size} servers and the monitoring of ${asked.size} is known` };
}

async function fetchJson<T>(url: string, schema: z.ZodType<T>): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
  return schema.parse(await response.json());
}

type Env = Readonly<Record<string, string | undefined>>;
export const isStrict = (env: Env): boolean => env.AWO_STRICT === '1' || env.AWO_STRICT === 'true';
/** `AWO_NATS_MONITOR`: the monitoring of every server, separated by commas. */
export const monitorUrls = (env: Env): string[] =>
  (env.AWO_NATS_MONITOR ?? '').split(',').flatMap((url) => (url.trim() ? [url.trim().replace(/\/$/, '')] : []));

/** Where `AWO_STRICT` is set: throws TerminalError `bad-config` unless it is proven. Elsewhere nothing is asked. */
export async function requireSync(env: Env): Promise<void> {
  if (!isStrict(env)) return;
  const durability = await proveSync(monitorUrls(env));
  if (durability.proven) return;
  throw new TerminalError(
    'bad-config',
    `Strict mode (AWO_STRICT) refuses this server: ${durability.because}. What it acknowledges may be lost when the power goes.`,
    'Set sync_interval: always in its jetstream block, and name the monitoring of every server in AWO_NATS_MONITOR; or start without AWO_STRICT.',
  );
}
