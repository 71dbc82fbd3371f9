// A real nats-server for a test: free port, temporary AWO_HOME, the product's own users and streams.
import { connectBus, provision, readBusSpec } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { BUS_FILE, findNatsServer, homePaths, keyFile, readBusUsers, startNatsServer } from '@awo/embedded';
import type { BusUsers } from '@awo/embedded';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

export interface TestNats {
  url: string;
  monitorUrl: string;
  home: string;
  /** The nkey seed of a user. */
  keyFile(user: string): string;
  /** A bus for a user of bus.yaml; closed by `stop`. */
  as(user: string, name?: string): Promise<Bus>;
  /** Environment of a service process on this server. */
  env(user: string, instance?: string): Record<string, string>;
  /** Process id of the server that runs now. */
  serverPid(): number;
  /** The server stands still until `resume`: given back once it answers nobody, which its threads do for a moment after the signal. */
  pause(): Promise<void>;
  resume(): void;
  /** kill -9 and start again on the same store and port. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestNatsOptions {
  /** More users than bus.yaml names, or others in their place. */
  users?: BusUsers;
  /** Seconds after which a message whose worker gives no sign is somebody else's; 10 in bus.yaml. */
  leaseS?: number;
}

export async function startTestNats({ users = {}, leaseS }: TestNatsOptions = {}): Promise<TestNats> {
  const folder = temporaryFolder('nats');
  const home = folder.path;
  const env = { ...process.env };
  delete env['NATS_URL'];
  const binary = await findNatsServer({ env, report: () => {} });
  const launch = () => startNatsServer({ home, binary: binary.path, users: { ...readBusUsers(), ...users }, report: () => {}, ports: 'any' });
  let server = await launch();
  const open: Bus[] = [];
  const as = async (user: string, name = `${user}-test`): Promise<Bus> => {
    const bus = await connectBus({ url: server.url, user, nkeyFile: keyFile(home, user), name });
    open.push(bus);
    return bus;
  };
  const spec = await readBusSpec(BUS_FILE);
  const consumers = spec.consumers.map((c) => ({ ...c, ack_wait_s: leaseS ?? c.ack_wait_s }));
  await provision(await as('provisioner'), { ...spec, consumers }, 1);
  return {
    url: server.url,
    monitorUrl: server.monitorUrl,
    home: homePaths(home).home,
    keyFile: (user) => keyFile(home, user),
    as,
    env: (user, instance = `${user}-1`) => ({
      AWO_HOME: home,
      NATS_URL: server.url,
      AWO_USER: user,
      AWO_INSTANCE: instance,
      AWO_NKEY_FILE: keyFile(home, user),
    }),
    serverPid: () => server.identity.pid,
    pause: async () => {
      process.kill(server.identity.pid, 'SIGSTOP');
      const silent = () =>
        fetch(server.monitorUrl, { signal: AbortSignal.timeout(200) }).then(
          () => false,
          () => true,
        );
      await waitFor(silent, { what: 'the server to stand still' });
    },
    resume: () => void process.kill(server.identity.pid, 'SIGCONT'),
    crash: async () => {
      process.kill(server.identity.pid, 'SIGKILL');
      await server.exited;
      server = await launch();
    },
    stop: async () => {
      await Promise.all(open.map((bus) => bus.close()));
      await server.stop();
      folder.remove();
    },
  };
}
