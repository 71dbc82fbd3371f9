// Composition root of the gateway: HTTP on one side, the bus on the other.
import { join } from 'node:path';
import { busProbes, connectBus } from '@awo/bus';
import { TerminalError } from '@awo/contracts';
import { createLogger, startTelemetry } from '@awo/telemetry';
import { serve } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import { createInbox } from '@nats-io/transport-node';
import { routes } from './routes.ts';
import { ensureToken } from './token.ts';

const { env } = process;
const instance = env.AWO_INSTANCE ?? `gateway-${process.pid}`;
const log = createLogger('gateway', instance, env.AWO_LOG_LEVEL);
const port = Number(env.AWO_GATEWAY_PORT);
if (!env.AWO_HOME) throw new TerminalError('bad-config', 'AWO_HOME is not set.', 'The token lies there.');
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  throw new TerminalError('bad-config', `AWO_GATEWAY_PORT is "${env.AWO_GATEWAY_PORT}".`, 'A port, such as 8090; 0 for a free one.');
const token = ensureToken(join(env.AWO_HOME, 'keys', 'gateway.token'));
const [telemetry, bus] = await Promise.all([
  startTelemetry({ service: 'gateway', instance, env, log }),
  connectBus({ url: env.NATS_URL ?? 'nats://127.0.0.1:4222', user: 'gateway', nkeyFile: env.AWO_NKEY_FILE, name: instance, waitOnFirstConnect: true }),
]);
telemetry.watch(busProbes(bus));
const server = await new Promise<ServerType>((resolve, reject) => {
  const listening: ServerType = serve({ fetch: routes(bus, token).fetch, hostname: env.AWO_GATEWAY_HOST ?? '127.0.0.1', port }, ({ address, port: at }) => {
    log.info({ address: `http://${address}:${at}` }, 'listening');
    resolve(listening);
  });
  listening.once('error', reject);
});
// A process is up once it hears something on the bus, and this one only speaks: without it every start would wait for it in vain.
bus.nc.subscribe(createInbox(`_INBOX_${bus.user}`));
const stop = () => {
  server.close(async () => {
    await telemetry.shutdown();
    await bus.close();
    process.exit(0);
  });
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
