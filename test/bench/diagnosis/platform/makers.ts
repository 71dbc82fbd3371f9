// Ways to bring a fault about that several kinds share.
import { breakPods, dependentsSuffer, killedByProbe, main, notReady, podSpec, pullFails, rollOut, uncreated, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { add, get, objAt, set, text, type Obj } from './tree.ts';
import type { App, Cluster } from './cluster.ts';

export const quota = (resource: string, asked: string, used: string, limit: string, cause: string): Fault => ({
  kind: `quota ${resource}`,
  family: 'admission',
  bring: (c) => {
    const app = c.victim();
    const on = c.find('ResourceQuota') ?? {};
    for (const at of ['spec.hard', 'status.hard']) set(on, [...at.split('.'), resource], limit);
    set(on, ['status', 'used', resource], used);
    const name = c.podName(app);
    uncreated(
      c,
      app,
      `pods "${name}" is forbidden: exceeded quota: ${text(on, 'metadata.name')}, requested: ${resource}=${asked}, used: ${resource}=${used}, limited: ${resource}=${limit}`,
    );
    dependentsSuffer(c, app);
    return truth([on, c.find('Namespace', c.ns) ?? {}], cause);
  },
});
export const refused = (kind: string, message: (name: string) => string, cause: string): Fault => ({
  kind,
  family: 'admission',
  bring: (c) => {
    const app = c.victim();
    uncreated(c, app, message(c.podName(app)));
    dependentsSuffer(c, app);
    return truth(app.object, cause);
  },
});
export const unplaced = (
  kind: string,
  cause: string,
  change: (app: ReturnType<typeof podSpec>, word: string) => void,
  message: (n: number) => string,
): Fault => ({
  kind,
  family: 'scheduling',
  bring: (c) => {
    const app = c.victim();
    change(podSpec(app), c.random.word(5));
    unscheduled(c, app, message(c.nodes.length));
    dependentsSuffer(c, app);
    return truth(app.object, cause);
  },
});
export const tail = (n: number): string => ` preemption: 0/${n} nodes are available: ${n} Preemption is not helpful for scheduling.`;
export const unpulled = (kind: string, cause: string, change: (c: ReturnType<typeof main>) => void, error: (image: string) => string): Fault => ({
  kind,
  family: 'image',
  bring: (c) => {
    const app = c.victim();
    change(main(app));
    pullFails(c, app, error(text(main(app), 'image')));
    dependentsSuffer(c, app);
    return truth(app.object, cause);
  },
});

export const probe = (
  kind: string,
  cause: string,
  which: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  spec: (port: number) => object,
  says: (ip: string, port: number) => string,
): Fault => ({
  kind,
  family: 'probe',
  bring: (c) => {
    const app = c.victim();
    set(main(app), which, { initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3, ...spec(app.port) });
    const name = which === 'livenessProbe' ? 'Liveness' : which === 'readinessProbe' ? 'Readiness' : 'Startup';
    const message = `${name} probe failed: ${says(text(app.pods[0], 'status.podIP'), app.port)}`;
    if (which === 'readinessProbe') notReady(c, app, message);
    else killedByProbe(c, app, message);
    dependentsSuffer(c, app);
    return truth(app.object, cause);
  },
});

export const claim = (
  kind: string,
  cause: string,
  change: (spec: ReturnType<typeof objAt>, c: Parameters<Fault['bring']>[0]) => void,
  event: (c: Parameters<Fault['bring']>[0]) => [string, string],
  volume?: (v: ReturnType<typeof objAt>) => void,
): Fault => ({
  kind,
  family: 'storage',
  bring: (c) => {
    const app = c.victim('store');
    const pvc = c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {};
    const pv = c.find('PersistentVolume', text(pvc, 'spec.volumeName')) ?? {};
    set(pvc, 'spec.volumeName', undefined);
    set(pvc, 'spec.storageClassName', 'manual');
    set(pv, 'spec.storageClassName', 'manual');
    set(pv, 'spec.claimRef', undefined);
    pv['status'] = { phase: 'Available' };
    c.put({ ...c.meta('StorageClass', 'manual', null), provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'Immediate' });
    change(objAt(pvc, 'spec'), c);
    volume?.(pv);
    pvc['status'] = { phase: 'Pending' };
    c.say(pvc, 'Normal', ...event(c));
    unscheduled(
      c,
      app,
      `0/${c.nodes.length} nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/${c.nodes.length} nodes are available.`,
    );
    dependentsSuffer(c, app);
    return truth([pvc, app.object], cause);
  },
});
export const unavailable = (): [string, string] => ['FailedBinding', 'no persistent volumes available for this claim and no storage class is set'];
export const mounted = (kind: string, cause: string, message: (pod: string) => string): Fault => ({
  kind,
  family: 'storage',
  bring: (c) => {
    const app = c.victim('store');
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [['FailedMount', message(c.podName(app))]]);
    dependentsSuffer(c, app);
    return truth(app.object, cause);
  },
});

/** The old pods stay as they were. */
export const rollOutNothing = (c: Parameters<typeof rollOut>[0], app: Parameters<typeof rollOut>[1]): void => c.route(app);

export const timesOut = (app: App): string => `dial tcp ${text(app.service, 'spec.clusterIP')}:${text(app.service, 'spec.ports.0.port')}: i/o timeout`;
export const refuses = (app: App): string =>
  `dial tcp ${text(app.service, 'spec.clusterIP')}:${text(app.service, 'spec.ports.0.port')}: connect: connection refused`;

/** Callers fail while all pods are well. */
export function callersFail(c: Cluster, app: App, message: string): void {
  for (const caller of c.callers(app).slice(0, 3)) {
    c.logs.push({ entity: caller.object, level: 'error', message });
    if (c.random.chance(0.4)) notReady(c, caller, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
  }
}
export const routed = (kind: string, cause: string, change: (app: App, c: Cluster) => void): Fault => ({
  kind,
  family: 'routing',
  bring: (c) => {
    const app = c.victim();
    change(app, c);
    c.route(app);
    callersFail(c, app, `rpc error: code = Unavailable desc = connection error: dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: i/o timeout`);
    return truth(app.service, cause);
  },
});
export const node = (kind: string, cause: string, conditions: (n: string) => Obj[], event: readonly [string, string] | null): Fault => ({
  kind,
  family: 'node',
  bring: (c) => {
    const on = c.random.pick(c.nodes.filter((n) => c.apps.some((a) => a.pods.some((p) => get(p, 'spec.nodeName') === text(n, 'metadata.name')))));
    const name = text(on, 'metadata.name');
    set(on, 'status.conditions', conditions(name));
    if (event !== null) c.say(on, 'Warning', ...event);
    if (conditions(name).some((x) => x['type'] === 'Ready' && x['status'] !== 'True')) {
      set(on, 'spec.taints', [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }]);
      for (const app of c.apps)
        for (const pod of app.pods.filter((p) => get(p, 'spec.nodeName') === name)) {
          set(pod, 'status.conditions', [
            { type: 'Ready', status: 'False', reason: 'NodeNotReady' },
            { type: 'PodScheduled', status: 'True' },
          ]);
          c.say(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
          set(app.object, 'status.readyReplicas', Math.max(0, Number(get(app.object, 'status.readyReplicas')) - 1));
          c.route(app);
        }
    }
    return truth(on, cause);
  },
});
export const unknown = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
  type,
  status: 'Unknown',
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
}));
export const pressure = (type: string, reason: string) => (): Obj[] => [
  { type, status: 'True', reason, message: 'kubelet has pressure' },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
];
export const policy = (c: Cluster, name: string, spec: Obj): Obj => {
  const on = c.put(c.meta('NetworkPolicy', name, c.ns));
  on['spec'] = spec;
  return on;
};

export const victimDown = (
  kind: string,
  family: string,
  cause: string | string[],
  bring: (c: Parameters<Fault['bring']>[0], app: ReturnType<Parameters<Fault['bring']>[0]['victim']>) => void,
): Fault => ({
  kind,
  family,
  bring: (c) => {
    const app = c.victim();
    bring(c, app);
    dependentsSuffer(c, app);
    return truth(app.object, ...[cause].flat());
  },
});

/** A second container of the pod. */
export const beside = (app: App, more: Obj): void =>
  add(podSpec(app), 'containers', { name: 'exporter', image: 'registry.example.com/tools/exporter:v1.2', resources: {}, ...more });

/** An object of a kind that others brought to the cluster. */
export const custom = (c: Cluster, apiVersion: string, kind: string, name: string, rest: Obj, namespace: string | null = c.ns): Obj =>
  c.put({ ...c.meta(kind, name, namespace), apiVersion, ...rest });

/** In the words of each product. */
export const SAYS: Readonly<Record<string, { readOnly: string; full: string; refused: string }>> = {
  mysql: {
    readOnly: 'ERROR 1290 (HY000): The MySQL server is running with the --read-only option so it cannot execute this statement',
    full: 'Error 1040: Too many connections',
    refused: "Access denied for user 'root'@'10.244.1.7' (using password: YES)",
  },
  postgres: {
    readOnly: 'ERROR: cannot execute INSERT in a read-only transaction',
    full: 'FATAL: sorry, too many clients already',
    refused: 'FATAL: password authentication failed for user "app"',
  },
  mongodb: {
    readOnly: 'MongoServerError: not master and slaveOk=false (NotWritablePrimary)',
    full: 'MongoServerError: too many connections',
    refused: 'MongoServerError: Authentication failed. SCRAM authentication failed, storedKey mismatch',
  },
  redis: {
    readOnly: "READONLY You can't write against a read only replica.",
    full: 'ERR max number of clients reached',
    refused: 'WRONGPASS invalid username-password pair or user is disabled.',
  },
};
