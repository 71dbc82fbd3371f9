// Faults of starting: admission, scheduling, images, references, commands.
import { breakPods, crash, dependentsSuffer, main, podSpec, pullFails, rollOut, uncreated, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { add, listAt, set, text } from './tree.ts';

const quota = (resource: string, asked: string, used: string, limit: string, cause: string): Fault => ({
  kind: `quota ${resource}`,
  family: 'admission',
  bring: (c) => {
    const app = c.victim();
    const on = c.find('ResourceQuota') ?? {};
    for (const at of ['spec.hard', 'status.hard']) set(on, [...at.split('.'), resource], limit);
    set(on, ['status', 'used', resource], used);
    const name = c.podName(app);
    uncreated(c, app, `pods "${name}" is forbidden: exceeded quota: ${text(on, 'metadata.name')}, requested: ${resource}=${asked}, used: ${resource}=${used}, limited: ${resource}=${limit}`);
    dependentsSuffer(c, app);
    return truth([on, c.find('Namespace', c.ns) ?? {}], cause);
  },
});
const refused = (kind: string, message: (name: string) => string, cause: string): Fault => ({
  kind,
  family: 'admission',
  bring: (c) => {
    const app = c.victim();
    uncreated(c, app, message(c.podName(app)));
    dependentsSuffer(c, app);
    return truth(app.object, cause);
  },
});
const unplaced = (kind: string, cause: string, change: (app: ReturnType<typeof podSpec>, word: string) => void, message: (n: number) => string): Fault => ({
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
const tail = (n: number): string => ` preemption: 0/${n} nodes are available: ${n} Preemption is not helpful for scheduling.`;
const unpulled = (kind: string, cause: string, change: (c: ReturnType<typeof main>) => void, error: (image: string) => string): Fault => ({
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

export const START_FAULTS: readonly Fault[] = [
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
      c.say(on, 'Warning', 'FailedCreate', `services "${app.name}" is forbidden: exceeded quota: ${text(on, 'metadata.name')}, requested: services=1, used: services=12, limited: services=12`);
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
      c.say(app.object, 'Warning', 'FailedCreate', `persistentvolumeclaims "${app.name}-data" is forbidden: exceeded quota: ${text(on, 'metadata.name')}, requested: requests.storage=5Gi, used: requests.storage=18Gi, limited: requests.storage=20Gi`);
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
      uncreated(c, app, `pods "${c.podName(app)}" is forbidden: error looking up service account ${c.ns}/${app.name}-runner: serviceaccount "${app.name}-runner" not found`);
      dependentsSuffer(c, app);
      return truth(app.object, 'missing-service-account');
    },
  },
  refused('limits required by quota', (n) => `pods "${n}" is forbidden: failed quota: compute: must specify limits.cpu for: server; limits.memory for: server`, 'quota-needs-limits'),
  refused('limit range exceeded', (n) => `pods "${n}" is forbidden: maximum memory usage per Container is 128Mi, but limit is 256Mi`, 'limit-range-violated'),
  refused('pod security', (n) => `pods "${n}" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "server" must set securityContext.allowPrivilegeEscalation=false)`, 'pod-security-violation'),
  refused('webhook denies', (n) => `admission webhook "validate.policy.example.com" denied the request: pod ${n} has no owner label`, 'admission-webhook'),
  refused('webhook is down', () => 'Internal error occurred: failed calling webhook "mutate.policy.example.com": failed to call webhook: Post "https://policy.policy-system.svc:443/mutate?timeout=10s": no endpoints available for service "policy"', 'admission-webhook'),
  refused('priority class missing', (n) => `pods "${n}" is forbidden: no PriorityClass with name important was found`, 'missing-priority-class'),
  refused('request over limit', (n) => `Pod "${n}" is invalid: spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 256Mi`, 'request-over-limit'),
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
  unplaced('node selector', 'node-selector-mismatch', (s) => set(s, 'nodeSelector', { disktype: 'ssd' }), (n) => `0/${n} nodes are available: ${n} node(s) didn't match Pod's node affinity/selector.${tail(n)}`),
  unplaced('node that is not there', 'node-selector-mismatch', (s) => set(s, ['nodeSelector'], { 'kubernetes.io/hostname': 'extra-node' }), (n) => `0/${n} nodes are available: ${n} node(s) didn't match Pod's node affinity/selector.${tail(n)}`),
  unplaced('node affinity', 'node-affinity-mismatch', (s) => set(s, 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution', { nodeSelectorTerms: [{ matchExpressions: [{ key: 'gpu', operator: 'In', values: ['true'] }] }] }), (n) => `0/${n} nodes are available: ${n} node(s) didn't match Pod's node affinity/selector.${tail(n)}`),
  {
    kind: 'anti-affinity',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution', [{ labelSelector: { matchLabels: app.labels }, topologyKey: 'kubernetes.io/hostname' }]);
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
      set(podSpec(app), 'affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution', [{ labelSelector: { matchLabels: { app: 'cache-that-is-gone' } }, topologyKey: 'kubernetes.io/hostname' }]);
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
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} node(s) had untolerated taint {dedicated: batch}.${tail(c.nodes.length)}`);
      dependentsSuffer(c, app);
      return truth([app.object, ...c.nodes], 'taint-not-tolerated');
    },
  },
  unplaced('too much cpu', 'cpu-capacity-exceeded', (s) => set(listAt(s, 'containers')[0] ?? {}, 'resources', { requests: { cpu: '64', memory: '64Mi' }, limits: { cpu: '64', memory: '256Mi' } }), (n) => `0/${n} nodes are available: ${n} Insufficient cpu.${tail(n)}`),
  unplaced('too much memory', 'memory-capacity-exceeded', (s) => set(listAt(s, 'containers')[0] ?? {}, 'resources', { requests: { cpu: '100m', memory: '512Gi' }, limits: { memory: '512Gi' } }), (n) => `0/${n} nodes are available: ${n} Insufficient memory.${tail(n)}`),
  unplaced('a device', 'device-capacity-exceeded', (s) => set(listAt(s, 'containers')[0] ?? {}, ['resources', 'limits', 'nvidia.com/gpu'], '1'), (n) => `0/${n} nodes are available: ${n} Insufficient nvidia.com/gpu.${tail(n)}`),
  unplaced('host port taken', 'host-port-conflict', (s) => set(listAt(s, 'containers')[0] ?? {}, 'ports.0.hostPort', 80), (n) => `0/${n} nodes are available: ${n} node(s) didn't have free ports for the requested pod ports.${tail(n)}`),
  unplaced('topology spread', 'topology-spread-conflict', (s) => set(s, 'topologySpreadConstraints', [{ maxSkew: 1, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule' }]), (n) => `0/${n} nodes are available: ${n} node(s) didn't match pod topology spread constraints (missing required label).${tail(n)}`),
  unplaced('scheduler of another name', 'unknown-scheduler', (s) => set(s, 'schedulerName', 'fancy-scheduler'), () => ''),
  {
    kind: 'scheduler down',
    family: 'cluster',
    bring: (c) => {
      const app = c.victim();
      const scheduler = c.find('Pod', 'kube-scheduler-control-plane') ?? {};
      scheduler['status'] = { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }], containerStatuses: [{ name: 'kube-scheduler', ready: false, restartCount: 8, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1, reason: 'Error' } } }] };
      unscheduled(c, app, '');
      dependentsSuffer(c, app);
      return truth(scheduler, 'scheduler-unavailable');
    },
  },
  unpulled('image tag', 'incorrect-image-reference', (m) => set(m, 'image', `${text(m, 'image')}-typo`), (i) => `Failed to pull image "${i}": rpc error: code = NotFound desc = failed to pull and unpack image "${i}": failed to resolve reference "${i}": ${i}: not found`),
  unpulled('image private name', 'incorrect-image-reference', (m) => set(m, 'image', 'docker.io/acme/does-not-exist:1'), (i) => `Failed to pull image "${i}": rpc error: code = Unknown desc = failed to resolve reference "${i}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`),
  unpulled('registry name', 'image-registry-dns-failure', (m) => set(m, 'image', 'registry.exmaple.invalid/app:1'), (i) => `Failed to pull image "${i}": failed to do request: Head "https://registry.exmaple.invalid/v2/app/manifests/1": dial tcp: lookup registry.exmaple.invalid on 10.96.0.10:53: no such host`),
  unpulled('registry credentials', 'missing-image-pull-secret', (m) => set(m, 'image', 'private.example.com/team/app:1'), (i) => `Failed to pull image "${i}": rpc error: code = Unknown desc = failed to resolve reference "${i}": failed to authorize: failed to fetch anonymous token: 401 Unauthorized`),
  unpulled('registry out of reach', 'image-registry-unreachable', (m) => set(m, 'image', '10.9.9.9:5000/app:1'), (i) => `Failed to pull image "${i}": failed to do request: Head "https://10.9.9.9:5000/v2/app/manifests/1": dial tcp 10.9.9.9:5000: i/o timeout`),
  {
    kind: 'image never pulled',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'imagePullPolicy', 'Never');
      breakPods(c, app, { waiting: 'ErrImageNeverPull', message: `Container image "${text(main(app), 'image')}" is not present with pull policy of Never` }, [['ErrImageNeverPull', `Container image "${text(main(app), 'image')}" is not present with pull policy of Never`]]);
      return truth(app.object, 'image-pull-policy');
    },
  },
  {
    kind: 'image name invalid',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'image', 'registry.example.com/App:latest:1');
      breakPods(c, app, { waiting: 'InvalidImageName', message: 'Failed to apply default image tag "registry.example.com/App:latest:1": couldn\'t parse image name "registry.example.com/App:latest:1": invalid reference format' }, [['InspectFailed', 'Failed to apply default image tag: invalid reference format']]);
      return truth(app.object, 'incorrect-image-reference');
    },
  },
  {
    kind: 'image of another architecture',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'image', `${text(main(app), 'image')}-arm64`);
      crash(c, app, 255, [], 'Error', 'exec /app/server: exec format error');
      dependentsSuffer(c, app);
      c.logs.push({ entity: app.object, level: 'info', message: 'exec /app/server: exec format error' });
      return truth(app.object, 'command-not-found', 'image-architecture-mismatch');
    },
  },
  ...(['ConfigMap', 'Secret'] as const).flatMap((kind): Fault[] => [
    {
      kind: `${kind} missing`,
      family: 'reference',
      bring: (c) => {
        const app = c.victim();
        const ref = kind === 'ConfigMap' ? 'configMapRef' : 'secretRef';
        add(main(app), 'envFrom', { [ref]: { name: `${app.name}-settings` } });
        const noun = kind === 'ConfigMap' ? 'configmap' : 'secret';
        breakPods(c, app, { waiting: 'CreateContainerConfigError', message: `${noun} "${app.name}-settings" not found` }, [['Failed', `Error: ${noun} "${app.name}-settings" not found`]]);
        dependentsSuffer(c, app);
        return truth(app.object, kind === 'ConfigMap' ? 'missing-config-map' : 'missing-secret');
      },
    },
    {
      kind: `${kind} missing as volume`,
      family: 'reference',
      bring: (c) => {
        const app = c.victim();
        add(podSpec(app), 'volumes', kind === 'ConfigMap' ? { name: 'extra', configMap: { name: `${app.name}-files` } } : { name: 'extra', secret: { secretName: `${app.name}-files` } });
        add(main(app), 'volumeMounts', { name: 'extra', mountPath: '/etc/extra' });
        breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [['FailedMount', `MountVolume.SetUp failed for volume "extra" : ${kind.toLowerCase()} "${app.name}-files" not found`]]);
        dependentsSuffer(c, app);
        return truth(app.object, kind === 'ConfigMap' ? 'missing-config-map' : 'missing-secret');
      },
    },
    {
      kind: `${kind} key missing`,
      family: 'reference',
      bring: (c) => {
        const app = c.victim();
        const object = c.put(c.meta(kind, `${app.name}-values`, c.ns));
        set(object, 'data', { mode: kind === 'Secret' ? 'ZmFzdA==' : 'fast' });
        add(main(app), 'env', { name: 'MODE', valueFrom: { [kind === 'ConfigMap' ? 'configMapKeyRef' : 'secretKeyRef']: { name: `${app.name}-values`, key: 'mod' } } });
        breakPods(c, app, { waiting: 'CreateContainerConfigError', message: `couldn't find key mod in ${kind} ${c.ns}/${app.name}-values` }, [['Failed', `Error: couldn't find key mod in ${kind} ${c.ns}/${app.name}-values`]]);
        return truth(app.object, kind === 'ConfigMap' ? 'missing-config-key' : 'missing-secret-key');
      },
    },
  ]),
  {
    kind: 'command missing',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'command', ['/bin/run-servr']);
      const message = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/bin/run-servr": stat /bin/run-servr: no such file or directory: unknown';
      crash(c, app, 128, [['Failed', `Error: ${message}`]], 'StartError', message);
      dependentsSuffer(c, app);
      return truth(app.object, 'command-not-found');
    },
  },
  {
    kind: 'command ends at once',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'command', ['sh', '-c', 'exit 0']);
      crash(c, app, 0, [], 'Completed');
      dependentsSuffer(c, app);
      return truth(app.object, 'container-ends', 'crash-loop');
    },
  },
  {
    kind: 'init container fails',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'initContainers', [{ name: 'prepare', image: 'busybox:1.36', command: ['sh', '-c', 'exit 1'] }]);
      breakPods(c, app, { init: true, waiting: 'CrashLoopBackOff', restarts: 7, ended: { exitCode: 1, reason: 'Error' } });
      dependentsSuffer(c, app);
      return truth(app.object, 'init-container-failing');
    },
  },
  {
    kind: 'init container hangs',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'initContainers', [{ name: 'wait-for', image: 'busybox:1.36', command: ['sh', '-c', 'until nslookup nobody; do sleep 2; done'] }]);
      breakPods(c, app, { init: true, running: true });
      dependentsSuffer(c, app);
      return truth(app.object, 'init-container-stuck');
    },
  },
  {
    kind: 'must not run as root',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'securityContext', { runAsNonRoot: true });
      breakPods(c, app, { waiting: 'CreateContainerConfigError', message: 'container has runAsNonRoot and image will run as root' }, [['Failed', `Error: container has runAsNonRoot and image will run as root (pod: "${c.podName(app)}", container: ${text(main(app), 'name')})`]]);
      return truth(app.object, 'security-context');
    },
  },
  {
    kind: 'read-only root file system',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'securityContext', { readOnlyRootFilesystem: true });
      crash(c, app, 1, [], 'Error', 'open /tmp/app.pid: read-only file system');
      c.logs.push({ entity: app.object, level: 'error', message: 'fatal: open /tmp/app.pid: read-only file system' });
      return truth(app.object, 'read-only-file-system');
    },
  },
];
