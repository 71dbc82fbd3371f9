// The doctor on services: how many run, whether each says that it is ready, and of which version each is.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@awo/contracts';
import { connectSupervisor } from '@awo/embedded/running';
import { z } from 'zod';
import { fail, ok, some, warn } from './finding.ts';
import type { Finding } from './finding.ts';

const Targets = z.array(z.object({ targets: z.array(z.string()) }));
const Health = z.object({
  instance: z.string(),
  version: z.string().default('unknown'),
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().nullable() })),
});

export async function serviceFindings(home: string): Promise<Finding[]> {
  const control = await connectSupervisor(home);
  if (!control) return [fail('supervisor', 'does not answer', 'npx awo down; npx awo up')];
  const { instances, replicas } = await control.status();
  return Object.entries(replicas).map(([service, wanted]) => {
    const own = instances.filter((i) => i.service === service);
    const running = own.filter((i) => i.state === 'up').length;
    const exits = own.flatMap((i) => (i.lastExit ? [`${i.instance}: ${i.lastExit}`] : []));
    if (running >= wanted) return ok(service, wanted === 0 ? 'not wanted' : `${running} of ${wanted} up`);
    return fail(service, `${running} of ${wanted} up${exits.length > 0 ? `; ${exits.join(', ')}` : ''}`, `${home}/logs/${service}.log`);
  });
}

/** Asks every process that has an endpoint. */
export async function readinessFindings(home: string): Promise<Finding[]> {
  const folder = join(home, 'targets');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  if (files.length === 0) return [ok('readiness', 'not asked: no process has an endpoint (AWO_HTTP_PORT)')];
  const answers = await Promise.all(
    files.map(async (file) => {
      const name = file.replace(/\.json$/, '');
      const [address] = Targets.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))[0]?.targets ?? [];
      return fetch(`http://${address}/readyz`, { signal: AbortSignal.timeout(4000) })
        .then(async (response) => ({ name, health: Health.parse(await response.json()) }))
        .catch(() => ({ name, health: null }));
    }),
  );
  const unready = answers.flatMap(({ name, health }) => {
    if (!health) return [`${name} does not answer`];
    return health.ok ? [] : [`${name}: ${health.checks.flatMap((check) => (check.ok ? [] : [`${check.name}: ${check.detail}`])).join(', ')}`];
  });
  const others = answers.flatMap(({ name, health }) => (health && health.version !== VERSION ? [`${name} is ${health.version}`] : []));
  return [
    unready.length === 0
      ? ok('readiness', `${answers.length} processes say that they are ready`)
      : fail('readiness', some(unready), 'What they wait for stands in their answer to /readyz.'),
    others.length === 0
      ? ok('versions', `all of them and this command line are ${VERSION}`)
      : warn('versions', some(others), `This command line is ${VERSION}; finish the upgrade.`),
  ];
}
