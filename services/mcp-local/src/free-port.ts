// Loopback ports below the range that the system hands out for outgoing connections, so that a remembered port is still free after a restart.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { RetryableError } from '@awo/contracts';

const FIRST = 20_000;
const COUNT = 9_900;

/** Where to begin looking: the same name gives the same port on every machine. Pure. */
export const portFor = (name: string): number => FIRST + (createHash('sha256').update(name).digest().readUInt32BE(0) % COUNT);

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first free port from `from` on that is not in `taken`. */
export async function findFreePort(from: number, taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let step = 0; step < COUNT; step += 1) {
    const port = FIRST + ((from - FIRST + step + COUNT) % COUNT);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new RetryableError('busy', `No free port between ${FIRST} and ${FIRST + COUNT} on 127.0.0.1.`, 5000);
}
