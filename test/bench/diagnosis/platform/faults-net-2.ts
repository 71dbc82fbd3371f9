// Faults of routing, names, policies, meshes and of what the cluster stands on.
import { crash, dependentsSuffer } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { add, set, text } from './tree.ts';
import { callersFail, node, unknown, pressure } from './makers.ts';

export const NET_FAULTS_2: readonly Fault[] = [
  {
    kind: 'kube-proxy down',
    family: 'cluster',
    bring: (c) => {
      const on = c.find('DaemonSet', 'kube-proxy') ?? {};
      const n = c.nodes.length;
      on['status'] = { desiredNumberScheduled: n, currentNumberScheduled: n, numberReady: n - 1, numberUnavailable: 1 };
      const pod = c.put(
        c.meta('Pod', 'kube-proxy-x9f2k', 'kube-system', { labels: { 'k8s-app': 'kube-proxy' }, ownerReferences: [{ kind: 'DaemonSet', name: 'kube-proxy' }] }),
      );
      Object.assign(pod, {
        spec: { nodeName: text(c.nodes[0], 'metadata.name'), containers: [{ name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1' }] },
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'False' }],
          containerStatuses: [
            {
              name: 'kube-proxy',
              ready: false,
              restartCount: 7,
              state: { waiting: { reason: 'CrashLoopBackOff' } },
              lastState: { terminated: { exitCode: 1 } },
            },
          ],
        },
      });
      callersFail(c, c.victim(), 'dial tcp 10.96.12.7:8080: i/o timeout');
      return truth([on, pod, c.nodes[0] ?? {}], 'kube-proxy-unavailable');
    },
  },
  node('kubelet down', 'kubelet-unavailable', () => unknown, ['NodeNotReady', 'Node status is now: NodeNotReady']),
  node(
    'container runtime down',
    'container-runtime-unavailable',
    () => [
      {
        type: 'Ready',
        status: 'False',
        reason: 'KubeletNotReady',
        message: '[container runtime is down, PLEG is not healthy: pleg was last seen active 5m12s ago; threshold is 3m0s]',
      },
    ],
    [
      'ContainerGCFailed',
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
    ],
  ),
  node(
    'network plugin down',
    'node-network-plugin-unavailable',
    () => [
      {
        type: 'Ready',
        status: 'False',
        reason: 'KubeletNotReady',
        message:
          'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      },
    ],
    null,
  ),
  node('disk pressure', 'node-disk-pressure', pressure('DiskPressure', 'KubeletHasDiskPressure'), [
    'EvictionThresholdMet',
    'Attempting to reclaim ephemeral-storage',
  ]),
  node('memory pressure', 'node-memory-pressure', pressure('MemoryPressure', 'KubeletHasInsufficientMemory'), [
    'EvictionThresholdMet',
    'Attempting to reclaim memory',
  ]),
  node('process pressure', 'node-pid-pressure', pressure('PIDPressure', 'KubeletHasInsufficientPID'), null),
  {
    kind: 'traffic kept on the node',
    family: 'routing',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.pods.length < c.nodes.length && c.callers(a).length > 0));
      set(app.service, 'spec.internalTrafficPolicy', 'Local');
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: connect: connection refused`);
      return truth(app.service, 'internal-traffic-policy');
    },
  },
  {
    kind: 'mesh route to a subset that is not there',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const rule = c.put(c.meta('DestinationRule', app.name, c.ns));
      rule['spec'] = { host: app.name, subsets: [{ name: 'v1', labels: app.labels }] };
      const on = c.put(c.meta('VirtualService', app.name, c.ns));
      on['spec'] = { hosts: [app.name], http: [{ route: [{ destination: { host: app.name, subset: 'v2' } }] }] };
      callersFail(c, app, 'upstream connect error: no healthy upstream (503 NC)');
      return truth([on, rule], 'missing-subset');
    },
  },
  {
    kind: 'mesh denies',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('AuthorizationPolicy', `deny-${app.role}`, c.ns));
      on['spec'] = { selector: { matchLabels: app.labels }, action: 'DENY', rules: [{}] };
      callersFail(c, app, 'RBAC: access denied (403)');
      return truth(on, 'authorization-policy-denies');
    },
  },
  {
    kind: 'mesh injects faults',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('VirtualService', app.name, c.ns));
      on['spec'] = {
        hosts: [app.name],
        http: [{ fault: { abort: { httpStatus: 500, percentage: { value: 60 } } }, route: [{ destination: { host: app.name } }] }],
      };
      callersFail(c, app, 'fault filter abort (500)');
      return truth(on, 'fault-injected');
    },
  },
  {
    kind: 'an experiment is running',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = c.put({ ...c.meta('NetworkChaos', `delay-${app.role}`, c.ns), apiVersion: 'chaos-mesh.org/v1alpha1' });
      on['spec'] = { action: 'delay', mode: 'all', selector: { namespaces: [c.ns], labelSelectors: app.labels }, delay: { latency: '2s' } };
      callersFail(c, app, 'context deadline exceeded');
      return truth([on, app.object], 'fault-injected');
    },
  },
  {
    kind: 'account may not',
    family: 'permission',
    bring: (c) => {
      const app = c.victim();
      crash(c, app, 1);
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `configmaps "settings" is forbidden: User "system:serviceaccount:${c.ns}:default" cannot get resource "configmaps" in API group "" in the namespace "${c.ns}"`,
      });
      dependentsSuffer(c, app);
      return truth(app.object, 'rbac-forbidden', 'permission-denied');
    },
  },
  {
    kind: 'certificate missing at the edge',
    family: 'permission',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.tls', [{ hosts: ['www.example.com'], secretName: 'www-cert' }]);
      const other = c.put(c.meta('Secret', 'other-cert', c.ns));
      Object.assign(other, { type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } });
      return truth(on, 'missing-tls-secret');
    },
  },
  {
    kind: 'namespace is going',
    family: 'cluster',
    bring: (c) => {
      const on = c.find('Namespace', c.ns) ?? {};
      set(on, 'status', {
        phase: 'Terminating',
        conditions: [{ type: 'NamespaceFinalizersRemaining', status: 'True', message: 'Some content in the namespace has finalizers remaining' }],
      });
      set(on, 'metadata.deletionTimestamp', '2026-06-01T07:00:00Z');
      add(c.victim().object, 'status.conditions', {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: `pods "x" is forbidden: unable to create new content in namespace ${c.ns} because it is being terminated`,
      });
      return truth(on, 'namespace-terminating');
    },
  },
];
