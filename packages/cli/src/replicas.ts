// The service processes that the local supervisor keeps, for `ps -o wide`, `scale` and `doctor`.
import { connectSupervisor } from '@awo/embedded/running';
import type { SupervisorStatus } from '@awo/embedded/running';

export type Replica = SupervisorStatus['instances'][number];

/** Empty where no supervisor runs here, as with services that others started. */
export async function replicasOf(home: string): Promise<Replica[]> {
  const control = await connectSupervisor(home);
  return control ? (await control.status()).instances : [];
}
