// One environment: its state in memory and on disk, and its edge. Every change goes through here.
import { type EdgeControl, LocalEnvironment, type LocalRevision, type LocalService, localFiles, TerminalError } from '@awo/contracts';
import { findFreePort, portFor } from '@awo/free-port';
import { makeFolder, readDurable, writeDurably } from './durable-file.ts';
import { ask, ensureEdge, getCounters, livingEdge, putRoutes } from './edge-client.ts';
import type { Log } from './local.ts';
import { targetsOf } from './targets.ts';

/** Stopped and failed revisions of a service that are remembered, with their models, for a way back. */
const REMEMBERED = 12;

export type Environment = {
  readonly name: string;
  readonly dir: string;
  readonly state: LocalEnvironment;
  /** Services that come back after a stop and are not ready yet: they get no address, so that nobody's request meets a process that only starts. */
  readonly held: Set<string>;
  /** To disk, durably, before anything relies on it. */
  save(): void;
  /** The service, new where unknown. Throws TerminalError `service-of-another-repository`. */
  service(name: string, repo: string): LocalService;
  /** Adds a revision, forgetting the oldest ones that ended and are not the way back. */
  remember(service: LocalService, revision: LocalRevision): void;
  /** Gives every service without one an address, and the edge the present weights and ports. */
  route(): Promise<void>;
  /** Requests under way at one start of a revision; 0 where no edge lives. */
  inFlight(service: string, generation: number): Promise<number>;
  /** Requests under way at one process; 0 where no edge lives. */
  inFlightAt(service: string, port: number): Promise<number>;
  /** The living edge, or null. */
  edge(): EdgeControl | null;
  /** Whether the edge lives and answers. */
  edgeAnswers(): Promise<boolean>;
};

export function openEnvironment(home: string, name: string, log: Log, edgeEnded: () => void): Environment {
  const files = localFiles(home, name);
  makeFolder(files.dir);
  const state: LocalEnvironment = readDurable(files.state, LocalEnvironment) ?? { v: 1, environment: name, generation: 0, services: [] };
  const held = new Set<string>();
  let queue: Promise<unknown> = Promise.resolve();
  const save = () => writeDurably(files.state, state);

  async function applyRoutes(): Promise<void> {
    const taken = new Set(state.services.flatMap((s) => (s.port === null ? [] : [s.port])));
    for (const service of state.services) {
      if (service.port !== null) continue;
      service.port = await findFreePort(portFor(`${home}\n${name}\n${service.name}`), taken);
      taken.add(service.port);
    }
    save();
    const control = await ensureEdge(files.dir, edgeEnded);
    const open = state.services.filter((s) => !held.has(s.name));
    const services = open.map((s) => ({
      name: s.name,
      port: s.port ?? 0,
      ...(s.shed ? { shed: s.shed } : {}),
      targets: s.revisions.filter((r) => r.desired === 'running').flatMap((r) => targetsOf(r, s)),
    }));
    const { ports } = await putRoutes(control, { services });
    let moved = false;
    for (const service of state.services) {
      const port = ports[service.name] ?? service.port;
      if (port === service.port) continue;
      log.warn(
        { environment: name, service: service.name, wanted: service.port, port },
        `port ${service.port} is taken: ${service.name} is now at http://127.0.0.1:${port}`,
      );
      service.port = port;
      moved = true;
    }
    if (moved) save();
  }

  return {
    name,
    dir: files.dir,
    state,
    held,
    save,
    service(wanted, repo) {
      const known = state.services.find((s) => s.name === wanted);
      if (known) {
        if (known.repo === repo) return known;
        if (known.revisions.some((r) => r.desired === 'running')) {
          const message = `"${wanted}" in ${name} belongs to ${known.repo}, not to ${repo}.`;
          throw new TerminalError('service-of-another-repository', message, 'Release into another environment (--env), or stop what runs there first.');
        }
        known.repo = repo;
        return known;
      }
      const service: LocalService = { name: wanted, repo, port: null, current: null, previous: null, earlier: [], sideBySide: true, fence: 0, revisions: [] };
      state.services.push(service);
      return service;
    },
    remember(service, revision) {
      const wanted = (r: LocalRevision) =>
        r.desired === 'running' || r.revision === service.current || r.revision === service.previous || service.earlier.includes(r.revision);
      const others = service.revisions.filter((r) => r.revision !== revision.revision);
      const ended = others.filter((r) => !wanted(r)).slice(-REMEMBERED);
      service.revisions = [...others.filter((r) => wanted(r) || ended.includes(r)), revision];
    },
    route() {
      const done = queue.then(applyRoutes);
      queue = done.catch(() => undefined);
      return done;
    },
    async inFlight(service, generation) {
      const control = livingEdge(files.dir);
      if (control === null) return 0;
      const { services } = await getCounters(control);
      return services.find((s) => s.name === service)?.revisions.find((r) => r.generation === generation)?.inFlight ?? 0;
    },
    async inFlightAt(service, port) {
      const control = livingEdge(files.dir);
      const found = control === null ? undefined : (await getCounters(control)).services.find((s) => s.name === service);
      const all = [...(found?.revisions.flatMap((r) => r.processes ?? []) ?? []), ...(found?.leaving ?? [])];
      return all.filter((one) => one.port === port).reduce((sum, { inFlight }) => sum + inFlight, 0);
    },
    edge: () => livingEdge(files.dir),
    async edgeAnswers() {
      const control = livingEdge(files.dir);
      return (
        control !== null &&
        (await ask(control, 'GET', '/health').then(
          () => true,
          () => false,
        ))
      );
    },
  };
}
