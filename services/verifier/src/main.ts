// Composition root of the verifier: reads the log for ever, signs, and says what must not be.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { busProbes, connectBus, openSigningKey } from '@awo/bus';
import { RetryableError, TerminalError } from '@awo/contracts';
import { createLogger, startTelemetry } from '@awo/telemetry';
import { askWhetherSealed } from './sealed.ts';
import { showVerifier } from './show.ts';
import { openVerifier } from './verifier.ts';

const { env } = process;
const instance = env.AWO_INSTANCE ?? `verifier-${process.pid}`;
const log = createLogger('verifier', instance, env.AWO_LOG_LEVEL);
const home = env.AWO_HOME;
if (!home) throw new TerminalError('bad-config', 'AWO_HOME is not set.', 'The key that signs and what was signed lie there.');
const [telemetry, key, bus] = await Promise.all([
  startTelemetry({ service: 'verifier', instance, env, log }),
  openSigningKey(join(home, 'keys', 'installation.pem')),
  connectBus({ url: env.NATS_URL ?? 'nats://127.0.0.1:4222', user: 'verifier', nkeyFile: env.AWO_NKEY_FILE, name: instance, waitOnFirstConnect: true }),
]);
const stopping = new AbortController();
const { signal } = stopping;
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

const everyMs = Number(env.AWO_VERIFY_EVERY_S ?? 2) * 1000;
const verifier = await openVerifier({
  bus,
  home,
  key,
  log,
  now: () => new Date(),
  goalsPerRound: Number(env.AWO_VERIFY_GOALS ?? 20),
  againEveryMs: 15 * everyMs,
  isSealed: askWhetherSealed(bus),
});
telemetry.watch(busProbes(bus));
showVerifier(bus, verifier.report, { startedAt: Date.now(), now: Date.now });
log.info('walking');
while (!signal.aborted) {
  try {
    await verifier.round();
  } catch (error) {
    // Nobody answers now: not knowing is neither good nor bad news, and the next round asks again.
    log[error instanceof RetryableError ? 'warn' : 'error']({ err: error }, 'this round came to nothing; trying again');
  }
  await sleep(everyMs, undefined, { signal }).catch(() => undefined);
}
await verifier.close();
await telemetry.shutdown();
await bus.close();
process.exit(0);
