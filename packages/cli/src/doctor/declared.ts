// The doctor on what bus.yaml declares: streams, consumers and buckets as declared, and permissions that the broker really keeps.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareSpec, connectBus, readBusSpec } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { BUS_FILE, homePaths, keyFile } from '@awo/embedded';
import { fail, ok, some, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** `reader` may list streams and consumers. */
export async function declaredFinding(reader: Bus): Promise<Finding> {
  const spec = await readBusSpec(BUS_FILE);
  const differences = (await compareSpec(reader, spec)).map(({ what, setting, declared, found }) =>
    setting === null ? `${what} is missing` : `${what}: ${setting} is ${found}, declared ${declared}`,
  );
  if (differences.length === 0)
    return ok(
      'streams',
      `${Object.keys(spec.streams).length} streams, ${spec.consumers.length} consumers and ${Object.keys(spec.buckets).length} buckets as in bus.yaml`,
    );
  return fail('streams', some(differences), 'npx awo down && npx awo up applies deploy/nats/bus.yaml; elsewhere: node packages/bus/src/provision-main.ts');
}

/** Seeds are for their owner only. */
export function keysFinding(home: string): Finding {
  const folder = homePaths(home).keys;
  if (!existsSync(folder)) return warn('keys', `no keys in ${folder}`, 'A server of others keeps its own users.');
  const files = readdirSync(folder)
    .filter((name) => !name.endsWith('.pub'))
    .map((name) => join(folder, name));
  const open = [folder, ...files].filter((file) => (statSync(file).mode & 0o077) !== 0);
  return open.length === 0
    ? ok('keys', `${files.length} keys, for their owner only`)
    : fail('keys', `others may read ${some(open)}`, `chmod -R go-rwx ${folder}, then new keys: whoever could read them has them`);
}

/** Tries, as an agent, to ask in another's name and to hear another's answers. Neither leaves anything behind where it is let through. */
export async function permissionFinding(url: string, home: string): Promise<Finding> {
  const key = keyFile(home, 'impact');
  if (!existsSync(key)) return warn('permissions', 'not tried: the key of impact is not here', 'Try it where the keys are.');
  const bus = await connectBus({ url, user: 'impact', nkeyFile: key, name: `doctor-${process.pid}`, timeoutMs: 2000 });
  try {
    const asked = await bus.nc.request('awo.tool.planner.doctor', '{}', { timeout: 1000 }).then(
      () => 'impact may ask for tools in the name of planner',
      (error: unknown) => (isRefusal(error) ? null : 'impact was not refused when it asked in the name of planner'),
    );
    const heard = await new Promise<string | null>((resolve) => {
      bus.nc.subscribe('_INBOX_operator.>', { callback: (error) => resolve(error ? null : 'impact hears what others are answered') });
      void bus.nc.flush().then(
        () => setTimeout(() => resolve('impact may listen to the answers of others'), 200),
        () => resolve(null),
      );
    });
    const wrong = [asked, heard].filter((one) => one !== null);
    return wrong.length === 0
      ? ok('permissions', 'the broker refuses an agent that speaks or listens for another')
      : fail('permissions', wrong.join('; '), 'The users of deploy/nats/bus.yaml have to be set on this server; without them an agent can speak for another.');
  } finally {
    await bus.close();
  }
}

const isRefusal = (error: unknown): boolean => {
  const said = error instanceof Error ? `${error.name} ${error.message} ${error.cause instanceof Error ? error.cause.message : ''}` : '';
  return /permission/i.test(said);
};
