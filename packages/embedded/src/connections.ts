// Which clients are connected and listen, as nats-server's own monitoring tells: readiness without asking the services.
import { z } from 'zod';

const Connz = z.object({ connections: z.array(z.object({ name: z.string().default(''), subscriptions: z.number() })) });

/**
 * Names of the clients that listen; undefined where the monitoring does not answer. A connection alone is not enough: what is sent to a service
 * before its first subscription is answered by nobody.
 */
export async function listeningNames(monitorUrl: string): Promise<Set<string> | undefined> {
  try {
    const response = await fetch(`${monitorUrl}/connz?limit=4096`, { signal: AbortSignal.timeout(2_000) });
    const { connections } = Connz.parse(await response.json());
    return new Set(connections.filter((connection) => connection.subscriptions > 0).map((connection) => connection.name));
  } catch {
    return undefined;
  }
}
