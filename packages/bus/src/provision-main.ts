// Composition root of the provisioner: asks whether the server may be trusted, applies deploy/nats/bus.yaml once and ends.
import { TerminalError } from '@awo/contracts';
import { openConnection } from './connect.ts';
import { monitorUrls, proveSync, requireSync } from './durability.ts';
import { provision, readBusSpec } from './provision.ts';

const env = process.env;
try {
  await apply();
} catch (error) {
  // Whoever started this shows its last words: a stack would be in their place.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${error instanceof TerminalError && error.hint ? `${error.hint}\n` : ''}`);
  process.exitCode = 1;
}

async function apply(): Promise<void> {
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
}
