// Composition root of the provisioner: asks whether the server may be trusted, applies deploy/nats/bus.yaml once and ends.
import { openConnection } from './connect.ts';
import { monitorUrls, proveSync, requireSync } from './durability.ts';
import { provision, readBusSpec } from './provision.ts';

const env = process.env;
await requireSync(env);
const durability = await proveSync(monitorUrls(env));
if (!durability.proven)
  process.stdout.write(
    `warning: that every write is on disk before it is acknowledged is not proven: ${durability.because}. AWO_NATS_MONITOR names the monitoring.\n`,
  );
const connection = await openConnection({
  url: env.NATS_URL ?? 'nats://127.0.0.1:4222',
  user: env.AWO_USER ?? 'provisioner',
  nkeyFile: env.AWO_NKEY_FILE,
  name: 'provisioner',
  timeoutMs: 30_000,
});
try {
  await provision(
    connection,
    await readBusSpec(new URL('../../../deploy/nats/bus.yaml', import.meta.url)),
    env.AWO_REPLICAS ? Number(env.AWO_REPLICAS) : undefined,
    { copies: env.AWO_LOG_COPY === '1' },
  );
} finally {
  await connection.nc.close();
}
