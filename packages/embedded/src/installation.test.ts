// A whole installation as real processes: start, crash, kill, take-over, stop.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectSupervisor } from './control-client.ts';
import { socketPath } from './control-protocol.ts';
import { homePaths } from './home.ts';
import { startInstallation, stopInstallation } from './installation.ts';
import type { Installation } from './installation.ts';
import { installationInfo } from './installation-info.ts';
import { temporaryHome } from './temporary-home.fixture.ts';
import type { TemporaryHome } from './temporary-home.fixture.ts';
import { until } from './until.ts';

const env = { ...process.env };
delete env['NATS_URL'];
// The fixtures' provisioner makes no streams, so the watch would find everything missing, again and again.
env['AWO_BUS_WATCH_S'] = '600';
const made: TemporaryHome[] = [];

function makeHome(...args: Parameters<typeof temporaryHome>): TemporaryHome {
  const one = temporaryHome(...args);
  made.push(one);
  return one;
}

afterEach(async () => {
  for (const one of made.splice(0)) {
    await stopInstallation(one.home, { env, keepTraffic: true });
    one.remove();
  }
});

/** Those of the processes that still live; a zombie does not. */
function processesOf(pids: number[]): number[] {
  return pids.filter(
    (pid) =>
      spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
        .stdout.trim()
        .replace(/^Z.*/, '') !== '',
  );
}

async function pidsOf(installation: Installation): Promise<number[]> {
  const status = await installation.control.status();
  return [installation.supervisorPid, status.nats.pid ?? 0, ...status.instances.map((one) => one.pid ?? 0)].filter((pid) => pid > 0);
}

const lines = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);

test('a start brings every service up as its own process, and a stop leaves none of them', async () => {
  const { home, servicesFile } = makeHome({
    planner: { main: 'connecting-service.ts' },
    'mcp-local': { main: 'connecting-service.ts', replicas: 2, down: 'noting-down.ts' },
  });
  const said: string[] = [];
  const installation = await startInstallation(home, { env, servicesFile, ports: 'any', report: (progress) => said.push(progress.text) });
  const status = await installation.control.status();
  expect(status.instances.map((one) => [one.instance, one.state])).toEqual([
    ['planner-1', 'up'],
    ['mcp-local-1', 'up'],
    ['mcp-local-2', 'up'],
  ]);
  expect(said).toContain('Starting 3 services');
  expect(said.at(-1)).toMatch(/3 of 3 services up/);
  expect(installationInfo(home)?.natsUrl).toBe(status.natsUrl);
  const pids = await pidsOf(installation);
  expect(new Set(pids).size).toBe(5);

  await installation.control.stop();
  expect(processesOf(pids)).toEqual([]);
  expect(installationInfo(home)).toBeUndefined();
  expect(existsSync(socketPath(home))).toBe(false);
  expect(readdirSync(homePaths(home).run)).toEqual([]);
  expect(lines(join(home, 'down-runs.txt'))).toEqual(['down']);
});

test('a second start joins the first, and provisioning is not repeated while bus.yaml stays as it is', async () => {
  const { home, servicesFile } = makeHome({ planner: { main: 'connecting-service.ts' } });
  const [one, other] = await Promise.all([
    startInstallation(home, { env, servicesFile, ports: 'any' }),
    startInstallation(home, { env, servicesFile, ports: 'any' }),
  ]);
  expect(one.supervisorPid).toBe(other.supervisorPid);
  await one.control.stop();
  const again = await startInstallation(home, { env, servicesFile, ports: 'any' });
  expect(again.already).toBe(false);
  expect(again.natsUrl).toBe(one.natsUrl);
  // The fixture makes no streams, so the store stays empty: that alone calls for the provisioner again.
  expect(lines(join(home, 'provisioner-runs.txt'))).toEqual(['provisioner', 'provisioner']);
});

test('a supervisor killed with -9 is taken over: its processes are ended, new ones started', async () => {
  const { home, servicesFile } = makeHome({ planner: { main: 'connecting-service.ts' }, impact: { main: 'connecting-service.ts' } });
  const first = await startInstallation(home, { env, servicesFile, ports: 'any' });
  const before = await pidsOf(first);
  process.kill(first.supervisorPid, 'SIGKILL');
  await until(() => installationInfo(home) === undefined, 5_000);
  expect(processesOf(before)).toHaveLength(3);

  const said: string[] = [];
  const second = await startInstallation(home, { env, servicesFile, ports: 'any', report: (progress) => said.push(progress.text) });
  expect(said.join('\n')).toMatch(/Took over after an unclean end: ended .*nats-server/);
  expect(processesOf(before)).toEqual([]);
  expect(second.natsUrl).toBe(first.natsUrl);
  expect((await second.control.status()).instances.every((one) => one.state === 'up')).toBe(true);
});

test('without a second start, a stop ends what a killed supervisor has left', async () => {
  const { home, servicesFile } = makeHome({ planner: { main: 'connecting-service.ts' } });
  const installation = await startInstallation(home, { env, servicesFile, ports: 'any' });
  const pids = await pidsOf(installation);
  process.kill(installation.supervisorPid, 'SIGKILL');
  await until(() => installationInfo(home) === undefined, 5_000);
  expect(await stopInstallation(home, { env, keepTraffic: true })).toBe(true);
  expect(processesOf(pids)).toEqual([]);
});

test('a service that dies is started again and counted, and so is the bus at the same address', async () => {
  const { home, servicesFile } = makeHome({ planner: { main: 'connecting-service.ts' } });
  const { control, natsUrl } = await startInstallation(home, { env, servicesFile, ports: 'any' });
  const pid = (await control.status()).instances[0]?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  const revived = await until(async () => (await control.status()).instances.find((one) => one.state === 'up' && one.pid !== pid), 10_000);
  expect(revived).toMatchObject({ restarts: 1, lastExit: 'SIGKILL' });

  const natsPid = (await control.status()).nats.pid ?? 0;
  process.kill(natsPid, 'SIGKILL');
  const status = await until(async () => {
    const now = await control.status();
    return now.nats.pid !== natsPid && now.instances.every((one) => one.state === 'up') ? now : undefined;
  }, 15_000);
  expect(status).toMatchObject({ natsUrl, nats: { restarts: 1 } });
});

test('a service that never comes up does not keep the others from it, and is named', async () => {
  const { home, servicesFile } = makeHome({ planner: { main: 'connecting-service.ts' }, impact: { main: 'crashing-service.ts' } });
  const said: string[] = [];
  const installation = await startInstallation(home, { env, servicesFile, ports: 'any', report: (progress) => said.push(progress.text) });
  expect(said.join('\n')).toMatch(/Not up yet: impact-1 \(see /);
  expect(said.at(-1)).toMatch(/1 of 2 services up/);
  const crashed = (await installation.control.status()).instances.find((one) => one.service === 'impact');
  expect(crashed?.lastExit).toBe('code 7');
  // 100, 200, 400 ms … up to 5 s: a handful of tries, not thousands.
  expect(crashed?.restarts).toBeGreaterThanOrEqual(3);
  expect(crashed?.restarts).toBeLessThan(15);
}, 60_000);

test('scale adds and removes replicas and is remembered by the next start', async () => {
  const { home, servicesFile } = makeHome({ test: { main: 'connecting-service.ts' } });
  const first = await startInstallation(home, { env, servicesFile, ports: 'any' });
  await first.control.scale('test', 3);
  const up = await until(async () => (await first.control.status()).instances.filter((one) => one.state === 'up').length === 3, 10_000);
  expect(up).toBe(true);
  await expect(first.control.scale('tset', 2)).rejects.toThrow(/No service "tset". Known: test/);
  await first.control.stop({ keepTraffic: true });

  const second = await startInstallation(home, { env, servicesFile, ports: 'any' });
  expect((await second.control.status()).instances).toHaveLength(3);
  const less = await second.control.scale('test', 1);
  expect(less.instances.map((one) => one.instance)).toEqual(['test-1']);
});

test('a service that ignores SIGTERM is killed after its grace, with the programs that it started', async () => {
  const { home, servicesFile } = makeHome({ planner: { main: 'connecting-service.ts' }, test: { main: 'stubborn-service.ts' } });
  const abort = new AbortController();
  const starting = startInstallation(home, { env, servicesFile, ports: 'any', signal: abort.signal }).catch((error: unknown) => error);
  const control = await until(async () => {
    const found = await connectSupervisor(home);
    return found && (await found.status().catch(() => undefined)) ? found : undefined;
  }, 15_000);
  const pid = (await control?.status())?.instances.find((one) => one.service === 'test')?.pid ?? 0;
  const children = () => spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout.trim();
  const child = Number(await until(() => children() || undefined, 5_000));
  // Given up in the middle: everything ends all the same.
  abort.abort(new Error('given up'));
  expect(await starting).toMatchObject({ message: 'given up' });
  expect(processesOf([pid, child])).toEqual([]);
}, 60_000);

test('the control socket and the state are for their owner only, also where AWO_HOME is too deep for a socket', async () => {
  const { home, servicesFile } = makeHome({ planner: { main: 'connecting-service.ts' } });
  const deep = join(home, 'a'.repeat(60), 'b'.repeat(60));
  const installation = await startInstallation(deep, { env, servicesFile, ports: 'any' });
  try {
    expect(statSync(socketPath(deep)).mode & 0o777).toBe(0o600);
    expect(socketPath(deep).length).toBeLessThan(104);
    expect(statSync(homePaths(deep).installation).mode & 0o077).toBe(0);
    expect((await installation.control.status()).phase).toBe('ready');
  } finally {
    await installation.control.stop({ keepTraffic: true });
  }
});

test('a secret of the caller reaches only services that are said to need the caller’s environment', async () => {
  const { home, servicesFile } = makeHome({ planner: { main: 'connecting-service.ts' }, 'mcp-tests': { main: 'connecting-service.ts', env: 'caller' } });
  await startInstallation(home, { env: { ...env, A_SECRET: 'hidden' }, servicesFile, ports: 'any' });
  expect(readFileSync(join(homePaths(home).logs, 'planner.log'), 'utf8')).toContain('connected planner-1 no secret');
  expect(readFileSync(join(homePaths(home).logs, 'mcp-tests.log'), 'utf8')).toContain('connected mcp-tests-1 hidden');
});

test('a foreign server is used where NATS_URL names one, and is left running', async () => {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { home, servicesFile } = makeHome({ planner: { main: 'stubborn-service.ts' } });
  const installation = await startInstallation(home, { env: { ...env, NATS_URL: url }, servicesFile, ports: 'any' });
  expect(installation).toMatchObject({ natsUrl: url, monitorUrl: null, natsVersion: null });
  await installation.control.stop({ keepTraffic: true });
  server.close();
}, 60_000);
