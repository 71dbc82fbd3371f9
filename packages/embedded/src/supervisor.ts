// Owns nats-server and the services of one installation, from take-over to the last process gone.
import { rmSync } from 'node:fs';
import { TerminalError } from '@awo/contracts';
import { foreignBus, keepBus } from './bus-keeper.ts';
import { readBusUsers } from './bus-users.ts';
import { watchBus } from './bus-watch.ts';
import type { SupervisorStatus } from './control-protocol.ts';
import { serveControl } from './control-server.ts';
import { startFleet } from './fleet.ts';
import { homePaths, prepareHome } from './home.ts';
import { writeInstallationInfo } from './installation-info.ts';
import { endLeftovers } from './leftovers.ts';
import { releaseLock } from './owner-lock.ts';
import { forgetIfStoreIsNew, provision } from './provisioning.ts';
import type { Report } from './progress.ts';
import { quietRun } from './quiet-run.ts';
import { serviceEnvironment } from './service-environment.ts';
import { readServiceList } from './service-list.ts';
import type { SupervisorOptions } from './supervisor-options.ts';
import { until } from './until.ts';

/** How long services may take to connect before the start is reported with the names of those that did not. */
const COME_UP_MS = 20_000;

export interface Supervisor {
  /** Resolves when every service is connected, or those that are not have been named. */
  ready: Promise<void>;
  /** Ends everything; a second call waits for the first. */
  stop(options?: { keepTraffic?: boolean }): Promise<void>;
}

/** The caller holds the lock of the installation. Resolves when the services are started. */
export async function runSupervisor(options: SupervisorOptions, caller: NodeJS.ProcessEnv, report: Report): Promise<Supervisor> {
  const { home, binary, natsUrl: foreignUrl } = options;
  prepareHome(home);
  const list = readServiceList(options.servicesFile ?? undefined);
  const left = await endLeftovers(home);
  if (left.length > 0) report({ phase: 'nats-server', text: `Took over after an unclean end: ended ${left.join(', ')}` });

  forgetIfStoreIsNew(home);
  let moved = () => {};
  if (!binary && !foreignUrl) throw new TerminalError('bad-config', 'Neither a nats-server binary nor an address of a running one was given.');
  const bus = binary
    ? await keepBus({ home, binary, users: readBusUsers(), report, ports: options.ports, onMoved: () => moved() })
    : foreignBus(foreignUrl ?? '');
  const apply = (always: boolean) =>
    provision({ home, natsUrl: bus.url(), monitorUrl: bus.monitorUrl(), provisioner: list.provisioner, caller, report, always });
  try {
    await apply(binary === null);
  } catch (error) {
    await bus.stop();
    throw error;
  }

  // A server of others is theirs to look after: `awo doctor` says what is wrong with it.
  const everyMs = caller['AWO_BUS_WATCH_S'] ? Number(caller['AWO_BUS_WATCH_S']) * 1000 : undefined;
  const watch = watchBus({
    monitorUrl: () => bus.monitorUrl(),
    folder: homePaths(home).nats,
    provision: () => apply(true),
    restart: () => bus.restart(),
    report,
    everyMs,
  });

  let phase: SupervisorStatus['phase'] = 'starting';
  const fleet = startFleet({ home, services: list.services, caller, natsUrl: () => bus.url(), monitorUrl: () => bus.monitorUrl() });
  // Those that nothing asks for are not among them.
  report({ phase: 'services', text: `Starting ${fleet.instances().length} services` });
  const note = () => writeInstallationInfo(home, { natsUrl: bus.url(), monitorUrl: bus.monitorUrl(), natsVersion: bus.status().version });
  moved = () => {
    note();
    for (const service of list.services) void fleet.restart(service.name);
  };
  const status = (): SupervisorStatus => ({
    phase,
    natsUrl: bus.url(),
    monitorUrl: bus.monitorUrl(),
    nats: { ...bus.status(), trouble: watch.trouble() },
    replicas: fleet.replicas(),
    instances: fleet.instances(),
  });

  let stopping: Promise<void> | undefined;
  const stop = ({ keepTraffic = false } = {}) =>
    (stopping ??= (async () => {
      phase = 'stopping';
      await watch.stop();
      await fleet.stop();
      if (!keepTraffic) {
        for (const { name, down, env } of list.services) {
          if (!down) continue;
          const downEnv = serviceEnvironment({ home, natsUrl: bus.url(), user: name, instance: `${name}-down`, env, caller });
          const { code, output } = await quietRun(process.execPath, [down], { env: downEnv, timeoutMs: 30_000 });
          if (code !== 0) report({ phase: 'services', text: `${name}: ending what it keeps running failed: ${output.trim().split('\n').at(-1) ?? ''}` });
        }
      }
      await bus.stop();
      rmSync(homePaths(home).installation, { force: true });
      control.close();
      releaseLock(home);
    })());

  const control = await serveControl(home, async (request) => {
    switch (request.do) {
      case 'status':
        await fleet.refresh();
        return status();
      case 'scale':
        await fleet.scale(request.service, request.replicas);
        return status();
      case 'restart':
        await (request.what === 'nats-server' ? bus.restart() : fleet.restart(request.what));
        return status();
      case 'stop':
        // Answered at once: the asker then waits for this process to end.
        void stop({ keepTraffic: request.keepTraffic }).finally(() => process.exit(0));
        return status();
    }
  });

  note();
  const ready = (async () => {
    await until(() => stopping !== undefined || fleet.refresh(), COME_UP_MS, 40);
    if (stopping !== undefined) return;
    const late = fleet.instances().filter((one) => one.state !== 'up');
    if (late.length > 0) report({ phase: 'services', text: `Not up yet: ${late.map((one) => one.instance).join(', ')} (see ${homePaths(home).logs})` });
    phase = 'ready';
    report({ phase: 'ready', text: `${fleet.instances().length - late.length} of ${fleet.instances().length} services up, bus at ${bus.url()}` });
  })();
  return { ready, stop };
}
