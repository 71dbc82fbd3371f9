// awo scale: how many replicas of a service the supervisor keeps.
import { connectSupervisor } from '@awo/embedded/running';
import type { CliContext } from '../context.ts';
import { EXIT, UnreachableError, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { didYouMean } from '../nearest.ts';
import { print } from '../output/print.ts';

const WISH = /^([a-z][a-z0-9-]*)=(\d{1,2})$/;

/** `test=3`, several at once. Kept over restarts of the installation. */
export async function scale(context: CliContext, wishes: readonly string[]): Promise<ExitCode> {
  const parsed = wishes.map((wish) => {
    const [, service, replicas] = WISH.exec(wish) ?? [];
    if (!service) throw new UsageError(`"${wish}" is no wish for replicas.`, 'Such as: awo scale test=3');
    return { service, replicas: Number(replicas) };
  });
  const home = findHome(context);
  const control = await connectSupervisor(home);
  if (!control) throw new UnreachableError(`No supervisor runs in ${home}.`);
  const known = Object.keys((await control.status()).replicas);
  for (const { service } of parsed) if (!known.includes(service)) throw new UsageError(`There is no service "${service}".`, didYouMean(service, known));
  let status = await control.status();
  for (const { service, replicas } of parsed) status = await control.scale(service, replicas);
  await print(context.terminal, context.format, { replicas: status.replicas }, () =>
    parsed.map(({ service }) => `${service}: ${status.replicas[service] ?? 0} replicas`),
  );
  return EXIT.reached;
}
