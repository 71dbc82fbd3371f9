// All service processes of an installation: how many of each, which are up, scaling and stopping in order.
import { join } from 'node:path';
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';
import { listeningNames } from './connections.ts';
import { homePaths } from './home.ts';
import { readJson, writeJson } from './json-file.ts';
import { serviceEnvironment } from './service-environment.ts';
import type { ServiceEntry } from './service-list.ts';
import { superviseService } from './service-process.ts';
import type { InstanceStatus, ServiceProcess } from './service-process.ts';

/** What a service has to finish or hand back its work after SIGTERM. */
const STOP_GRACE_MS = 10_000;
/** So many deaths during a start are no hiccup: the start is reported without it, the tries go on. */
const HOPELESS_RESTARTS = 4;
const Replicas = z.record(z.string(), z.number().int().min(0));

export interface Fleet {
  replicas(): Record<string, number>;
  instances(): InstanceStatus[];
  /** Looks at the server's monitoring and marks who is connected. True where nothing is to be waited for: each is up, or dies again and again. */
  refresh(): Promise<boolean>;
  scale(service: string, replicas: number): Promise<void>;
  restart(what: string): Promise<void>;
  stop(): Promise<void>;
}

export interface FleetOptions {
  home: string;
  services: ServiceEntry[];
  caller: NodeJS.ProcessEnv;
  natsUrl(): string;
  monitorUrl(): string | null;
}

const isWanted = ({ when }: ServiceEntry, caller: NodeJS.ProcessEnv): boolean => !when || when.some((name) => Boolean(caller[name]));

export function startFleet({ home, services, caller, natsUrl, monitorUrl }: FleetOptions): Fleet {
  const memory = join(homePaths(home).home, 'replicas.json');
  const remembered = readJson(memory, Replicas) ?? {};
  const asked: Record<string, number> = { ...remembered };
  const wanted = new Map(services.map((service) => [service.name, remembered[service.name] ?? (isWanted(service, caller) ? service.replicas : 0)]));
  const running = new Map<string, ServiceProcess[]>(services.map((service) => [service.name, []]));
  const all = () => [...running.values()].flat();

  const known = (name: string): ServiceEntry => {
    const service = services.find((one) => one.name === name);
    if (!service) throw new TerminalError('bad-arguments', `No service "${name}". Known: ${services.map((one) => one.name).join(', ')}.`);
    return service;
  };

  const fill = async ({ name, main, env }: ServiceEntry) => {
    const have = running.get(name) ?? [];
    const count = wanted.get(name) ?? 0;
    const surplus = have.splice(count);
    while (have.length < count) {
      const instance = `${name}-${have.length + 1}`;
      have.push(
        superviseService({
          home,
          instance,
          service: name,
          main,
          environment: () => serviceEnvironment({ home, natsUrl: natsUrl(), monitorUrl: monitorUrl(), user: name, instance, env, caller }),
        }),
      );
    }
    await Promise.all(surplus.map((one) => one.stop(STOP_GRACE_MS)));
  };
  for (const service of services) void fill(service);

  return {
    replicas: () => Object.fromEntries(wanted),
    instances: () => all().map((one) => one.status()),
    refresh: async () => {
      const monitor = monitorUrl();
      const names = monitor === null ? undefined : await listeningNames(monitor);
      // A server of others shows us nothing: a running process counts as up.
      for (const one of all()) if (monitor === null || names) one.connected(names ? names.has(one.instance) : one.status().pid !== null);
      return all().every((one) => one.status().state === 'up' || one.status().restarts >= HOPELESS_RESTARTS);
    },
    scale: async (name, replicas) => {
      const service = known(name);
      wanted.set(name, replicas);
      // Only what somebody asked for: the others go on by their settings, also by those that come later.
      asked[name] = replicas;
      writeJson(memory, asked);
      await fill(service);
    },
    restart: async (what) => {
      const chosen = all().filter((one) => one.instance === what || one.service === what);
      if (chosen.length === 0) known(what);
      await Promise.all(chosen.map((one) => one.restart()));
    },
    stop: async () => {
      for (const kind of ['agent', 'tools'] as const) {
        const names = new Set(services.filter((service) => service.kind === kind).map((service) => service.name));
        await Promise.all(
          all()
            .filter((one) => names.has(one.service))
            .map((one) => one.stop(STOP_GRACE_MS)),
        );
      }
    },
  };
}
