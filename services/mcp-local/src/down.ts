// Ends every service process and every edge of an installation. What should run stays written down, and runs again at the next start.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TerminalError } from '@awo/contracts';
import { makeFolder } from './durable-file.ts';
import { endEdge } from './edge-client.ts';
import { adopt } from './launch.ts';
import { openLocal } from './local.ts';
import { waitForLock } from './owner-lock.ts';
import { endProcess } from './stop-revision.ts';

const OWNER_LEAVES_WITHIN_MS = 15_000;

/** Throws TerminalError `busy` where mcp-local still runs and stays: it would start everything again. */
export async function down(home: string): Promise<{ processes: number; edges: number }> {
  const quiet = { info: () => undefined, warn: () => undefined };
  makeFolder(join(home, 'local'));
  const lock = await waitForLock(join(home, 'local', 'owner.lock'), AbortSignal.timeout(OWNER_LEAVES_WITHIN_MS));
  if (lock === null) throw new TerminalError('busy', `mcp-local still runs on ${home}.`, 'End it first: it would start everything again.');
  try {
    const local = openLocal({ home, hostEnv: {}, log: quiet, otlpUrl: null });
    const environments = local.environments();
    await Promise.all(environments.map((e) => endEdge(e.dir)));
    const places = environments.flatMap((environment) =>
      environment.state.services.flatMap((service) =>
        service.revisions.filter((r) => r.desired === 'running').map((revision) => ({ environment, service, revision })),
      ),
    );
    const living = places.filter((place) => adopt(place));
    const processes =
      living.length + places.reduce((sum, { revision }) => sum + (revision.replicas?.length ?? 0) + (revision.control === undefined ? 0 : 1), 0);
    // One whose first process has died may have others.
    await Promise.all(places.map((place) => endProcess(place)));
    for (const { revision } of places) {
      revision.pid = null;
      revision.mark = null;
      if (revision.state === 'ready' || revision.state === 'crashed') revision.state = 'starting';
    }
    for (const environment of environments) environment.save();
    await local.tidy();
    return { processes, edges: environments.length };
  } finally {
    lock.release();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const home = process.env['AWO_HOME'] ?? process.argv[2];
  if (home === undefined) {
    process.stderr.write('AWO_HOME is not set, and no folder was named: node down.ts <AWO_HOME>\n');
    process.exit(2);
  }
  try {
    const { processes, edges } = await down(resolve(home));
    process.stdout.write(`ended ${processes} service processes and the edges of ${edges} environments\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
