// `npm start`: the installation, the demo shop, its customers, six releases and an incident before your eyes.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RetryableError, TerminalError } from '@awo/contracts';
import { startInstallation, stopInstallation } from '@awo/embedded';
import { CHANGES } from './changes.ts';
import { readShopfront } from './customers/addresses.ts';
import { awoAt } from './runner/awo.ts';
import { startCustomers } from './runner/customers.ts';
import { playGap } from './runner/gap.ts';
import { parseOptions, USAGE, type Options } from './runner/options.ts';
import { playLearning } from './runner/learning.ts';
import { playIncident } from './runner/incident.ts';
import { playNoWayBack } from './runner/no-way-back.ts';
import { play } from './runner/play.ts';
import { readPlayed, savePlayed, type Played } from './runner/played.ts';
import { howToReleaseYourOwn, summary } from './runner/summary.ts';
import { traceLink } from './runner/trace-link.ts';
import { buildShop, type Release } from './shop.ts';
import { variant } from './variants.ts';
import { openWarehouse, type Warehouse } from './warehouse.ts';

const INTERRUPTED = 130;
const SYSTEM_ERROR = 3;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const stop = new AbortController();
let asked = 0;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // The launcher and the terminal may both send it; said once.
    if (asked++ === 0) process.stderr.write('\nEnding everything …\n');
    stop.abort(new Error('interrupted'));
  });
}

process.exitCode = await main();

async function main(): Promise<number> {
  let options: Options | 'help';
  try {
    options = parseOptions(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
  if (options === 'help') {
    say(USAGE);
    return 0;
  }
  try {
    return await demo(options);
  } catch (error) {
    return stop.signal.aborted ? INTERRUPTED : complain(error);
  } finally {
    await stopInstallation(options.home, { env: process.env });
  }
}

async function demo(options: Options): Promise<number> {
  const { home } = options;
  const folder = join(home, 'demo');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const shop = join(folder, 'shop');
  const releases = await buildShop(shop, options.variant === null ? CHANGES : variant(options.variant).changes);
  const warehouse = await openWarehouse(join(folder, 'warehouse.json'));
  try {
    await startInstallation(home, { env: { ...process.env, ...warehouse.env }, report: ({ text }) => say(text), signal: stop.signal });
    return await inShop(options, { folder, shop, releases, warehouse });
  } finally {
    // Also where nothing could be started: an open port would keep this process for ever.
    await warehouse.close();
  }
}

type Shop = { folder: string; shop: string; releases: Release[]; warehouse: Warehouse };

async function inShop({ home, once, variant: seed }: Options, { folder, shop, releases, warehouse }: Shop): Promise<number> {
  const file = join(folder, 'played.json');
  const played: Played = (await readPlayed(file)) ?? { v: 1, salt: randomBytes(5).toString('hex'), releases: [] };
  await savePlayed(file, played);
  const customers = await startCustomers(home, join(folder, 'customers.json'));
  try {
    const awo = awoAt(home, stop.signal);
    const stage = { awo, shop, customers, played, save: (p: Played) => savePlayed(file, p), say, signal: stop.signal };
    let code = await play(releases, stage);
    // Other shops are for tests of releases.
    if (code === 0 && seed === null) code = await playLearning(stage);
    if (code === 0 && seed === null) code = await playGap(stage);
    if (code === 0 && seed === null) code = await playIncident(stage, warehouse);
    if (code === 0 && seed === null) code = await playNoWayBack(stage);
    if (played.releases.length > 0 && !stop.signal.aborted) {
      for (const line of summary(played, { trace: await traceLink(awo, played.releases) })) say(line);
    }
    if (code === 0 && !once) await stayUp(home);
    return code;
  } finally {
    // Before the services go: for customers of a closed shop every request would fail.
    await customers.stop();
  }
}

async function stayUp(home: string): Promise<void> {
  for (const line of howToReleaseYourOwn((await readShopfront(home, 'production')).addresses)) say(line);
  const { promise, resolve } = Promise.withResolvers<void>();
  const alive = setInterval(() => {}, 60_000);
  stop.signal.addEventListener('abort', () => resolve());
  if (stop.signal.aborted) resolve();
  await promise;
  clearInterval(alive);
}

function complain(error: unknown): number {
  const hint = error instanceof TerminalError ? error.hint : undefined;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${hint === undefined ? '' : `${hint}\n`}`);
  if (!(error instanceof TerminalError || error instanceof RetryableError) && process.argv.includes('--debug'))
    process.stderr.write(`${(error as Error).stack}\n`);
  return SYSTEM_ERROR;
}
