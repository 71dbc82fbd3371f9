// Composition root of the archiver: seals finished goals, takes them out of the log, answers who asks for them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openArchive, openHolds, openStore, readArchivePolicy } from '@awo/archive';
import { busProbes, connectBus, openSigningKey, requireSync } from '@awo/bus';
import { TerminalError } from '@awo/contracts';
import { createLogger, startTelemetry } from '@awo/telemetry';
import { anchor } from './anchor.ts';
import { emptyView } from './log-view.ts';
import { applyRetention } from './retention.ts';
import { round } from './round.ts';
import { serveArchive } from './serve.ts';
import { countRound, showArchive } from './show.ts';

const RETENTION_EVERY_MS = 3_600_000;

const { env } = process;
const instance = env.AWO_INSTANCE ?? `archiver-${process.pid}`;
const log = createLogger('archiver', instance, env.AWO_LOG_LEVEL);
const home = env.AWO_HOME;
if (!home) throw new TerminalError('bad-config', 'AWO_HOME is not set.', 'The index of the archive and the key that signs it lie there.');
const folder = join(home, 'archive');
await mkdir(folder, { recursive: true, mode: 0o700 });
await requireSync(env);
const [telemetry, policy, key, bus] = await Promise.all([
  startTelemetry({ service: 'archiver', instance, env, log }),
  readArchivePolicy(env.AWO_ARCHIVE_POLICY ?? new URL('../../../deploy/archive.yaml', import.meta.url)),
  openSigningKey(join(home, 'keys', 'installation.pem')),
  connectBus({ url: env.NATS_URL ?? 'nats://127.0.0.1:4222', user: 'archiver', nkeyFile: env.AWO_NKEY_FILE, name: instance, waitOnFirstConnect: true }),
]);
const now = () => new Date();
const archive = openArchive({ connection: bus, store: await openStore(policy.store, bus, env), key, catalogFile: join(folder, 'index.sqlite'), now });
const holds = openHolds(bus);
const stopping = new AbortController();
const { signal } = stopping;
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

let view = emptyView();
let purged = 0;
let last: Promise<unknown> = Promise.resolve();
const alone = <T>(work: () => Promise<T>): Promise<T> => {
  const mine = last.then(work, work);
  last = mine.catch(() => undefined);
  return mine;
};
const stopServing = serveArchive({ bus, archive, holds, policy, view: () => view, now, log, purged: () => purged, alone });
telemetry.watch(busProbes(bus));
showArchive(archive, () => view);
log.info({ place: archive.store.place, graceS: policy.grace_s }, 'serving');

for (let retentionDue = 0; !signal.aborted;) {
  try {
    const done = await alone(() => round({ bus, archive, holds, policy, view, log, now, signal }));
    purged += done.purged;
    countRound('done');
    if (Date.now() >= retentionDue) {
      await alone(() => applyRetention({ bus, archive, holds, policy, log, now }));
      retentionDue = Date.now() + RETENTION_EVERY_MS;
    }
    // An anchor that cannot be reached holds nothing up; it is told of the last pack as soon as it can be.
    await anchor({ bus, archive, policy, log, now }).catch((error: unknown) => log.error({ err: error }, 'the archive could not be anchored; trying again'));
  } catch (error) {
    // Whatever was under way is found again by reading from the beginning: the log and the archive are the truth, this memory is not.
    log.error({ err: error }, 'this round came to nothing; trying again');
    view = emptyView();
    countRound('failed');
  }
  await sleep(policy.every_s * 1000, undefined, { signal }).catch(() => undefined);
}
stopServing();
archive.close();
await telemetry.shutdown();
await bus.close();
process.exit(0);
