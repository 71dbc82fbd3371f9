// The servers of a test cluster in containers: an image made here from the nats-server that is there, a network of their own, fixed ports on loopback.
import { randomBytes } from 'node:crypto';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureKeys, findNatsServer, homePaths, NATS_VERSION, prepareHome, renderNatsConfig, SYSTEM_USER } from '@awo/embedded';
import type { BusUsers } from '@awo/embedded';
import { findFreePort } from '@awo/free-port';
import type { StartedNetwork } from 'testcontainers';
import { temporaryFolder } from './temporary-folder.ts';
import type { ClusterServers, ServerAddress } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const LABEL = 'awo.test.owner';
const IMAGE = `awo-test/nats-server:${NATS_VERSION}`;
const HEALTHY_MS = 60_000;
/** Where it keeps everything inside of its container. */
const INSIDE = homePaths('/data');

type Member = { id: string; pid: number; ports: { client: number; monitor: number } };

/** @throws where no Docker engine answers. Needs no registry: the image holds nothing but the server's own binary. */
export async function containerServers({ home, users, nodes }: { home: string; users: BusUsers; nodes: number }): Promise<ClusterServers> {
  // The image of testcontainers' own reaper comes from a registry; what a killed test has left is removed by its label instead.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const { GenericContainer, getContainerRuntimeClient, Network, Wait } = await import('testcontainers');
  const { dockerode } = (await getContainerRuntimeClient()).container;
  await removeLeftovers(dockerode);
  await buildImage(GenericContainer);

  const keys = ensureKeys(home, Object.keys(users));
  const systemKey = ensureKeys(home, [SYSTEM_USER])[SYSTEM_USER] ?? '';
  const password = randomBytes(24).toString('hex');
  const network: StartedNetwork = await new Network().start();
  const members = new Map<string, Member>();
  const names = () => [...members.keys()];
  const member = (node: string): Member => {
    const found = members.get(node);
    if (!found) throw new Error(`no server ${node} in this cluster: ${names().join(', ')}`);
    return found;
  };
  const container = (node: string) => dockerode.getContainer(member(node).id);

  const config = (node: string, all: readonly string[]) =>
    renderNatsConfig({
      paths: INSIDE,
      users,
      keys,
      host: '0.0.0.0',
      port: 4222,
      monitorPort: 8222,
      cluster: { node, listen: '0.0.0.0:6222', routes: all.map((name) => `${name}:6222`), password, systemKey, advertise: false },
    });
  const create = async (node: string, all: readonly string[]) => {
    const ports = members.get(node)?.ports ?? { client: await findFreePort(), monitor: await findFreePort() };
    const started = await new GenericContainer(IMAGE)
      .withNetwork(network)
      .withNetworkAliases(node)
      .withLabels({ [LABEL]: String(process.pid) })
      // Fixed, as a container that is started again would otherwise have others.
      .withExposedPorts({ container: 4222, host: ports.client }, { container: 8222, host: ports.monitor })
      .withCopyContentToContainer([{ content: config(node, all), target: '/data/server.conf' }])
      .withCommand(['-c', '/data/server.conf'])
      .withWaitStrategy(Wait.forHttp('/varz', 8222))
      .start();
    members.set(node, { id: started.getId(), pid: 0, ports });
  };
  const noteProcess = async (node: string) => {
    const { State } = await container(node).inspect();
    members.set(node, { ...member(node), pid: State.Pid });
  };
  const start = async (node: string) => {
    const known = members.get(node);
    if (known && (await exists(dockerode, known.id))) await container(node).start();
    else await create(node, [...new Set([...names(), node])]);
    await noteProcess(node);
  };
  const ended = async (node: string) => void (await container(node).wait({ condition: 'not-running' }));
  const address = (node: string): ServerAddress => {
    const { ports } = member(node);
    return { url: `nats://127.0.0.1:${ports.client}`, monitorUrl: `http://127.0.0.1:${ports.monitor}` };
  };
  const healthy = async (which = names()) => {
    for (const node of which)
      await waitFor(async () => (await fetch(`${address(node).monitorUrl}/healthz`, { signal: AbortSignal.timeout(2000) })).ok, {
        what: `${node} to serve all that it should hold`,
        timeoutMs: HEALTHY_MS,
        everyMs: 100,
      });
  };
  const stop = async () => {
    for (const { id } of members.values()) await dockerode.getContainer(id).remove({ force: true, v: true });
    await network.stop();
  };

  const first = Array.from({ length: nodes }, (_, n) => `n${n + 1}`);
  try {
    for (const node of first) await create(node, first).then(() => noteProcess(node));
    await healthy();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    nodes: names,
    address,
    pid: (node) => member(node).pid,
    kill: async (node) => {
      const gone = ended(node);
      await container(node).kill({ signal: 'SIGKILL' });
      await gone;
    },
    pause: async (node) => void (await container(node).pause()),
    resume: async (node) => void (await container(node).unpause()),
    drain: async (node) => {
      const gone = ended(node);
      await container(node).kill({ signal: 'SIGUSR2' });
      await gone;
    },
    // Its store is in the container and ends with it.
    wipe: async (node) => void (await container(node).remove({ v: true })),
    start,
    forget: (node) => void members.delete(node),
    healthy,
    stop,
  };
}

/** Undefined where a Docker engine answers, else what was said in its place. */
export async function noContainers(): Promise<string | undefined> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().then(
    () => undefined,
    (error: unknown) => String(error),
  );
}

type Dockerode = Awaited<ReturnType<typeof import('testcontainers').getContainerRuntimeClient>>['container']['dockerode'];

const exists = (dockerode: Dockerode, id: string): Promise<boolean> =>
  dockerode
    .getContainer(id)
    .inspect()
    .then(
      () => true,
      () => false,
    );

/** From scratch: the binary is static. Folders that the server writes to have to be there, as nothing in the image could make them. */
async function buildImage(container: typeof import('testcontainers').GenericContainer): Promise<void> {
  const { path: binary } = await findNatsServer({ env: { ...process.env, NATS_URL: undefined }, report: () => {} });
  const context = temporaryFolder('image');
  try {
    copyFileSync(binary, join(context.path, 'nats-server'));
    prepareHome(join(context.path, 'data'));
    writeFileSync(
      join(context.path, 'Dockerfile'),
      'FROM scratch\nCOPY nats-server /nats-server\nCOPY data /data\nEXPOSE 4222 6222 8222\nENTRYPOINT ["/nats-server"]\n',
    );
    await container.fromDockerfile(context.path).build(IMAGE, { deleteOnExit: false });
  } finally {
    context.remove();
  }
}

/** Containers of tests that are no longer there. */
async function removeLeftovers(dockerode: Dockerode): Promise<void> {
  for (const { Id, Labels } of await dockerode.listContainers({ all: true, filters: { label: [LABEL] } })) {
    if (!alive(Number(Labels[LABEL]))) await dockerode.getContainer(Id).remove({ force: true, v: true });
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
