// Which clients are connected, as nats-server's own monitoring tells: readiness without asking the services.
import { z } from 'zod';

const Connz = z.object({ connections: z.array(z.object({ name: z.string().default('') })) });

/** Names of the connected clients; undefined where the monitoring does not answer. */
export async function connectedNames(monitorUrl: string): Promise<Set<string> | undefined> {
  try {
    const response = await fetch(`${monitorUrl}/connz?limit=4096`, { signal: AbortSignal.timeout(2_000) });
    return new Set(Connz.parse(await response.json()).connections.map((connection) => connection.name));
  } catch {
    return undefined;
  }
}
