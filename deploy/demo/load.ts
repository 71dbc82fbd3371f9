// The shop's customers, as a process of their own: `node load.ts --home DIR [--environment NAME] [--counts FILE] [--rps N]`. SIGTERM prints the totals.
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readShopfront } from './customers/addresses.ts';
import type { ShopService } from './customers/requests.ts';
import { Shopper, type Counts } from './customers/shopper.ts';
import { randomFrom } from './random.ts';

/** `web` asks the others on behalf of its visitors; what is left comes from scripts in the pages, so that each gets about the same. */
const SHARE: Record<ShopService, number> = { web: 1, catalog: 0.8, cart: 0.9 };
const LOOK_EVERY_MS = 500;

const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    environment: { type: 'string', default: 'production' },
    counts: { type: 'string' },
    rps: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
  },
});
const { home } = values;
if (home === undefined) {
  process.stderr.write('load.ts needs --home DIR: the folder of the installation (AWO_HOME).\n');
  process.exit(2);
}

const shoppers = new Map(
  (['web', 'catalog', 'cart'] as const).map((service, n) => [
    service as string,
    new Shopper(service, Number(values.rps) * SHARE[service], randomFrom(Number(values.seed) + n)),
  ]),
);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
// Ctrl-C reaches the whole terminal; the runner decides when the customers go.
process.on('SIGINT', () => {});
// Customers of a runner that is gone would never leave.
process.on('disconnect', () => stop.abort());
if (process.connected === false) stop.abort();

while (!stop.signal.aborted) {
  const { addresses, open } = await readShopfront(home, values.environment);
  for (const [service, shopper] of shoppers) {
    const address = addresses.get(service);
    if (address !== undefined) await shopper.visit(address, open);
  }
  if (values.counts !== undefined) await save(values.counts);
  await pause(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
}
for (const shopper of shoppers.values()) shopper.leave();
if (values.counts !== undefined) await save(values.counts);
process.stdout.write(`${JSON.stringify(totals())}\n`);
process.exit(0);

function totals(): Record<string, Counts> {
  return Object.fromEntries([...shoppers].map(([service, shopper]) => [service, shopper.counts()]));
}

async function save(file: string): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(totals()));
  await rename(`${file}.new`, file);
}
