// A namespace of some dozen workloads as the API of Kubernetes gives it, healthy but for the marks that time leaves.
import type { Random } from '../random.ts';
import { app, pod, route } from './grow-app.ts';
import { edge, wear } from './grow-edge.ts';
import { platform } from './grow-platform.ts';
import { text, type Obj } from './tree.ts';

export type Style = {
  labels: 'app' | 'recommended' | 'k8s-app' | 'both';
  address: 'host-port' | 'two' | 'url' | 'fqdn' | 'config-map';
  prefix: string;
  suffix: string;
  named: boolean;
};
export type App = {
  name: string;
  role: string;
  port: number;
  labels: Record<string, string>;
  calls: string[];
  store: string | null;
  object: Obj;
  set: Obj | null;
  pods: Obj[];
  service: Obj;
  endpoints: Obj;
  slice: Obj;
  config: Obj | null;
};
export type Happening = {
  about: Obj;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  count: number;
  ago: number;
  /** Seconds since it was said first. */ since: number;
};

const ROLES =
  'web cart catalog checkout payment currency shipping mail recommend ads search profile rate geo booking user review basket order inventory seat route price station travel notify food assurance contacts config security voucher wallet ledger media feed timeline post graph text url unique'.split(
    ' ',
  );
export const STORES = [
  { role: 'mysql', port: 3306, image: 'mysql:8.0', password: 'MYSQL_ROOT_PASSWORD', user: 'root' },
  { role: 'postgres', port: 5432, image: 'postgres:16', password: 'POSTGRES_PASSWORD', user: 'app' },
  { role: 'mongodb', port: 27017, image: 'mongo:6', password: 'MONGO_INITDB_ROOT_PASSWORD', user: 'root' },
  { role: 'redis', port: 6379, image: 'redis:7-alpine', password: 'REDIS_PASSWORD', user: '' },
] as const;

export class Cluster {
  readonly random: Random;
  readonly ns: string;
  readonly style: Style;
  readonly apps: App[] = [];
  readonly nodes: Obj[] = [];
  readonly objects: Obj[] = [];
  readonly happenings: Happening[] = [];
  /** Log lines of the incident, where a fault shows in them. */
  readonly logs: { entity: Obj; level: string; message: string }[] = [];

  constructor(random: Random) {
    this.random = random;
    this.ns = random.pick(['shop', 'boutique', 'ticketing', 'hotel', 'prod', 'default', 'media-prod', 'apps']);
    this.style = {
      labels: random.pick(['app', 'recommended', 'k8s-app', 'both']),
      address: random.pick(['host-port', 'two', 'url', 'fqdn', 'config-map']),
      prefix: random.pick(['', '', 'ts-', 'ms-']),
      suffix: random.pick(['', 'service', '-service', '-svc']),
      named: random.chance(0.3),
    };
    platform(this);
    const count = random.int(8, 26);
    const roles = random.shuffle(ROLES).slice(0, count);
    const stores = random.shuffle(STORES).slice(0, random.int(2, 3));
    for (const store of stores) app(this, store.role, store.port, store);
    // From the leaves up, so that whoever calls finds whom it calls.
    for (const [i, role] of [...roles, 'frontend'].entries()) {
      const made = this.apps.filter((a) => STORES.every((s) => s.role !== a.role));
      const calls = role === 'frontend' ? made.slice(-6) : random.shuffle(made).slice(0, i < 3 ? 0 : random.int(0, 3));
      app(this, role, random.pick([8080, 3000, 5000, 7070, 9555, 50051, 12340 + i]), null, calls, random.chance(0.5) ? random.pick(stores).role : null);
    }
    edge(this);
    wear(this);
  }

  meta(kind: string, name: string, namespace: string | null, more: Obj = {}): Obj {
    const group: Record<string, string> = {
      Deployment: 'apps/v1',
      StatefulSet: 'apps/v1',
      ReplicaSet: 'apps/v1',
      DaemonSet: 'apps/v1',
      Ingress: 'networking.k8s.io/v1',
      NetworkPolicy: 'networking.k8s.io/v1',
      EndpointSlice: 'discovery.k8s.io/v1',
      HorizontalPodAutoscaler: 'autoscaling/v2',
      PodDisruptionBudget: 'policy/v1',
      StorageClass: 'storage.k8s.io/v1',
      Role: 'rbac.authorization.k8s.io/v1',
      RoleBinding: 'rbac.authorization.k8s.io/v1',
      Job: 'batch/v1',
      CronJob: 'batch/v1',
      PriorityClass: 'scheduling.k8s.io/v1',
    };
    return {
      apiVersion: group[kind] ?? 'v1',
      kind,
      metadata: {
        name,
        ...(namespace === null ? {} : { namespace }),
        uid: `${this.random.word(8)}-${this.random.word(4)}`,
        resourceVersion: String(this.random.int(1000, 99999)),
        creationTimestamp: '2026-05-01T08:00:00Z',
        ...more,
      },
    };
  }
  put(object: Obj): Obj {
    this.objects.push(object);
    return object;
  }
  drop(object: Obj): void {
    this.objects.splice(this.objects.indexOf(object), 1);
  }
  app(role: string): App {
    const found = this.apps.find((a) => a.role === role);
    if (found === undefined) throw new Error(`No application of role ${role}.`);
    return found;
  }
  /** An application that others call; a plain service unless a store is asked for. */
  victim(kind: 'service' | 'store' | 'client' = 'service'): App {
    const stores: readonly string[] = STORES.map((s) => s.role);
    const plain = this.apps.filter((a) => !stores.includes(a.role) && a.role !== 'frontend');
    if (kind === 'store') return this.random.pick(this.apps.filter((a) => stores.includes(a.role) && this.callers(a).length > 0));
    if (kind === 'client') return this.random.pick(plain.filter((a) => a.store !== null));
    return this.random.pick(plain.filter((a) => this.callers(a).length > 0));
  }
  callers(of: App): App[] {
    return this.apps.filter((a) => a.calls.includes(of.name) || (a.store === of.role && a !== of));
  }
  find(kind: string, name?: string): Obj | undefined {
    return this.objects.find((o) => o['kind'] === kind && (name === undefined || text(o, 'metadata.name') === name));
  }
  say(
    about: Obj,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    ago = this.random.int(20, 240),
    count = this.random.int(1, 12),
    since = ago * 2,
  ): void {
    this.happenings.push({ about, type, reason, message, count, ago, since });
  }
  podName(app: App): string {
    return text(app.pods[0], 'metadata.name') || `${app.name}-${this.random.word(5)}`;
  }

  labelsOf(name: string): Record<string, string> {
    switch (this.style.labels) {
      case 'app':
        return { app: name };
      case 'k8s-app':
        return { 'k8s-app': name };
      case 'recommended':
        return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'main' };
      case 'both':
        return { app: name, tier: 'backend' };
    }
  }

  pod(of: App, ordinal: number): Obj {
    return pod(this, of, ordinal);
  }
  route(of: App): void {
    route(this, of);
  }
}
