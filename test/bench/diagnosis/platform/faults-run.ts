// Faults of running: limits, probes, storage, data stores, scale, jobs.
import { breakPods, crash, dependentsSuffer, killedByProbe, main, notReady, podSpec, rollOut, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { add, get, objAt, set, text } from './tree.ts';

const probe = (kind: string, cause: string, which: 'livenessProbe' | 'readinessProbe' | 'startupProbe', spec: (port: number) => object, says: (ip: string, port: number) => string): Fault => ({
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

const claim = (kind: string, cause: string, change: (spec: ReturnType<typeof objAt>, c: Parameters<Fault['bring']>[0]) => void, event: (c: Parameters<Fault['bring']>[0]) => [string, string], volume?: (v: ReturnType<typeof objAt>) => void): Fault => ({
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
    unscheduled(c, app, `0/${c.nodes.length} nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/${c.nodes.length} nodes are available.`);
    dependentsSuffer(c, app);
    return truth([pvc, app.object], cause);
  },
});
const unavailable = (): [string, string] => ['FailedBinding', 'no persistent volumes available for this claim and no storage class is set'];
const mounted = (kind: string, cause: string, message: (pod: string) => string): Fault => ({
  kind,
  family: 'storage',
  bring: (c) => {
    const app = c.victim('store');
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [['FailedMount', message(c.podName(app))]]);
    dependentsSuffer(c, app);
    return truth(app.object, cause);
  },
});

export const RUN_FAULTS: readonly Fault[] = [
  {
    kind: 'memory limit too low',
    family: 'limit',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'resources.limits.memory', c.random.pick(['32Mi', '48Mi', '20Mi']));
      set(main(app), 'resources.requests.memory', '16Mi');
      crash(c, app, 137, [], 'OOMKilled');
      dependentsSuffer(c, app);
      return truth(app.object, 'oom-killed', 'memory-limit-too-low');
    },
  },
  {
    kind: 'killed for memory, running again',
    family: 'limit',
    bring: (c) => {
      const app = c.victim();
      for (const pod of app.pods) {
        set(pod, 'status.containerStatuses.0.restartCount', c.random.int(9, 30));
        set(pod, 'status.containerStatuses.0.lastState', { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-06-01T07:59:00Z' } });
        c.say(pod, 'Warning', 'BackOff', `Back-off restarting failed container ${text(main(app), 'name')} in pod ${text(pod, 'metadata.name')}`, 60, 40);
      }
      dependentsSuffer(c, app);
      return truth(app.object, 'oom-killed', 'memory-limit-too-low');
    },
  },
  {
    kind: 'cpu limit too low',
    family: 'limit',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'resources', { requests: { cpu: '1m', memory: '64Mi' }, limits: { cpu: '5m', memory: '256Mi' } });
      notReady(c, app, `Readiness probe failed: Get "http://${text(app.pods[0], 'status.podIP')}:${app.port}/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
      dependentsSuffer(c, app);
      return truth(app.object, 'cpu-limit-too-low');
    },
  },
  probe('liveness protocol', 'liveness-probe-protocol', 'livenessProbe', (port) => ({ httpGet: { path: '/', port, scheme: 'HTTPS' } }), (ip, port) => `Get "https://${ip}:${port}/": http: server gave HTTP response to HTTPS client`),
  probe('liveness protocol of a grpc server', 'liveness-probe-protocol', 'livenessProbe', (port) => ({ httpGet: { path: '/', port } }), (ip, port) => `Get "http://${ip}:${port}/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04"`),
  probe('liveness port', 'liveness-probe-port', 'livenessProbe', () => ({ tcpSocket: { port: 18081 } }), (ip) => `dial tcp ${ip}:18081: connect: connection refused`),
  probe('liveness path', 'liveness-probe-path', 'livenessProbe', (port) => ({ httpGet: { path: '/alive-not', port } }), () => 'HTTP probe failed with statuscode: 404'),
  probe('liveness too soon', 'liveness-probe-timing', 'livenessProbe', (port) => ({ tcpSocket: { port }, initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 }), (ip, port) => `dial tcp ${ip}:${port}: connect: connection refused`),
  probe('startup too short', 'startup-probe-timing', 'startupProbe', (port) => ({ tcpSocket: { port }, initialDelaySeconds: 0, periodSeconds: 1, failureThreshold: 2 }), (ip, port) => `dial tcp ${ip}:${port}: connect: connection refused`),
  probe('liveness command', 'liveness-probe-command', 'livenessProbe', () => ({ exec: { command: ['/bin/grpc_health_prob', '-addr=:8080'] } }), () => 'exec: "/bin/grpc_health_prob": stat /bin/grpc_health_prob: no such file or directory: unknown'),
  probe('readiness port', 'readiness-probe-port', 'readinessProbe', () => ({ httpGet: { path: '/healthz', port: 18082 } }), (ip) => `Get "http://${ip}:18082/healthz": dial tcp ${ip}:18082: connect: connection refused`),
  probe('readiness protocol', 'readiness-probe-protocol', 'readinessProbe', (port) => ({ httpGet: { path: '/', port, scheme: 'HTTPS' } }), (ip, port) => `Get "https://${ip}:${port}/": http: server gave HTTP response to HTTPS client`),
  probe('readiness path', 'readiness-probe-path', 'readinessProbe', (port) => ({ httpGet: { path: '/readyy', port } }), () => 'HTTP probe failed with statuscode: 404'),
  claim('claim of a class that is not there', 'storage-class-mismatch', (spec) => set(spec, 'storageClassName', 'fast-ssd'), () => ['ProvisioningFailed', 'storageclass.storage.k8s.io "fast-ssd" not found']),
  claim('claim too large', 'volume-capacity-mismatch', (spec) => set(spec, 'resources.requests.storage', '50Gi'), unavailable),
  claim('claim of another mode', 'access-mode-mismatch', (spec) => set(spec, 'accessModes', ['ReadWriteMany']), unavailable),
  claim('claim selector', 'volume-selector-mismatch', (spec) => set(spec, 'selector', { matchLabels: { tier: 'gold' } }), unavailable),
  claim(
    'volume taken',
    'volume-already-bound',
    (spec, c) => set(spec, 'volumeName', text(c.objects.find((o) => o['kind'] === 'PersistentVolume' && get(o, 'spec.claimRef') === undefined), 'metadata.name')),
    () => ['FailedBinding', 'volume already bound to a different claim.'],
    (pv) => {
      set(pv, 'spec.claimRef', { kind: 'PersistentVolumeClaim', name: 'old-data', namespace: 'archive' });
      pv['status'] = { phase: 'Bound' };
    },
  ),
  {
    kind: 'claim name wrong',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      set(podSpec(app), 'volumes.0.persistentVolumeClaim.claimName', `${app.name}-data-broken`);
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: persistentvolumeclaim "${app.name}-data-broken" not found. preemption: 0/${c.nodes.length} nodes are available.`);
      dependentsSuffer(c, app);
      return truth(app.object, 'missing-volume-claim');
    },
  },
  {
    kind: 'volume on another node',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      const pvc = c.find('PersistentVolumeClaim', `${app.name}-data`);
      const pv = c.find('PersistentVolume', text(pvc, 'spec.volumeName')) ?? {};
      set(pv, 'spec.nodeAffinity.required.nodeSelectorTerms', [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['retired-node'] }] }]);
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} node(s) had volume node affinity conflict.`);
      dependentsSuffer(c, app);
      return truth([app.object, pv], 'volume-node-conflict');
    },
  },
  mounted('volume used by another node', 'volume-multi-attach', () => 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) other-0'),
  mounted('host path missing', 'volume-path-missing', () => 'MountVolume.SetUp failed for volume "data" : hostPath type check failed: /mnt/nowhere is not a directory'),
  {
    kind: 'volume not writable',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      set(podSpec(app), 'securityContext', { runAsUser: 12345 });
      const message = `mkdir: can't create directory '/data/db': Permission denied`;
      crash(c, app, 1, [], 'Error', message);
      c.logs.push({ entity: app.object, level: 'error', message });
      dependentsSuffer(c, app);
      return truth(app.object, 'volume-permission-denied');
    },
  },
  {
    kind: 'side car on the same port',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      add(podSpec(app), 'containers', { name: 'proxy', image: 'envoy:1', ports: [{ containerPort: app.port }] });
      breakPods(c, app, { container: 'proxy', waiting: 'CrashLoopBackOff', restarts: 9, ended: { exitCode: 1, reason: 'Error', message: `listen tcp :${app.port}: bind: address already in use` } });
      dependentsSuffer(c, app);
      return truth(app.object, 'container-port-conflict');
    },
  },
  {
    kind: 'side car listens on an undeclared port',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      add(podSpec(app), 'containers', { name: 'proxy', image: 'python:3', command: ['python', '-m', 'http.server', String(app.port)] });
      breakPods(c, app, { waiting: 'CrashLoopBackOff', restarts: 9, ended: { exitCode: 1, reason: 'Error' } });
      c.logs.push({ entity: app.object, level: 'error', message: `failed to listen: listen tcp :${app.port}: bind: address already in use` });
      dependentsSuffer(c, app);
      return truth(app.object, 'container-port-conflict');
    },
  },
  {
    kind: 'password of the store wrong',
    family: 'credentials',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      const env = get(main(app), 'env') as unknown[];
      set(main(app), 'env', env.map((e) => (text(e, 'name').endsWith('_PASSWORD') ? { name: text(e, 'name'), value: 'not-this-one' } : e)));
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: store.role === 'mysql' ? `Access denied for user 'root'@'10.244.1.7' (using password: YES)` : 'password authentication failed for user "app"' });
      dependentsSuffer(c, app);
      return truth(app.object, 'credentials-mismatch');
    },
  },
  {
    kind: 'port of the store wrong',
    family: 'credentials',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      const wrong = String(store.port + 1);
      const edit = (v: string): string => v.replaceAll(`:${store.port}`, `:${wrong}`);
      const env = (get(main(app), 'env') as unknown[]).map((e) => (text(e, 'name') === `${store.role.toUpperCase()}_PORT` ? { name: text(e, 'name'), value: wrong } : text(e, 'value') === '' ? e : { name: text(e, 'name'), value: edit(text(e, 'value')) }));
      set(main(app), 'env', env);
      if (app.config !== null) set(app.config, 'data', Object.fromEntries(Object.entries(objAt(app.config, 'data')).map(([k, v]) => [k, edit(String(v))])));
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp ${store.name}:${wrong}: i/o timeout` });
      dependentsSuffer(c, app);
      return truth(app.config === null ? app.object : [app.object, app.config], 'environment-port-mismatch');
    },
  },
  {
    kind: 'scaled to zero',
    family: 'scale',
    bring: (c) => {
      const app = c.victim();
      set(app.object, 'spec.replicas', 0);
      if (app.set !== null) set(app.set, 'spec.replicas', 0);
      for (const pod of app.pods) c.drop(pod);
      app.pods = [];
      app.object['status'] = { observedGeneration: 5, conditions: [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }] };
      c.route(app);
      c.say(app.object, 'Normal', 'ScalingReplicaSet', `Scaled down replica set ${text(app.set, 'metadata.name')} to 0 from 2`);
      dependentsSuffer(c, app);
      return truth(app.object, 'zero-replicas');
    },
  },
  {
    kind: 'autoscaler without requests',
    family: 'scale',
    bring: (c) => {
      const hpa = c.find('HorizontalPodAutoscaler') ?? {};
      set(hpa, 'status.conditions', [{ type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' }, { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container server of Pod x' }]);
      c.say(hpa, 'Warning', 'FailedGetResourceMetric', 'failed to get cpu utilization: missing request for cpu in container server');
      return truth(hpa, 'autoscaler-without-metrics');
    },
  },
  {
    kind: 'autoscaler of nobody',
    family: 'scale',
    bring: (c) => {
      const hpa = c.find('HorizontalPodAutoscaler') ?? {};
      set(hpa, 'spec.scaleTargetRef.name', 'gone-app');
      set(hpa, 'status.conditions', [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message: 'the HPA controller was unable to get the target\'s current scale: deployments.apps "gone-app" not found' }]);
      return truth(hpa, 'autoscaler-target-missing');
    },
  },
  {
    kind: 'job gives up',
    family: 'scale',
    bring: (c) => {
      const job = c.put(c.meta('Job', 'migrate-schema', c.ns));
      Object.assign(job, { spec: { backoffLimit: 2, template: { metadata: { labels: { job: 'migrate' } }, spec: { containers: [{ name: 'migrate', image: 'migrate:1' }], restartPolicy: 'Never' } } }, status: { failed: 3, conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }] } });
      c.say(job, 'Warning', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit');
      return truth(job, 'job-backoff');
    },
  },
  {
    kind: 'crash by a bug',
    family: 'application',
    bring: (c) => {
      const app = c.victim();
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'panic: runtime error: index out of range [3] with length 3' });
      c.logs.push({ entity: app.object, level: 'error', message: 'goroutine 1 [running]: main.main()' });
      dependentsSuffer(c, app);
      return truth(app.object, 'crash-loop', 'failing-component', 'application-error');
    },
  },
  {
    kind: 'variable missing',
    family: 'application',
    bring: (c) => {
      const app = c.victim();
      const env = get(main(app), 'env') as unknown[];
      set(main(app), 'env', env.filter((e) => text(e, 'name') !== 'PORT'));
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'panic: environment variable "PORT" not set' });
      dependentsSuffer(c, app);
      return truth(app.object, 'configuration', 'missing-environment-variable');
    },
  },
  {
    kind: 'rollout with the old pods still there',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      if (app.set === null) return { on: [], causes: [] };
      const set2 = structuredClone(app.set);
      const hash = c.random.word(9);
      set(set2, 'metadata.name', `${app.name}-${hash}`);
      set(set2, ['metadata', 'labels', 'pod-template-hash'], hash);
      set(main(app), 'image', `${text(main(app), 'image')}-rc`);
      set(set2, 'spec.template.spec', structuredClone(podSpec(app)));
      set2['status'] = { replicas: 1 };
      c.put(set2);
      const before = app.set;
      app.set = set2;
      const pod = c.pod(app, 0);
      app.set = before;
      const image = text(main(app), 'image');
      pod['status'] = { phase: 'Pending', conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [server]' }], containerStatuses: [{ name: text(main(app), 'name'), image, ready: false, restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } } }] };
      c.say(pod, 'Warning', 'Failed', `Failed to pull image "${image}": rpc error: code = NotFound desc = ${image}: not found`);
      const replicas = Number(get(app.object, 'spec.replicas'));
      app.object['status'] = { replicas: replicas + 1, readyReplicas: replicas, availableReplicas: replicas, updatedReplicas: 1, unavailableReplicas: 1 };
      rollOutNothing(c, app);
      return truth(app.object, 'incorrect-image-reference');
    },
  },
];

/** The old pods stay as they were. */
const rollOutNothing = (c: Parameters<typeof rollOut>[0], app: Parameters<typeof rollOut>[1]): void => c.route(app);
