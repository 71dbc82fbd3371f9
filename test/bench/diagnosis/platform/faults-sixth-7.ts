// The sixth list: nodes and the parts of the cluster.
import { unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, node, pressure, refuses, unknown } from './makers.ts';
import { recorded } from './suite.ts';
import { get, set, text, type Obj } from './tree.ts';

const runtimeDown =
  (says: string): (() => Obj[]) =>
  () => [
    { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory' },
    { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: says },
  ];
export const SIXTH_FAULTS_7: readonly Fault[] = recorded([
  node('kubelet says nothing', 'kubelet-unavailable', () => unknown, ['NodeNotReady', 'Node is not ready']),
  node(
    'runtime of a node is down',
    'container-runtime-unavailable',
    runtimeDown('container runtime is down, PLEG is not healthy: pleg was last seen active 12m3s ago; threshold is 3m0s'),
    [
      'ContainerGCFailed',
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
    ],
  ),
  node(
    'network of a node is not set up',
    'node-network-plugin-unavailable',
    runtimeDown(
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
    ),
    null,
  ),
  node('disk of a node is full', 'node-disk-pressure', pressure('DiskPressure', 'KubeletHasDiskPressure'), [
    'EvictionThresholdMet',
    'Attempting to reclaim ephemeral-storage',
  ]),
  node('node has no process ids left', 'node-pid-pressure', pressure('PIDPressure', 'KubeletHasInsufficientPID'), null),
  {
    kind: 'node has no memory and evicts',
    family: 'node',
    bring: (c) => {
      const app = c.victim();
      const [pod] = app.pods;
      const on = c.nodes.find((n) => text(n, 'metadata.name') === text(pod, 'spec.nodeName')) ?? {};
      set(on, 'status.conditions', pressure('MemoryPressure', 'KubeletHasInsufficientMemory')());
      set(on, 'spec.taints', [{ key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }]);
      c.say(on, 'Warning', 'EvictionThresholdMet', 'Attempting to reclaim memory');
      const gone = c.put(c.meta('Pod', `${app.name}-evicted`, c.ns, { labels: app.labels, ownerReferences: get(pod, 'metadata.ownerReferences') }));
      Object.assign(gone, {
        spec: structuredClone(get(pod, 'spec')),
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message:
            'The node was low on resource: memory. Threshold quantity: 100Mi, available: 57Mi. Container main was using 512Mi, request is 64Mi, has larger consumption of memory.',
        },
      });
      c.say(gone, 'Warning', 'Evicted', 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 57Mi.');
      return truth(on, 'node-memory-pressure');
    },
  },
  {
    kind: 'scheduler is down',
    family: 'cluster',
    bring: (c) => {
      const on = c.find('Pod', 'kube-scheduler-control-plane') ?? {};
      on['status'] = {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
        containerStatuses: [
          {
            name: 'kube-scheduler',
            ready: false,
            restartCount: 9,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=kube-scheduler' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error' } },
          },
        ],
      };
      const app = c.victim();
      unscheduled(c, app, '');
      for (const pod of app.pods) set(pod, 'status.conditions', undefined);
      return truth(on, 'scheduler-unavailable');
    },
  },
  {
    kind: 'scheduler is not there',
    family: 'cluster',
    bring: (c) => {
      const on = c.find('Pod', 'kube-scheduler-control-plane') ?? {};
      c.drop(on);
      const app = c.victim();
      unscheduled(c, app, '');
      for (const pod of app.pods) set(pod, 'status.conditions', undefined);
      return truth([on, app.object, ...app.pods], 'scheduler-unavailable', 'unknown-scheduler');
    },
  },
  {
    kind: 'proxy of the nodes crashes',
    family: 'cluster',
    bring: (c) => {
      const on = c.find('DaemonSet', 'kube-proxy') ?? {};
      set(on, 'status.numberReady', 0);
      set(on, 'status.numberAvailable', 0);
      set(on, 'status.numberUnavailable', c.nodes.length);
      for (const each of c.nodes) {
        const pod = c.put(
          c.meta('Pod', `kube-proxy-${c.random.word(5)}`, 'kube-system', {
            labels: { 'k8s-app': 'kube-proxy' },
            ownerReferences: [{ kind: 'DaemonSet', name: 'kube-proxy', controller: true }],
          }),
        );
        Object.assign(pod, {
          spec: { containers: [{ name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1' }], nodeName: text(each, 'metadata.name') },
          status: {
            phase: 'Running',
            conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
            containerStatuses: [
              {
                name: 'kube-proxy',
                ready: false,
                restartCount: 6,
                state: { waiting: { reason: 'CrashLoopBackOff' } },
                lastState: { terminated: { exitCode: 1, reason: 'Error', message: 'invalid configuration: unknown mode "iptable"' } },
              },
            ],
          },
        });
      }
      const app = c.victim();
      callersFail(c, app, refuses(app));
      return truth(on, 'kube-proxy-unavailable');
    },
  },
]);
