// Strict mode against real servers: one that syncs, one that does not, one that is not asked.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNatsServer } from '@awo/embedded';
import { findFreePort } from '@awo/free-port';
import { waitFor } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proveSync, requireSync } from './durability.ts';

const folder = mkdtempSync(join(tmpdir(), 'awo-durability-'));
const running: ChildProcess[] = [];
let binary: string;
beforeAll(async () => {
  binary = (await findNatsServer({ env: { ...process.env, NATS_URL: '' }, report: () => {} })).path;
});
afterAll(async () => {
  await Promise.all(running.map((child) => new Promise((resolve) => (child.once('exit', resolve), child.kill('SIGKILL')))));
  rmSync(folder, { recursive: true, force: true });
});

/** Gives the addresses of a server of others: nobody of ours wrote its configuration. */
async function startForeign(name: string, sync: string, more = ''): Promise<{ url: string; monitor: string }> {
  const [port, monitorPort] = [await findFreePort(), await findFreePort()];
  const store = join(folder, name);
  mkdirSync(store);
  const config = `server_name: ${name}\nlisten: "127.0.0.1:${port}"\nhttp: "127.0.0.1:${monitorPort}"\njetstream { store_dir: ${JSON.stringify(store)}, sync_interval: ${sync} }\n${more}`;
  writeFileSync(join(folder, `${name}.conf`), config);
  running.push(spawn(binary, ['-c', join(folder, `${name}.conf`)], { stdio: 'ignore' }));
  const monitor = `http://127.0.0.1:${monitorPort}`;
  await waitFor(async () => (await fetch(`${monitor}/varz`)).ok, { what: `${name} to answer` });
  return { url: `nats://127.0.0.1:${port}`, monitor };
}

test('a server that syncs every write is let in, however strict', async () => {
  const { monitor } = await startForeign('syncs', 'always');
  expect(await proveSync([monitor])).toEqual({ proven: true });
  await requireSync({ AWO_STRICT: '1', AWO_NATS_MONITOR: `${monitor}/` });
});

test('a server that syncs now and then is refused in strict mode, with what to do; a service ends at once', async () => {
  const { url, monitor } = await startForeign('now-and-then', '"2m"');
  const strict = { AWO_STRICT: '1', AWO_NATS_MONITOR: monitor, NATS_URL: url };
  await expect(requireSync(strict)).rejects.toMatchObject({
    code: 'bad-config',
    message: expect.stringContaining('does not sync every write'),
    hint: expect.stringContaining('sync_interval: always'),
  });
  await requireSync({ ...strict, AWO_STRICT: undefined });
  const provisioner = fileURLToPath(new URL('provision-main.ts', import.meta.url));
  const run = spawnSync(process.execPath, [provisioner], { env: { ...process.env, ...strict }, encoding: 'utf8', timeout: 20_000 });
  expect(run.status).toBe(1);
  expect(run.stderr).toContain('Strict mode (AWO_STRICT) refuses this server');
});

test('what cannot be seen is not proven: no monitoring, monitoring that is silent', async () => {
  await expect(requireSync({ AWO_STRICT: 'true' })).rejects.toMatchObject({ message: expect.stringContaining('no address of its monitoring is known') });
  expect(await proveSync(['http://127.0.0.1:1'])).toMatchObject({ proven: false, because: expect.stringContaining('does not answer') });
});

test('one server of a cluster does not speak for another that nobody asked', async () => {
  const [first, second] = [await findFreePort(), await findFreePort()];
  const routes = (own: number) =>
    `cluster { name: c, listen: "127.0.0.1:${own}", routes: ["nats-route://127.0.0.1:${first}", "nats-route://127.0.0.1:${second}"] }\n`;
  const one = await startForeign('one', 'always', routes(first));
  const two = await startForeign('two', 'always', routes(second));
  const because = await waitFor(
    async () => {
      const durability = await proveSync([one.monitor]);
      return !durability.proven && durability.because;
    },
    { what: 'the servers to know of each other' },
  );
  expect(because).toBe('the cluster has 2 servers and the monitoring of 1 is known');
  expect(await proveSync([one.monitor, two.monitor])).toEqual({ proven: true });
});
