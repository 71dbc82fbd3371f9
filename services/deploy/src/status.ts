// Asks what runs of one service.
import type { StepContext } from '@awo/agent';
import { rolloutStatus, type ServiceStatus } from '@awo/contracts';

/** The status of one service, null where the environment has none of that name. */
export async function fetchStatus(ctx: StepContext, environment: string, service: string): Promise<ServiceStatus | null> {
  const { services } = await ctx.call(rolloutStatus, { environment, service }, `status-${service}`);
  return services.find((s) => s.name === service && s.environment === environment) ?? null;
}
