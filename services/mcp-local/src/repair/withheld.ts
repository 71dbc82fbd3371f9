// Secrets in the addresses and values of a service stay in this process: others see them marked, and what they hand back is found again by its marked form.
import { type Configuration, type LocalService, TerminalError } from '@awo/contracts';
import { REDACTED, redact } from '@awo/telemetry';
import { resolved } from '../environment-variables.ts';
import { servingOf } from './find-service.ts';

/** As others may see it: what looks like a secret is marked, and the rest of an address stays, so that two of them can be told apart. */
export const shown = (value: string): string => redact(value).text;

export const configurationShown = ({ env, files }: Configuration): Configuration => ({
  env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, shown(value)])),
  files,
});

/** The configuration that a shown one stands for. Throws TerminalError `bad-arguments` where a marked value stands for none that is known here. */
export function restored({ env, files }: Configuration, service: LocalService, hostEnv: NodeJS.ProcessEnv): Configuration {
  const found = Object.entries(env).map(([name, value]) => {
    const values = knownValues(service, name, hostEnv);
    const fitting = values.includes(value) ? value : values.find((one) => shown(one) === value);
    // What somebody says in full is taken as it is; a marked one would reach the service as a password of that very word.
    if (fitting === undefined && value.includes(REDACTED))
      throw new TerminalError(
        'bad-arguments',
        `${name} of ${service.name} is not known in full: ${value}.`,
        'Give a value that rollout.status shows, or a whole one.',
      );
    return [name, fitting ?? value] as const;
  });
  return { env: Object.fromEntries(found), files };
}

/** What the variable has been or may be. The installation's own values come first: a password that was changed there is the one that holds. */
function knownValues(service: LocalService, variable: string, hostEnv: NodeJS.ProcessEnv): string[] {
  const model = servingOf(service)?.model;
  const here = model && resolved(model, hostEnv);
  const configurations = [service.configuration, ...(service.configurationsBefore ?? []).map((one) => one.configuration)];
  return [here?.env[variable], ...(here?.sources?.[variable]?.standby ?? []), ...configurations.map((one) => one?.env[variable])].filter(
    (one) => one !== undefined,
  );
}
