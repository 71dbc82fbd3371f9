// awo down: stops everything that awo up started. State is kept.
import { stopInstallation } from '@awo/embedded';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { stopJaeger } from '../jaeger/run-jaeger.ts';
import { print } from '../output/print.ts';

export async function down(context: CliContext): Promise<ExitCode> {
  const home = findHome(context);
  const stopped = await stopInstallation(home, { env: { ...context.env } });
  const jaegerStopped = await stopJaeger(home);
  await print(context.terminal, context.format, { home, stopped, jaegerStopped }, () => [
    stopped ? `Everything is down. Its state is kept in ${home}; awo up goes on with it.` : `Nothing was running in ${home}.`,
    ...(jaegerStopped ? ['Jaeger is down too.'] : []),
  ]);
  return EXIT.reached;
}
