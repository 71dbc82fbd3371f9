// What stands about in every living cluster and is nobody's fault: dead references, old failures, idle objects, trouble of other teams. Added after the fault.
import type { Cluster } from './cluster.ts';
import { SECOND_ODDITIES } from './oddities-second.ts';
import { THIRD_ODDITIES } from './oddities-third.ts';
import { container, everyPod, lonePod, LONG_AGO, on, workload, type Oddity } from './oddity.ts';
import { add, set, text, type Obj } from './tree.ts';

const ODDITIES: Readonly<Record<string, Oddity>> = {
  'a collector of traces that was never installed': on((_, app) => {
    const address = { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector.observability:4317' };
    add(container(app), 'env', address);
    everyPod(app, (one) => add(one, 'env', address));
  }),
  'an optional config map that is not there': on((_, app) => {
    const from = { configMapRef: { name: 'feature-overrides', optional: true } };
    add(container(app), 'envFrom', from);
    everyPod(app, (one) => add(one, 'envFrom', from));
  }),
  'an optional secret that is not there': on((_, app) => {
    const key = { name: 'LICENSE', valueFrom: { secretKeyRef: { name: 'vendor-license', key: 'key', optional: true } } };
    add(container(app), 'env', key);
    everyPod(app, (one) => add(one, 'env', key));
  }),
  'a pull secret that is not there, of an image that is': on((_, app) => {
    set(app.object, 'spec.template.spec.imagePullSecrets', [{ name: 'old-registry' }]);
    for (const pod of app.pods) set(pod, 'spec.imagePullSecrets', [{ name: 'old-registry' }]);
  }),
  'killed for memory a month ago': on((c, app) => {
    everyPod(app, (_, pod) => {
      set(pod, 'status.containerStatuses.0.restartCount', c.random.int(2, 9));
      set(pod, 'status.containerStatuses.0.lastState', {
        terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: '2026-04-01T03:00:00Z', finishedAt: LONG_AGO },
      });
    });
  }),
  'a rollout that is paused on purpose': on((_, app) => {
    if (app.object['kind'] === 'Deployment') set(app.object, 'spec.paused', true);
  }),
  'a single replica with a budget of one': on((c, app) => {
    const budget = c.put(c.meta('PodDisruptionBudget', `${app.name}-pdb`, c.ns));
    Object.assign(budget, {
      spec: { maxUnavailable: 0, selector: { matchLabels: app.labels } },
      status: { disruptionsAllowed: 0, currentHealthy: app.pods.length, desiredHealthy: app.pods.length, expectedPods: app.pods.length },
    });
  }),
  'an autoscaler that never had metrics': on((c, app) => {
    if (c.objects.some((o) => o['kind'] === 'HorizontalPodAutoscaler' && text(o, 'spec.scaleTargetRef.name') === app.name)) return;
    const hpa = c.put(c.meta('HorizontalPodAutoscaler', `${app.name}-by-queue`, c.ns));
    Object.assign(hpa, {
      spec: {
        minReplicas: 1,
        maxReplicas: 4,
        scaleTargetRef: { kind: text(app.object, 'kind'), name: app.name, apiVersion: 'apps/v1' },
        metrics: [{ type: 'External', external: { metric: { name: 'queue_depth' }, target: { type: 'AverageValue', averageValue: '30' } } }],
      },
      status: {
        currentReplicas: app.pods.length,
        desiredReplicas: app.pods.length,
        conditions: [
          { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' },
          { type: 'ScalingActive', status: 'False', reason: 'FailedGetExternalMetric', message: 'no custom metrics API', lastTransitionTime: LONG_AGO },
        ],
      },
    });
    c.say(hpa, 'Warning', 'FailedGetExternalMetric', 'unable to get external metric queue_depth: no custom metrics API', 30, 86_000, 30 * 86_400);
  }),
  'a readiness probe that missed once': on((c, app) => {
    if (app.pods[0])
      c.say(
        app.pods[0],
        'Warning',
        'Unhealthy',
        'Readiness probe failed: Get "http://10.0.0.1/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        900,
        1,
      );
  }),
  'a service of a canary that has gone': on((c, app) => {
    const service = c.put(c.meta('Service', `${app.name}-canary`, c.ns));
    service['spec'] = { type: 'ClusterIP', selector: { ...app.labels, track: 'canary' }, ports: [{ port: 80, targetPort: app.port, protocol: 'TCP' }] };
  }),
  'a path of the edge to a service that has gone': (c) => {
    const ingress = c.put(c.meta('Ingress', 'legacy', c.ns));
    ingress['spec'] = {
      ingressClassName: 'nginx',
      rules: [
        { host: 'old.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'monolith', port: { number: 80 } } } }] } },
      ],
    };
  },
  'a claim that waits for its first user': (c) => {
    const storage = c.put(c.meta('StorageClass', 'local-late', null));
    Object.assign(storage, { provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' });
    const claim = c.put(c.meta('PersistentVolumeClaim', 'scratch', c.ns));
    Object.assign(claim, {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'local-late' },
      status: { phase: 'Pending' },
    });
    c.say(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding', 15, 900);
  },
  'a job that failed a week ago': (c) => {
    const job = c.put(c.meta('Job', 'migrate-2026-04', c.ns));
    Object.assign(job, {
      spec: {
        backoffLimit: 2,
        template: {
          metadata: { labels: { job: 'migrate' } },
          spec: { containers: [{ name: 'main', image: 'registry.example.com/migrate:v1' }], restartPolicy: 'Never' },
        },
      },
      status: {
        failed: 3,
        conditions: [
          {
            type: 'Failed',
            status: 'True',
            reason: 'BackoffLimitExceeded',
            message: 'Job has reached the specified backoff limit',
            lastTransitionTime: LONG_AGO,
          },
        ],
      },
    });
    lonePod(
      c,
      'migrate-2026-04-x7k2p',
      {
        phase: 'Failed',
        containerStatuses: [{ name: 'main', ready: false, restartCount: 0, state: { terminated: { exitCode: 1, reason: 'Error', finishedAt: LONG_AGO } } }],
      },
      c.ns,
      job,
    );
  },
  'a schedule that is switched off': (c) => {
    const schedule = c.put(c.meta('CronJob', 'nightly-report', c.ns));
    Object.assign(schedule, {
      spec: {
        schedule: '0 3 * * *',
        suspend: true,
        jobTemplate: {
          spec: { template: { spec: { containers: [{ name: 'main', image: 'registry.example.com/report:v1' }], restartPolicy: 'OnFailure' } } },
        },
      },
      status: { lastScheduleTime: LONG_AGO },
    });
  },
  'a pod that was evicted in spring': (c) =>
    void lonePod(c, 'debug-shell', { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.', startTime: LONG_AGO }),
  'a node that is cordoned for its repair': (c) => {
    const node = c.put(
      c.meta('Node', 'spare-9', null, { labels: { 'kubernetes.io/hostname': 'spare-9', 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' } }),
    );
    Object.assign(node, {
      spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
      status: {
        capacity: { cpu: '8', memory: '32Gi', pods: '110' },
        allocatable: { cpu: '7900m', memory: '31Gi', pods: '110' },
        conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
        nodeInfo: { kubeletVersion: 'v1.30.2', architecture: 'amd64' },
      },
    });
  },
  'an agent of another team that cannot pull its image': (c) => {
    const set = workload(
      c,
      'DaemonSet',
      'node-scanner',
      {},
      { desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 0, numberAvailable: 0 },
      'monitoring',
    );
    const pod = lonePod(
      c,
      'node-scanner-4kq9z',
      {
        phase: 'Pending',
        conditions: [
          { type: 'Ready', status: 'False' },
          { type: 'PodScheduled', status: 'True' },
        ],
        containerStatuses: [
          {
            name: 'main',
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "registry.example.com/node-scanner:v1"' } },
          },
        ],
      },
      'monitoring',
      set,
    );
    c.say(pod, 'Warning', 'Failed', 'Error: ImagePullBackOff', 60, 4000, 20 * 86_400);
  },
  'a tool that is scaled to nothing': (c) => {
    workload(c, 'Deployment', 'db-admin', { replicas: 0 }, { observedGeneration: 4 });
    const service = c.put(c.meta('Service', 'db-admin', c.ns));
    service['spec'] = { type: 'ClusterIP', selector: { app: 'db-admin' }, ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] };
  },
  'a service of another namespace by name': (c) => {
    const service = c.put(c.meta('Service', 'billing-api', c.ns));
    service['spec'] = { type: 'ExternalName', externalName: 'billing.partners.example.com' };
  },
  'an address outside of the cluster': on((_, app) => {
    const address = { name: 'SMTP_HOST', value: 'smtp.mail.example.com:587' };
    add(container(app), 'env', address);
    everyPod(app, (one) => add(one, 'env', address));
  }),
  'a quota of another namespace that is used up': (c) => {
    const quota = c.put(c.meta('ResourceQuota', 'build-quota', 'monitoring'));
    Object.assign(quota, { spec: { hard: { pods: '3' } }, status: { hard: { pods: '3' }, used: { pods: '3' } } });
  },
  'policies that deny all and let in what is needed': (c) => {
    if (c.find('NetworkPolicy', 'same-namespace') === undefined) return;
    const deny = c.put(c.meta('NetworkPolicy', 'default-deny', c.ns));
    deny['spec'] = { podSelector: {}, policyTypes: ['Ingress'] };
  },
  'a secret that only an operator reads': (c) => {
    set(c.put(c.meta('Secret', 'sh.helm.release.v1.shop.v7', c.ns)), 'data', { release: 'SDRzSUFBQUFBQUFBLytSOWExUGpPTmJ1OVgxK2hZcXY3NGRYNDVjdg==' });
  },
};

const KINDS: Readonly<Record<string, Readonly<Record<string, Oddity>>>> = {
  first: ODDITIES,
  second: SECOND_ODDITIES,
  third: THIRD_ODDITIES,
  all: { ...ODDITIES, ...SECOND_ODDITIES, ...THIRD_ODDITIES },
};

/** Puts some of them beside the fault and says which. */
export function strew(c: Cluster, spared: readonly Obj[], count: number, which: string): string[] {
  // Without any the cases of a seed are those that they were.
  if (count === 0) return [];
  const known = KINDS[which] ?? ODDITIES;
  const names = c.random.shuffle(Object.keys(known)).slice(0, count);
  for (const name of names) known[name]?.(c, new Set(spared));
  return names;
}
