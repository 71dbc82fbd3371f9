// The sixth list: places for pods.
import { breakPods, dependentsSuffer, main, podSpec, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { tail, unplaced, victimDown } from './makers.ts';
import { recorded } from './suite.ts';
import { objAt, set, text } from './tree.ts';
import { agent, counted, stateful } from './workloads.ts';

const all = (n: number, why: string): string => `0/${n} nodes are available: ${n} ${why}.${tail(n)}`;
export const SIXTH_FAULTS_5: readonly Fault[] = recorded([
  unplaced(
    'asks for more processors than a node has',
    'cpu-capacity-exceeded',
    (spec) => set(spec, 'containers.0.resources', { requests: { cpu: '64', memory: '64Mi' } }),
    (n) => all(n, 'Insufficient cpu'),
  ),
  victimDown('stateful set asks for more memory than a node has', 'scheduling', 'memory-capacity-exceeded', (c, app) => {
    stateful(c, app);
    set(main(app), 'resources', { requests: { memory: '512Gi' } });
    unscheduled(c, app, all(c.nodes.length, 'Insufficient memory'));
  }),
  victimDown('init container asks for more than a node has', 'scheduling', 'cpu-capacity-exceeded', (c, app) => {
    set(podSpec(app), 'initContainers', [{ name: 'compile', image: 'registry.example.com/tools/compile:v1', resources: { requests: { cpu: '48' } } }]);
    unscheduled(c, app, all(c.nodes.length, 'Insufficient cpu'));
  }),
  {
    // No node is wanted: no pod, no event.
    kind: 'daemon set wants a node that there is not',
    family: 'scheduling',
    bring: (c) => {
      const app = agent(c, 'gpu-monitor', 9400);
      set(podSpec(app), 'nodeSelector', { accelerator: 'nvidia' });
      for (const pod of app.pods) c.drop(pod);
      app.pods = [];
      c.route(app);
      counted(app);
      return truth(app.object, 'node-selector-mismatch');
    },
  },
  unplaced(
    'node by the name of one that is gone',
    'node-selector-mismatch',
    (spec) => set(spec, 'nodeSelector', { 'kubernetes.io/hostname': 'extra-node' }),
    (n) => all(n, "node(s) didn't match Pod's node affinity/selector"),
  ),
  unplaced(
    'node label has another value',
    'node-selector-mismatch',
    (spec) => set(spec, 'nodeSelector', { disktype: 'ssd' }),
    (n) => all(n, "node(s) didn't match Pod's node affinity/selector"),
  ),
  victimDown('node is written down and is not there', 'scheduling', 'node-name-unknown', (c, app) => {
    set(podSpec(app), 'nodeName', 'worker-99');
    unscheduled(c, app, '');
    for (const pod of app.pods) set(pod, 'spec.nodeName', 'worker-99');
  }),
  unplaced(
    'zone that there is not',
    'node-affinity-mismatch',
    (spec) =>
      set(spec, 'affinity', {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['eu-west-1c'] }] }],
          },
        },
      }),
    (n) => all(n, "node(s) didn't match Pod's node affinity/selector"),
  ),
  {
    kind: 'all nodes have a taint',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      for (const node of c.nodes) set(node, 'spec.taints', [{ key: 'sre-fault', value: 'blocked', effect: 'NoSchedule' }]);
      unscheduled(c, app, all(c.nodes.length, 'node(s) had untolerated taint {sre-fault: blocked}'));
      dependentsSuffer(c, app);
      return truth([...c.nodes, app.object], 'taint-not-tolerated');
    },
  },
  {
    kind: 'tolerates another taint than its node has',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      const [node] = c.nodes;
      set(node ?? {}, 'spec.taints', [{ key: 'dedicated', value: 'payments', effect: 'NoSchedule' }]);
      set(node ?? {}, ['metadata', 'labels', 'pool'], 'payments');
      set(podSpec(app), 'nodeSelector', { pool: 'payments' });
      set(podSpec(app), 'tolerations', [{ key: 'dedicated', operator: 'Equal', value: 'payment', effect: 'NoSchedule' }]);
      const n = c.nodes.length;
      unscheduled(
        c,
        app,
        `0/${n} nodes are available: 1 node(s) had untolerated taint {dedicated: payments}, ${n - 1} node(s) didn't match Pod's node affinity/selector.${tail(n)}`,
      );
      dependentsSuffer(c, app);
      return truth([app.object, node ?? {}], 'taint-not-tolerated');
    },
  },
  {
    kind: 'more copies than nodes, each alone',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'affinity', {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: app.labels }, topologyKey: 'kubernetes.io/hostname' }],
        },
      });
      set(app.object, 'spec.replicas', app.pods.length + c.nodes.length);
      if (app.set !== null) set(app.set, 'spec.replicas', app.pods.length + c.nodes.length);
      const old = app.pods;
      app.pods = Array.from({ length: c.nodes.length }, (_, i) => c.pod(app, i + 7));
      unscheduled(c, app, all(c.nodes.length, "node(s) didn't match pod anti-affinity rules"));
      app.pods = [...old, ...app.pods];
      set(app.object, 'status.readyReplicas', old.length);
      c.route(app);
      return truth(app.object, 'pod-anti-affinity-conflict');
    },
  },
  unplaced(
    'wants to be beside pods that there are not',
    'pod-affinity-mismatch',
    (spec) =>
      set(spec, 'affinity', {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'cache-node' } }, topologyKey: 'kubernetes.io/hostname' }],
        },
      }),
    (n) => all(n, "node(s) didn't match pod affinity rules"),
  ),
  unplaced(
    'is to be spread over racks that no node has',
    'topology-spread-conflict',
    (spec) =>
      set(spec, 'topologySpreadConstraints', [
        { maxSkew: 1, topologyKey: 'example.com/rack', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { spread: 'yes' } } },
      ]),
    (n) => all(n, "node(s) didn't match pod topology spread constraints (missing required label)"),
  ),
  unplaced(
    'port of the node is taken',
    'host-port-conflict',
    (spec) => set(spec, 'containers.0.ports.0.hostPort', 10250),
    (n) => all(n, "node(s) didn't have free ports for the requested pod ports"),
  ),
  unplaced(
    'wants a device that no node has',
    'device-capacity-exceeded',
    (spec) => set(spec, 'containers.0.resources.limits', { 'nvidia.com/gpu': '1' }),
    (n) => all(n, 'Insufficient nvidia.com/gpu'),
  ),
  {
    kind: 'all nodes are cordoned',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      for (const node of c.nodes) {
        set(node, 'spec.unschedulable', true);
        set(node, 'spec.taints', [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]);
      }
      unscheduled(c, app, all(c.nodes.length, 'node(s) were unschedulable'));
      dependentsSuffer(c, app);
      return truth(c.nodes, 'node-cordoned');
    },
  },
  {
    kind: 'one of higher priority took its place',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      const other = c.random.pick(
        c.apps.filter(
          (a) => a !== app && a.set !== null && a.store === null && a.role !== 'frontend' && !a.calls.includes(app.name) && !app.calls.includes(a.name),
        ),
      );
      const cls = c.put({ ...c.meta('PriorityClass', 'ultra-high', null), value: 1_000_000, globalDefault: false, preemptionPolicy: 'PreemptLowerPriority' });
      set(podSpec(other), 'priorityClassName', 'ultra-high');
      set(main(other), 'resources.requests', { cpu: '7', memory: '64Mi' });
      for (const pod of other.pods) {
        set(pod, 'spec.priorityClassName', 'ultra-high');
        set(pod, 'spec.priority', 1_000_000);
        set(pod, 'spec.containers.0.resources.requests', { cpu: '7', memory: '64Mi' });
      }
      for (const pod of app.pods)
        c.say(pod, 'Normal', 'Preempted', `Preempted by pod ${text(other.pods[0], 'metadata.uid')} on node ${text(pod, 'spec.nodeName')}`);
      unscheduled(c, app, all(c.nodes.length, 'Insufficient cpu'));
      dependentsSuffer(c, app);
      return truth([other.object, cls], 'preempted', 'priority-preemption');
    },
  },
  victimDown('writes more than its share of the disk', 'limit', ['evicted', 'disk-full', 'ephemeral-storage-limit'], (c, app) => {
    set(main(app), 'resources.limits.ephemeral-storage', '50Mi');
    breakPods(c, app, { ended: { exitCode: 137, reason: 'Error' } }, [
      ['Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 50Mi. '],
    ]);
    for (const pod of app.pods)
      Object.assign(objAt(pod, 'status'), {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'Pod ephemeral local storage usage exceeds the total limit of containers 50Mi. ',
      });
  }),
]);
