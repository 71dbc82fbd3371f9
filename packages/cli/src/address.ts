// Where the installation's bus is. A few file reads, so that a command which needs one is told at once that nothing runs.
import { installationInfo } from '@awo/embedded/running';
import type { CliContext } from './context.ts';
import { UnreachableError } from './exit-codes.ts';

/** NATS_URL, then what the installation in `home` says. Throws UnreachableError where neither is there. */
export function addressOf({ env }: CliContext, home: string): string {
  const address = env['NATS_URL'] || installationInfo(home)?.natsUrl;
  if (!address) throw new UnreachableError(`Nothing is running in ${home}.`, 'Start it with: npx awo up');
  return address;
}
