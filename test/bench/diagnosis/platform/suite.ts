// A state as fault suites record it: a cluster of an hour, with the namespaces of their tools, what the API adds to objects, and the noise of a start that went well.
import type { Cluster } from './cluster.ts';
import type { Fault } from './fault.ts';
import { get, listAt, objAt, set, text, type Obj } from './tree.ts';

const TOOLS = [
  ['observability', 'prometheus-server', 9090],
  ['observability', 'jaeger', 16686],
  ['observability', 'grafana', 3000],
  ['chaos-mesh', 'chaos-controller-manager', 10080],
  ['openebs', 'openebs-localpv-provisioner', 9500],
  ['ingress-nginx', 'ingress-nginx-controller', 80],
] as const;

export const recorded = (list: readonly Fault[]): Fault[] =>
  list.map((fault) => ({
    ...fault,
    bring: (c) => {
      const right = fault.bring(c);
      tools(c);
      starting(c);
      if (c.random.chance(0.6)) written(c);
      return right;
    },
  }));

/** A workload of a namespace that has nothing to do with the application. */
export function tool(c: Cluster, ns: string, name: string, port: number): { deployment: Obj; pod: Obj; service: Obj } {
  if (c.find('Namespace', ns) === undefined) {
    set(c.put(c.meta('Namespace', ns, null, { labels: { 'kubernetes.io/metadata.name': ns } })), 'status.phase', 'Active');
    c.put(c.meta('ServiceAccount', 'default', ns));
  }
  const labels = { 'app.kubernetes.io/name': name };
  const spec = {
    containers: [{ name, image: `docker.io/${name}/${name}:v2.6.1`, ports: [{ containerPort: port }], resources: {} }],
    restartPolicy: 'Always',
    serviceAccountName: 'default',
  };
  const deployment = c.put(c.meta('Deployment', name, ns, { labels }));
  Object.assign(deployment, {
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    status: {
      replicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      updatedReplicas: 1,
      conditions: [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }],
    },
  });
  const set_ = c.put(c.meta('ReplicaSet', `${name}-6c9f7d`, ns, { labels, ownerReferences: [{ kind: 'Deployment', name, controller: true }] }));
  Object.assign(set_, {
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 },
  });
  const pod = c.put(
    c.meta('Pod', `${name}-6c9f7d-${c.random.word(5)}`, ns, { labels, ownerReferences: [{ kind: 'ReplicaSet', name: `${name}-6c9f7d`, controller: true }] }),
  );
  Object.assign(pod, {
    spec: { ...structuredClone(spec), nodeName: text(c.random.pick(c.nodes), 'metadata.name') },
    status: {
      phase: 'Running',
      podIP: `10.244.9.${c.random.int(2, 250)}`,
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({ type, status: 'True' })),
      containerStatuses: [{ name, image: 'x', ready: true, started: true, restartCount: 0, state: { running: { startedAt: '2026-06-01T07:12:00Z' } } }],
    },
  });
  const service = c.put(c.meta('Service', name, ns, { labels }));
  service['spec'] = { type: 'ClusterIP', clusterIP: `10.97.0.${c.random.int(2, 250)}`, selector: labels, ports: [{ port, targetPort: port, protocol: 'TCP' }] };
  c.put({
    ...c.meta('Endpoints', name, ns),
    subsets: [{ addresses: [{ ip: get(pod, 'status.podIP'), targetRef: { kind: 'Pod', name: text(pod, 'metadata.name') } }], ports: [{ port }] }],
  });
  return { deployment, pod, service };
}

function tools(c: Cluster): void {
  for (const [ns, name, port] of c.random.shuffle(TOOLS).slice(0, c.random.int(0, 4))) if (c.find('Deployment', name) === undefined) tool(c, ns, name, port);
}

/** Within the hour everything began: probes that failed once, claims that waited for their volume, one restart until a store was there. */
function starting(c: Cluster): void {
  const well = c.apps.filter((a) => a.pods.length > 0 && a.pods.every((p) => c.objects.includes(p) && isReady(p)));
  for (const app of c.random.shuffle(well).slice(0, 6)) {
    const [pod] = app.pods;
    if (pod === undefined) continue;
    const word = c.random.int(0, 3);
    if (word === 0)
      c.say(pod, 'Warning', 'Unhealthy', `Readiness probe failed: dial tcp ${text(pod, 'status.podIP')}:${app.port}: connect: connection refused`, 2700, 2);
    if (word === 1)
      c.say(
        pod,
        'Warning',
        'FailedScheduling',
        `0/${c.nodes.length} nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/${c.nodes.length} nodes are available: ${c.nodes.length} Preemption is not helpful for scheduling.`,
        2900,
        1,
      );
    if (word === 2) {
      set(pod, 'status.containerStatuses.0.restartCount', 1);
      set(pod, 'status.containerStatuses.0.lastState', {
        terminated: { exitCode: 1, reason: 'Error', startedAt: '2026-06-01T07:20:00Z', finishedAt: '2026-06-01T07:20:30Z' },
      });
    }
    c.say(pod, 'Normal', 'Pulling', `Pulling image "${text(pod, 'spec.containers.0.image')}"`, 2950, 1);
  }
  for (const app of c.random.shuffle(c.apps.filter((a) => a.set !== null)).slice(0, 2)) {
    const old = c.put(
      c.meta('ReplicaSet', `${app.name}-${c.random.word(9)}`, c.ns, {
        labels: app.labels,
        ownerReferences: [{ kind: 'Deployment', name: app.name, controller: true }],
      }),
    );
    old['spec'] = { ...structuredClone(objAt(app.set, 'spec')), replicas: 0 };
    old['status'] = { replicas: 0, observedGeneration: 2 };
  }
}
const isReady = (pod: Obj): boolean => listAt(pod, 'status.conditions').some((x) => x['type'] === 'Ready' && x['status'] === 'True');

/** What the API server and kubectl put on objects. */
function written(c: Cluster): void {
  for (const object of c.objects) {
    set(object, 'metadata.managedFields', [
      {
        apiVersion: object['apiVersion'],
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': { '.': {} } }, 'f:spec': {} },
        manager: 'kubectl-client-side-apply',
        operation: 'Update',
        time: '2026-06-01T07:12:00Z',
      },
    ]);
    set(object, 'metadata.creationTimestamp', '2026-06-01T07:12:00Z');
    if (['Deployment', 'Service', 'ConfigMap', 'StatefulSet'].includes(text(object, 'kind')))
      set(
        object,
        ['metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'],
        `{"apiVersion":"${text(object, 'apiVersion')}","kind":"${text(object, 'kind')}"}\n`,
      );
  }
}
