// Composition root of the provisioner: applies deploy/nats/bus.yaml once and ends.
import { openConnection } from './connect.ts';
import { provision, readBusSpec } from './provision.ts';

const env = process.env;
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
  );
} finally {
  await connection.nc.close();
}
