// Composition root of the observer: facts of the whole installation for dashboards and alerts. It reads and changes nothing.
import { join } from 'node:path';
import { busProbes, connectBus } from '@awo/bus';
import { createLogger, startTelemetry } from '@awo/telemetry';
import { countGoals } from './count-goals.ts';
import { showInstallation } from './show.ts';
import { PATIENCE } from './stuck.ts';

const { env } = process;
const instance = env.AWO_INSTANCE ?? `observer-${process.pid}`;
const log = createLogger('observer', instance, env.AWO_LOG_LEVEL);
const [telemetry, bus] = await Promise.all([
  startTelemetry({ service: 'observer', instance, env, log }),
  connectBus({ url: env.NATS_URL ?? 'nats://127.0.0.1:4222', user: 'observer', nkeyFile: env.AWO_NKEY_FILE, name: instance, waitOnFirstConnect: true }),
]);
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());
const counting = countGoals(bus, { file: env.AWO_HOME ? join(env.AWO_HOME, 'census.json') : null, signal: stopping.signal, log });
const silenceMs = Number(env.AWO_STUCK_AFTER_S ?? PATIENCE.silenceMs / 1000) * 1000;
showInstallation(bus, counting, { patience: { ...PATIENCE, silenceMs }, folder: env.AWO_HOME ?? null, now: Date.now });
telemetry.watch(busProbes(bus));
log.info('counting');
await counting.done;
await telemetry.shutdown();
await bus.close();
process.exit(0);
