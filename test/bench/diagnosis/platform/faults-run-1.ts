// Faults of running: limits, probes, storage, data stores, scale, jobs.
import { breakPods, crash, dependentsSuffer, main, notReady, podSpec, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { add, get, set, text } from './tree.ts';
import { probe, claim, unavailable, mounted } from './makers.ts';

export const RUN_FAULTS_1: readonly Fault[] = [
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
      notReady(
        c,
        app,
        `Readiness probe failed: Get "http://${text(app.pods[0], 'status.podIP')}:${app.port}/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      );
      dependentsSuffer(c, app);
      return truth(app.object, 'cpu-limit-too-low');
    },
  },
  probe(
    'liveness protocol',
    'liveness-probe-protocol',
    'livenessProbe',
    (port) => ({ httpGet: { path: '/', port, scheme: 'HTTPS' } }),
    (ip, port) => `Get "https://${ip}:${port}/": http: server gave HTTP response to HTTPS client`,
  ),
  probe(
    'liveness protocol of a grpc server',
    'liveness-probe-protocol',
    'livenessProbe',
    (port) => ({ httpGet: { path: '/', port } }),
    (ip, port) => `Get "http://${ip}:${port}/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04"`,
  ),
  probe(
    'liveness port',
    'liveness-probe-port',
    'livenessProbe',
    () => ({ tcpSocket: { port: 18081 } }),
    (ip) => `dial tcp ${ip}:18081: connect: connection refused`,
  ),
  probe(
    'liveness path',
    'liveness-probe-path',
    'livenessProbe',
    (port) => ({ httpGet: { path: '/alive-not', port } }),
    () => 'HTTP probe failed with statuscode: 404',
  ),
  probe(
    'liveness too soon',
    'liveness-probe-timing',
    'livenessProbe',
    (port) => ({ tcpSocket: { port }, initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 }),
    (ip, port) => `dial tcp ${ip}:${port}: connect: connection refused`,
  ),
  probe(
    'startup too short',
    'startup-probe-timing',
    'startupProbe',
    (port) => ({ tcpSocket: { port }, initialDelaySeconds: 0, periodSeconds: 1, failureThreshold: 2 }),
    (ip, port) => `dial tcp ${ip}:${port}: connect: connection refused`,
  ),
  probe(
    'liveness command',
    'liveness-probe-command',
    'livenessProbe',
    () => ({ exec: { command: ['/bin/grpc_health_prob', '-addr=:8080'] } }),
    () => 'exec: "/bin/grpc_health_prob": stat /bin/grpc_health_prob: no such file or directory: unknown',
  ),
  probe(
    'readiness port',
    'readiness-probe-port',
    'readinessProbe',
    () => ({ httpGet: { path: '/healthz', port: 18082 } }),
    (ip) => `Get "http://${ip}:18082/healthz": dial tcp ${ip}:18082: connect: connection refused`,
  ),
  probe(
    'readiness protocol',
    'readiness-probe-protocol',
    'readinessProbe',
    (port) => ({ httpGet: { path: '/', port, scheme: 'HTTPS' } }),
    (ip, port) => `Get "https://${ip}:${port}/": http: server gave HTTP response to HTTPS client`,
  ),
  probe(
    'readiness path',
    'readiness-probe-path',
    'readinessProbe',
    (port) => ({ httpGet: { path: '/readyy', port } }),
    () => 'HTTP probe failed with statuscode: 404',
  ),
  claim(
    'claim of a class that is not there',
    'storage-class-mismatch',
    (spec) => set(spec, 'storageClassName', 'fast-ssd'),
    () => ['ProvisioningFailed', 'storageclass.storage.k8s.io "fast-ssd" not found'],
  ),
  claim('claim too large', 'volume-capacity-mismatch', (spec) => set(spec, 'resources.requests.storage', '50Gi'), unavailable),
  claim('claim of another mode', 'access-mode-mismatch', (spec) => set(spec, 'accessModes', ['ReadWriteMany']), unavailable),
  claim('claim selector', 'volume-selector-mismatch', (spec) => set(spec, 'selector', { matchLabels: { tier: 'gold' } }), unavailable),
  claim(
    'volume taken',
    'volume-already-bound',
    (spec, c) =>
      set(
        spec,
        'volumeName',
        text(
          c.objects.find((o) => o['kind'] === 'PersistentVolume' && get(o, 'spec.claimRef') === undefined),
          'metadata.name',
        ),
      ),
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
      unscheduled(
        c,
        app,
        `0/${c.nodes.length} nodes are available: persistentvolumeclaim "${app.name}-data-broken" not found. preemption: 0/${c.nodes.length} nodes are available.`,
      );
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
      set(pv, 'spec.nodeAffinity.required.nodeSelectorTerms', [
        { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['retired-node'] }] },
      ]);
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} node(s) had volume node affinity conflict.`);
      dependentsSuffer(c, app);
      return truth([app.object, pv], 'volume-node-conflict');
    },
  },
  mounted('volume used by another node', 'volume-multi-attach', () => 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) other-0'),
  mounted(
    'host path missing',
    'volume-path-missing',
    () => 'MountVolume.SetUp failed for volume "data" : hostPath type check failed: /mnt/nowhere is not a directory',
  ),
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
      breakPods(c, app, {
        container: 'proxy',
        waiting: 'CrashLoopBackOff',
        restarts: 9,
        ended: { exitCode: 1, reason: 'Error', message: `listen tcp :${app.port}: bind: address already in use` },
      });
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
];
