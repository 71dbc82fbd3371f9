// More of what is nobody's fault, written after the rules had been mended for the first list, and measured before any of it was looked at.
import type { Cluster } from './cluster.ts';
import { bystander, everyPod, lonePod, LONG_AGO, on, workload, type Oddity } from './oddity.ts';
import { add, get, set, text } from './tree.ts';

export const SECOND_ODDITIES: Readonly<Record<string, Oddity>> = {
  'copies that were evicted, beside those that are wanted': on((c, app) => {
    for (const n of ['a1b2c', 'd3e4f'])
      lonePod(
        c,
        `${text(app.set ?? app.object, 'metadata.name')}-${n}`,
        { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.', startTime: LONG_AGO },
        c.ns,
        app.set ?? app.object,
        app.labels,
      );
  }),
  'an old revision whose image was wrong': on((c, app) => {
    if (app.set === null) return;
    const old = c.put(
      c.meta('ReplicaSet', `${app.name}-5d4f8c7b9`, c.ns, { labels: app.labels, ownerReferences: [{ kind: 'Deployment', name: app.name, controller: true }] }),
    );
    old['spec'] = structuredClone(get(app.set, 'spec'));
    set(old, 'spec.replicas', 0);
    set(old, 'spec.template.spec.containers.0.image', 'registry.example.com/typo:v0');
    old['status'] = { replicas: 0 };
  }),
  'a load balancer that nobody provides': (c) => {
    const service = c.put(c.meta('Service', 'metrics-external', c.ns));
    Object.assign(service, {
      spec: { type: 'LoadBalancer', selector: { app: 'load-generator' }, ports: [{ port: 9090, targetPort: 9090, protocol: 'TCP' }] },
      status: { loadBalancer: {} },
    });
  },
  'a certificate for a name of long ago': (c) => {
    const made = c.put(c.meta('Certificate', 'beta-cert', c.ns));
    Object.assign(made, {
      apiVersion: 'cert-manager.io/v1',
      spec: { secretName: 'beta-cert', dnsNames: ['beta.example.com'] },
      status: {
        conditions: [
          { type: 'Ready', status: 'False', reason: 'Failed', message: 'The certificate request has failed to complete', lastTransitionTime: LONG_AGO },
        ],
      },
    });
  },
  'a set that is updated by hand, with nothing to update': (c) =>
    void workload(
      c,
      'StatefulSet',
      'search-index',
      { replicas: 1, updateStrategy: { type: 'OnDelete' } },
      {
        replicas: 1,
        readyReplicas: 1,
        currentRevision: 'search-index-1',
        updateRevision: 'search-index-1',
        updatedReplicas: 1,
      },
    ),
  'settings that nobody reads': (c) =>
    set(c.put(c.meta('ConfigMap', 'old-endpoints', c.ns)), 'data', { CART_URL: 'http://cart-v1.legacy:9999', DB_HOST: 'mysql-old', DB_PORT: '3307' }),
  'a secret without anything in it': (c) => void c.put(c.meta('Secret', 'todo-credentials', c.ns)),
  'a detector of the platform that crashes': (c) => {
    const made = workload(c, 'DaemonSet', 'problem-detector', {}, { desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 0 }, 'kube-system');
    const pod = lonePod(
      c,
      'problem-detector-7h2ls',
      {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: LONG_AGO }],
        containerStatuses: [
          {
            name: 'main',
            ready: false,
            restartCount: 4103,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=main' } },
            lastState: { terminated: { exitCode: 2, reason: 'Error', finishedAt: '2026-06-01T08:07:00Z' } },
          },
        ],
      },
      'kube-system',
      made,
    );
    c.say(pod, 'Warning', 'BackOff', 'Back-off restarting failed container main in pod problem-detector-7h2ls', 40, 98_000, 40 * 86_400);
  },
  'a binding of an account that has gone': (c) => {
    c.put(c.meta('ServiceAccount', 'ci', c.ns));
    Object.assign(c.put(c.meta('RoleBinding', 'old-deployer', c.ns)), {
      roleRef: { kind: 'Role', name: 'deployer' },
      subjects: [{ kind: 'ServiceAccount', name: 'jenkins', namespace: c.ns }],
    });
  },
  'a side car with next to no processor': on((_, app) => {
    const car = { name: 'log-tail', image: 'busybox:1.36', resources: { limits: { cpu: '10m', memory: '16Mi' } } };
    add(app.object, 'spec.template.spec.containers', car);
    for (const pod of app.pods) {
      add(pod, 'spec.containers', car);
      add(pod, 'status.containerStatuses', { name: 'log-tail', ready: true, restartCount: 0, state: { running: { startedAt: '2026-05-03T08:00:00Z' } } });
    }
  }),
  'lines about a collector that cannot be reached': on((c, app) => {
    c.logs.push({
      entity: app.object,
      level: 'error',
      message: 'traces export: context deadline exceeded: rpc error: code = Unavailable desc = connection refused, exporter will retry',
    });
  }),
  'lines about what a customer did wrong': on((c, app) => {
    c.logs.push({ entity: app.object, level: 'warn', message: 'validation failed: quantity must be positive, request 400' });
  }),
  'one restart an hour ago': on((c, app) => {
    everyPod(app, (_, pod) => {
      set(pod, 'status.containerStatuses.0.restartCount', 1);
      set(pod, 'status.containerStatuses.0.lastState', {
        terminated: { exitCode: 137, reason: 'Error', startedAt: '2026-05-30T08:00:00Z', finishedAt: '2026-06-01T07:05:00Z' },
      });
      c.say(pod, 'Warning', 'Unhealthy', 'Liveness probe failed: Get "http://10.244.1.9:8080/healthz": context deadline exceeded', 3500, 3);
    });
  }),
  'an autoscaler at its least': on((c, app) => {
    if (c.objects.some((o) => o['kind'] === 'HorizontalPodAutoscaler' && text(o, 'spec.scaleTargetRef.name') === app.name)) return;
    Object.assign(c.put(c.meta('HorizontalPodAutoscaler', `${app.name}-cpu`, c.ns)), {
      spec: {
        minReplicas: app.pods.length,
        maxReplicas: app.pods.length + 3,
        scaleTargetRef: { kind: text(app.object, 'kind'), name: app.name, apiVersion: 'apps/v1' },
      },
      status: {
        currentReplicas: app.pods.length,
        desiredReplicas: app.pods.length,
        conditions: [
          { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
          { type: 'ScalingLimited', status: 'True', reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' },
        ],
      },
    });
  }),
  'a node that collected images in the morning': (c: Cluster) =>
    c.say(
      c.random.pick(c.nodes),
      'Warning',
      'ImageGCFailed',
      'failed to garbage collect required amount of images. Wanted to free 12 bytes, but freed 0 bytes',
      2800,
      1,
    ),
  'an ingress of a class that somebody else serves': (c, spared) => {
    const app = bystander(c, spared);
    if (app === undefined) return;
    c.put(c.meta('Ingress', 'internal', c.ns))['spec'] = {
      ingressClassName: 'internal-alb',
      rules: [
        {
          host: 'internal.example.com',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: app.name, port: { number: Number(text(app.service, 'spec.ports.0.port')) } } } },
            ],
          },
        },
      ],
    };
  },
};
