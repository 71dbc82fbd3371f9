// awo up: starts the installation, or says that it runs, and where everything is.
import { startInstallation } from '@awo/embedded';
import type { CliContext } from '../context.ts';
import { EXIT, UnreachableError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { WAYS_TO_JAEGER, findJaeger } from '../jaeger/find-jaeger.ts';
import { jaegerUrl } from '../jaeger/jaeger-file.ts';
import { startJaeger } from '../jaeger/run-jaeger.ts';
import { print } from '../output/print.ts';

/** Progress goes to standard error, the result to standard output. */
export async function up(context: CliContext, { jaeger }: { jaeger?: boolean | undefined }): Promise<ExitCode> {
  const { terminal, signal, format } = context;
  const home = findHome(context);
  let env = { ...context.env };
  if (jaeger) {
    const found = await findJaeger(env);
    if (!found) throw new UnreachableError('There is no Jaeger here; nothing was started.', WAYS_TO_JAEGER);
    const { otlp, url } = await startJaeger(home, found);
    env = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? otlp };
    terminal.err(`Jaeger is at ${url}`);
  }
  const started = await startInstallation(home, { env, signal, report: ({ text }) => terminal.err(terminal.style('dim', text)) });
  const status = await started.control.status();
  const data = {
    home,
    already: started.already,
    natsUrl: started.natsUrl,
    natsVersion: started.natsVersion,
    monitorUrl: started.monitorUrl,
    jaegerUrl: jaegerUrl(home, context.env) ?? null,
    startedAt: started.startedAt,
    replicas: status.replicas,
  };
  await print(terminal, format, data, () => [
    terminal.style('bold', started.already ? 'It runs already.' : 'Everything is up.'),
    `  bus       ${data.natsUrl}${data.natsVersion ? `  (nats-server ${data.natsVersion})` : ''}`,
    ...(data.monitorUrl ? [`  monitor   ${data.monitorUrl}`] : []),
    ...(data.jaegerUrl ? [`  Jaeger    ${data.jaegerUrl}`] : []),
    `  services  ${Object.entries(data.replicas)
      .map(([name, n]) => (n === 1 ? name : `${name}×${n}`))
      .join(', ')}`,
    `  state     ${home}`,
    'Release something: awo release --repo PATH --wait',
  ]);
  if (jaeger && started.already) terminal.err('The services were running before: they send spans after awo down and awo up --jaeger.');
  return EXIT.reached;
}
