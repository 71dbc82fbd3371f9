// What the local supervisor knows, for `awo ps`: the service processes it keeps, and whether the bus works as declared.
import { connectSupervisor } from '@awo/embedded/running';
import type { SupervisorStatus } from '@awo/embedded/running';

/** Empty and null where no supervisor runs here, as with services that others started. */
export async function supervisorView(home: string): Promise<{ replicas: SupervisorStatus['instances']; busTrouble: string | null }> {
  const status = await (await connectSupervisor(home))?.status();
  return { replicas: status?.instances ?? [], busTrouble: status?.nats.trouble ?? null };
}
