// Faults of starting: admission, scheduling, images, references, commands.
import { dependentsSuffer, podSpec, rollOut, uncreated, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { listAt, set, text } from './tree.ts';
import { quota, refused, unplaced, tail } from './makers.ts';

export const START_FAULTS_1: readonly Fault[] = [
  quota('requests.cpu', '100m', '40', '40', 'cpu-quota-exceeded'),
  quota('requests.memory', '64Mi', '8Gi', '8Gi', 'memory-quota-exceeded'),
  quota('limits.memory', '256Mi', '8Gi', '8Gi', 'memory-quota-exceeded'),
  quota('pods', '1', '30', '30', 'pod-quota-exceeded'),
  {
    kind: 'quota services',
    family: 'admission',
    bring: (c) => {
      const app = c.victim();
      const on = c.find('ResourceQuota') ?? {};
      set(on, 'spec.hard.services', '12');
      set(on, 'status.hard.services', '12');
      set(on, 'status.used.services', '12');
      for (const o of [app.service, app.endpoints, app.slice]) c.drop(o);
      c.say(
        on,
        'Warning',
        'FailedCreate',
        `services "${app.name}" is forbidden: exceeded quota: ${text(on, 'metadata.name')}, requested: services=1, used: services=12, limited: services=12`,
      );
      dependentsSuffer(c, app);
      return truth([on, c.find('Namespace', c.ns) ?? {}], 'service-quota-exceeded');
    },
  },
  {
    kind: 'quota storage',
    family: 'admission',
    bring: (c) => {
      const app = c.victim('store');
      const on = c.find('ResourceQuota') ?? {};
      for (const at of ['spec', 'status']) set(on, [at, 'hard', 'requests.storage'], '20Gi');
      set(on, ['status', 'used', 'requests.storage'], '18Gi');
      const claim = c.find('PersistentVolumeClaim', `${app.name}-data`);
      if (claim !== undefined) c.drop(claim);
      c.say(
        app.object,
        'Warning',
        'FailedCreate',
        `persistentvolumeclaims "${app.name}-data" is forbidden: exceeded quota: ${text(on, 'metadata.name')}, requested: requests.storage=5Gi, used: requests.storage=18Gi, limited: requests.storage=20Gi`,
      );
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: persistentvolumeclaim "${app.name}-data" not found.${tail(c.nodes.length)}`);
      dependentsSuffer(c, app);
      return truth([on, c.find('Namespace', c.ns) ?? {}], 'storage-quota-exceeded');
    },
  },
  {
    kind: 'service account missing',
    family: 'admission',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'serviceAccountName', `${app.name}-runner`);
      uncreated(
        c,
        app,
        `pods "${c.podName(app)}" is forbidden: error looking up service account ${c.ns}/${app.name}-runner: serviceaccount "${app.name}-runner" not found`,
      );
      dependentsSuffer(c, app);
      return truth(app.object, 'missing-service-account');
    },
  },
  refused(
    'limits required by quota',
    (n) => `pods "${n}" is forbidden: failed quota: compute: must specify limits.cpu for: server; limits.memory for: server`,
    'quota-needs-limits',
  ),
  refused('limit range exceeded', (n) => `pods "${n}" is forbidden: maximum memory usage per Container is 128Mi, but limit is 256Mi`, 'limit-range-violated'),
  refused(
    'pod security',
    (n) =>
      `pods "${n}" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "server" must set securityContext.allowPrivilegeEscalation=false)`,
    'pod-security-violation',
  ),
  refused('webhook denies', (n) => `admission webhook "validate.policy.example.com" denied the request: pod ${n} has no owner label`, 'admission-webhook'),
  refused(
    'webhook is down',
    () =>
      'Internal error occurred: failed calling webhook "mutate.policy.example.com": failed to call webhook: Post "https://policy.policy-system.svc:443/mutate?timeout=10s": no endpoints available for service "policy"',
    'admission-webhook',
  ),
  refused('priority class missing', (n) => `pods "${n}" is forbidden: no PriorityClass with name important was found`, 'missing-priority-class'),
  refused(
    'request over limit',
    (n) => `Pod "${n}" is invalid: spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 256Mi`,
    'request-over-limit',
  ),
  {
    kind: 'node cordoned',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      const node = c.random.pick(c.nodes);
      set(node, 'spec.unschedulable', true);
      set(node, 'spec.taints', [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]);
      set(podSpec(app), 'nodeSelector', { 'kubernetes.io/hostname': text(node, 'metadata.name') });
      const n = c.nodes.length;
      unscheduled(c, app, `0/${n} nodes are available: 1 node(s) were unschedulable, ${n - 1} node(s) didn't match Pod's node affinity/selector.${tail(n)}`);
      dependentsSuffer(c, app);
      return truth([node, app.object], 'node-cordoned');
    },
  },
  {
    kind: 'all nodes cordoned',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      for (const node of c.nodes) set(node, 'spec.unschedulable', true);
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} node(s) were unschedulable.`);
      dependentsSuffer(c, app);
      return truth(c.nodes, 'node-cordoned');
    },
  },
  unplaced(
    'node selector',
    'node-selector-mismatch',
    (s) => set(s, 'nodeSelector', { disktype: 'ssd' }),
    (n) => `0/${n} nodes are available: ${n} node(s) didn't match Pod's node affinity/selector.${tail(n)}`,
  ),
  unplaced(
    'node that is not there',
    'node-selector-mismatch',
    (s) => set(s, ['nodeSelector'], { 'kubernetes.io/hostname': 'extra-node' }),
    (n) => `0/${n} nodes are available: ${n} node(s) didn't match Pod's node affinity/selector.${tail(n)}`,
  ),
  unplaced(
    'node affinity',
    'node-affinity-mismatch',
    (s) =>
      set(s, 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution', {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'gpu', operator: 'In', values: ['true'] }] }],
      }),
    (n) => `0/${n} nodes are available: ${n} node(s) didn't match Pod's node affinity/selector.${tail(n)}`,
  ),
  {
    kind: 'anti-affinity',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution', [
        { labelSelector: { matchLabels: app.labels }, topologyKey: 'kubernetes.io/hostname' },
      ]);
      set(app.object, 'spec.replicas', c.nodes.length + 1);
      const pod = c.pod(app, 9);
      app.pods.push(pod);
      rollOut(c, app);
      set(pod, 'spec.nodeName', undefined);
      const message = `0/${c.nodes.length} nodes are available: ${c.nodes.length} node(s) didn't match pod anti-affinity rules.${tail(c.nodes.length)}`;
      pod['status'] = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] };
      c.say(pod, 'Warning', 'FailedScheduling', message);
      set(app.object, 'status.unavailableReplicas', 1);
      return truth(app.object, 'pod-anti-affinity-conflict');
    },
  },
  {
    kind: 'pod affinity',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution', [
        { labelSelector: { matchLabels: { app: 'cache-that-is-gone' } }, topologyKey: 'kubernetes.io/hostname' },
      ]);
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} node(s) didn't match pod affinity rules.${tail(c.nodes.length)}`);
      return truth(app.object, 'pod-affinity-mismatch');
    },
  },
  {
    kind: 'taint',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      for (const node of c.nodes) set(node, 'spec.taints', [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }]);
      unscheduled(
        c,
        app,
        `0/${c.nodes.length} nodes are available: ${c.nodes.length} node(s) had untolerated taint {dedicated: batch}.${tail(c.nodes.length)}`,
      );
      dependentsSuffer(c, app);
      return truth([app.object, ...c.nodes], 'taint-not-tolerated');
    },
  },
  unplaced(
    'too much cpu',
    'cpu-capacity-exceeded',
    (s) => set(listAt(s, 'containers')[0] ?? {}, 'resources', { requests: { cpu: '64', memory: '64Mi' }, limits: { cpu: '64', memory: '256Mi' } }),
    (n) => `0/${n} nodes are available: ${n} Insufficient cpu.${tail(n)}`,
  ),
  unplaced(
    'too much memory',
    'memory-capacity-exceeded',
    (s) => set(listAt(s, 'containers')[0] ?? {}, 'resources', { requests: { cpu: '100m', memory: '512Gi' }, limits: { memory: '512Gi' } }),
    (n) => `0/${n} nodes are available: ${n} Insufficient memory.${tail(n)}`,
  ),
  unplaced(
    'a device',
    'device-capacity-exceeded',
    (s) => set(listAt(s, 'containers')[0] ?? {}, ['resources', 'limits', 'nvidia.com/gpu'], '1'),
    (n) => `0/${n} nodes are available: ${n} Insufficient nvidia.com/gpu.${tail(n)}`,
  ),
  unplaced(
    'host port taken',
    'host-port-conflict',
    (s) => set(listAt(s, 'containers')[0] ?? {}, 'ports.0.hostPort', 80),
    (n) => `0/${n} nodes are available: ${n} node(s) didn't have free ports for the requested pod ports.${tail(n)}`,
  ),
  unplaced(
    'topology spread',
    'topology-spread-conflict',
    (s) => set(s, 'topologySpreadConstraints', [{ maxSkew: 1, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule' }]),
    (n) => `0/${n} nodes are available: ${n} node(s) didn't match pod topology spread constraints (missing required label).${tail(n)}`,
  ),
  unplaced(
    'scheduler of another name',
    'unknown-scheduler',
    (s) => set(s, 'schedulerName', 'fancy-scheduler'),
    () => '',
  ),
];
