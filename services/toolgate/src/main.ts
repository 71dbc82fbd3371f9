// Composition root of toolgate: the only way out.
import { busProbes, connectBus, requireSync } from '@awo/bus';
import { createLogger, startTelemetry } from '@awo/telemetry';
import { openClients } from './clients.ts';
import { openEffects } from './effects.ts';
import { knowEffects } from './measures.ts';
import type { Gate } from './gate.ts';
import { readPolicy } from './policy.ts';
import { stepIsOpen } from './open-steps.ts';
import { openRegistry } from './registry.ts';
import { serveGate } from './serve.ts';

const { env } = process;
const instance = env.AWO_INSTANCE ?? `toolgate-${process.pid}`;
const log = createLogger('toolgate', instance, env.AWO_LOG_LEVEL);
await requireSync(env);
const [telemetry, policy, bus] = await Promise.all([
  startTelemetry({ service: 'toolgate', instance, env, log }),
  readPolicy(new URL('../../../deploy/toolgate/policy.yaml', import.meta.url)),
  connectBus({ url: env.NATS_URL ?? 'nats://127.0.0.1:4222', user: 'toolgate', nkeyFile: env.AWO_NKEY_FILE, name: instance, waitOnFirstConnect: true }),
]);
const clients = openClients(bus, env, log);
const gate: Gate = {
  policy,
  clients,
  effects: openEffects(bus),
  registry: openRegistry(bus),
  isOpen: (goal, step, atLeast) => stepIsOpen(bus, goal, step, atLeast),
  running: new Map(),
  instance,
  now: () => new Date(),
};
const stopServing = serveGate(bus, gate, log);
knowEffects();
telemetry.watch(busProbes(bus));
// Listened for before it is said: a stop in this very moment is heard, too.
const stopped = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => resolve());
  process.once('SIGINT', () => resolve());
});
log.info('serving');
await stopped;
// What runs may take minutes; its claim stands in the ledger and is read back by whoever is asked next.
await Promise.race([stopServing(), new Promise((resolve) => setTimeout(resolve, 8000).unref())]);
await clients.closeAll();
await telemetry.shutdown();
await bus.close();
process.exit(0);
