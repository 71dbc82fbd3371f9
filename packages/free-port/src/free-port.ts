// Loopback ports below the range that the system hands out for outgoing connections and for port 0: one that was found free, or is remembered over a restart, is not given to somebody else meanwhile.
import { createHash, randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { RetryableError } from '@awo/contracts';

const FIRST = 20_000;
const COUNT = 9_900;

/** Where to begin looking: the same name gives the same port on every machine. Pure. */
export const portFor = (name: string): number => FIRST + (createHash('sha256').update(name).digest().readUInt32BE(0) % COUNT);

/** Does nobody listen on this port of 127.0.0.1? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * The first free port from `from` on that is not in `taken`. Left out, it begins anywhere: two programs that look at the same moment find different ones.
 * @throws RetryableError `busy` where all are taken.
 */
export async function findFreePort(from = FIRST + randomInt(COUNT), taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let step = 0; step < COUNT; step += 1) {
    const port = FIRST + ((from - FIRST + step + COUNT) % COUNT);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new RetryableError('busy', `No free port between ${FIRST} and ${FIRST + COUNT} on 127.0.0.1.`, 5000);
}
