// A fourth list of kinds: ordinary mistakes one level elsewhere, in init and side containers, sets, schedules and accounts. Written before any rule was touched for them.
import type { Cluster } from './cluster.ts';
import { breakPods, crash, dependentsSuffer, main, podSpec, pullFails } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { beside, victimDown } from './makers.ts';
import { add, get, set, text, type Obj } from './tree.ts';

const notFound = (image: string): string =>
  `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to resolve reference "${image}": not found`;

/** A schedule, the job that it made, and that job's pod in the given state. */
function scheduled(c: Cluster, container: Obj, state: Obj, events: readonly [string, string][]): { cron: Obj; job: Obj; pod: Obj } {
  const spec = { restartPolicy: 'Never', containers: [{ name: 'export', image: 'registry.example.com/export:v2', ...container }] };
  const cron = c.put(c.meta('CronJob', 'nightly-export', c.ns));
  Object.assign(cron, {
    spec: { schedule: '*/10 * * * *', concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template: { metadata: { labels: { job: 'export' } }, spec } } } },
    status: { active: [{ kind: 'Job', name: 'nightly-export-29000001' }], lastScheduleTime: '2026-06-01T08:00:00Z' },
  });
  const job = c.put(c.meta('Job', 'nightly-export-29000001', c.ns, { ownerReferences: [{ kind: 'CronJob', name: 'nightly-export', controller: true }] }));
  Object.assign(job, { spec: { template: { metadata: { labels: { job: 'export' } }, spec } }, status: { active: 1, startTime: '2026-06-01T08:00:00Z' } });
  const pod = c.put(
    c.meta('Pod', 'nightly-export-29000001-x7k2p', c.ns, {
      labels: { job: 'export' },
      ownerReferences: [{ kind: 'Job', name: 'nightly-export-29000001', controller: true }],
    }),
  );
  Object.assign(pod, {
    spec: { ...structuredClone(spec), nodeName: text(c.nodes[0], 'metadata.name') },
    status: {
      phase: 'Pending',
      conditions: [
        { type: 'Ready', status: 'False', reason: 'ContainersNotReady' },
        { type: 'PodScheduled', status: 'True' },
      ],
      containerStatuses: [{ name: 'export', image: 'x', ready: false, restartCount: 0, state }],
    },
  });
  for (const [reason, message] of events) c.say(pod, 'Warning', reason, message);
  return { cron, job, pod };
}

export const FOURTH_FAULTS_1: readonly Fault[] = [
  victimDown('image of an init container', 'image', 'incorrect-image-reference', (c, app) => {
    const image = 'registry.example.com/tools/migrate:v9.9.9';
    set(podSpec(app), 'initContainers', [{ name: 'migrate', image }]);
    breakPods(c, app, { init: true, waiting: 'ImagePullBackOff', message: `Back-off pulling image "${image}"`, phase: 'Pending' }, [
      ['Failed', notFound(image)],
      ['Failed', 'Error: ErrImagePull'],
    ]);
  }),
  victimDown('image of a side container', 'image', 'incorrect-image-reference', (c, app) => {
    beside(app, { image: 'registry.example.com/tools/exporter:latst' });
    breakPods(c, app, { container: 'exporter', waiting: 'ErrImagePull', message: notFound('registry.example.com/tools/exporter:latst'), phase: 'Pending' }, [
      ['Failed', notFound('registry.example.com/tools/exporter:latst')],
    ]);
  }),
  victimDown('image by a digest that is not there', 'image', 'incorrect-image-reference', (c, app) => {
    const image = `${text(main(app), 'image').split(':')[0] ?? ''}@sha256:9b2c6f0d7e1a4c5b8f3e2d1c0b9a8f7e6d5c4b3a29181706f5e4d3c2b1a09f8e`;
    set(main(app), 'image', image);
    pullFails(c, app, `Failed to pull image "${image}": rpc error: code = Unknown desc = manifest unknown: manifest unknown`);
  }),
  victimDown('kubelet pulls too many at once', 'image', 'image-registry-limit', (c, app) => {
    breakPods(c, app, { waiting: 'ErrImagePull', message: 'pull QPS exceeded', phase: 'Pending' }, [
      ['Failed', `Failed to pull image "${text(main(app), 'image')}": pull QPS exceeded`],
      ['Failed', 'Error: ErrImagePull'],
    ]);
  }),
  {
    kind: 'no space for the image on its node',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      const image = text(main(app), 'image');
      pullFails(
        c,
        app,
        `Failed to pull image "${image}": failed to extract layer sha256:aa01: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/77/fs/usr/lib/x.so: no space left on device`,
      );
      dependentsSuffer(c, app);
      const places = new Set(app.pods.map((p) => get(p, 'spec.nodeName')));
      return truth([app.object, ...c.nodes.filter((n) => places.has(text(n, 'metadata.name')))], 'disk-full', 'node-disk-pressure', 'node-disk-full');
    },
  },
  {
    kind: 'pull secret of the account is not there',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'serviceAccountName', `${app.name}-sa`);
      const account = c.put({ ...c.meta('ServiceAccount', `${app.name}-sa`, c.ns), imagePullSecrets: [{ name: 'registry-login' }] });
      const image = text(main(app), 'image');
      pullFails(c, app, `Failed to pull image "${image}": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized`);
      dependentsSuffer(c, app);
      return truth([account, app.object], 'missing-image-pull-secret');
    },
  },
  {
    kind: 'pull secret is of another type',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'imagePullSecrets', [{ name: 'regcred' }]);
      const secret = c.put({ ...c.meta('Secret', 'regcred', c.ns), type: 'Opaque', data: { username: 'Y2k=', password: 'eA==' } });
      const image = text(main(app), 'image');
      pullFails(
        c,
        app,
        `Failed to pull image "${image}": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
      );
      dependentsSuffer(c, app);
      return truth([app.object, secret], 'missing-image-pull-secret', 'secret-type-mismatch', 'missing-secret-key');
    },
  },
  victimDown('side container is killed for memory', 'limit', 'oom-killed', (c, app) => {
    beside(app, { resources: { limits: { memory: '24Mi' } } });
    breakPods(c, app, { container: 'exporter', waiting: 'CrashLoopBackOff', restarts: 9, ended: { exitCode: 137, reason: 'OOMKilled' } });
  }),
  victimDown('heap is larger than the limit', 'limit', ['oom-killed', 'memory-limit-too-low'], (c, app) => {
    add(main(app), 'env', { name: 'JAVA_TOOL_OPTIONS', value: '-Xms512m -Xmx1g' });
    crash(c, app, 137, [], 'OOMKilled');
  }),
  victimDown('key missing for a side container', 'reference', 'missing-config-key', (c, app) => {
    const map = c.put(c.meta('ConfigMap', 'exporter-settings', c.ns));
    map['data'] = { interval: '15s', target: 'localhost' };
    beside(app, { env: [{ name: 'INTERVAL', valueFrom: { configMapKeyRef: { name: 'exporter-settings', key: 'scrape_interval' } } }] });
    breakPods(c, app, {
      container: 'exporter',
      waiting: 'CreateContainerConfigError',
      message: `couldn't find key scrape_interval in ConfigMap ${c.ns}/exporter-settings`,
      phase: 'Pending',
    });
  }),
  victimDown('config map of an init container', 'reference', 'missing-config-map', (c, app) => {
    set(podSpec(app), 'initContainers', [{ name: 'prepare', image: 'busybox:1.36', envFrom: [{ configMapRef: { name: 'bootstrap' } }] }]);
    breakPods(c, app, { init: true, waiting: 'CreateContainerConfigError', message: 'configmap "bootstrap" not found', phase: 'Pending' }, [
      ['Failed', 'Error: configmap "bootstrap" not found'],
    ]);
  }),
  victimDown('projected secret lacks a key', 'reference', 'missing-secret-key', (c, app) => {
    const secret = c.put(c.meta('Secret', `${app.name}-certs`, c.ns));
    Object.assign(secret, { type: 'Opaque', data: { 'ca.pem': 'eA==', 'client.pem': 'eA==' } });
    add(podSpec(app), 'volumes', {
      name: 'certs',
      projected: { sources: [{ secret: { name: `${app.name}-certs`, items: [{ key: 'client-key.pem', path: 'key.pem' }] } }] },
    });
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
      ['FailedMount', 'MountVolume.SetUp failed for volume "certs" : references non-existent secret key: client-key.pem'],
    ]);
  }),
  {
    kind: 'image of a schedule',
    family: 'image',
    bring: (c) => {
      const image = 'registry.example.com/export:v2-rc';
      const { cron, job } = scheduled(c, { image }, { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } }, [
        ['Failed', notFound(image)],
      ]);
      return truth([cron, job], 'incorrect-image-reference');
    },
  },
  {
    kind: 'secret of a schedule',
    family: 'reference',
    bring: (c) => {
      const { cron, job } = scheduled(
        c,
        { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'export-token', key: 'token' } } }] },
        { waiting: { reason: 'CreateContainerConfigError', message: 'secret "export-token" not found' } },
        [['Failed', 'Error: secret "export-token" not found']],
      );
      return truth([cron, job], 'missing-secret');
    },
  },
  {
    kind: 'jobs of a schedule are refused by a quota',
    family: 'admission',
    bring: (c) => {
      const { cron, job, pod } = scheduled(c, {}, {}, []);
      for (const o of [job, pod]) c.drop(o);
      cron['status'] = { lastScheduleTime: '2026-06-01T06:00:00Z' };
      const quota = c.put(c.meta('ResourceQuota', 'object-counts', c.ns));
      Object.assign(quota, { spec: { hard: { 'count/jobs.batch': '5' } }, status: { hard: { 'count/jobs.batch': '5' }, used: { 'count/jobs.batch': '5' } } });
      c.say(
        cron,
        'Warning',
        'FailedCreate',
        'Error creating job: jobs.batch "nightly-export-29000002" is forbidden: exceeded quota: object-counts, requested: count/jobs.batch=1, used: count/jobs.batch=5, limited: count/jobs.batch=5',
      );
      return truth(quota, 'object-quota-exceeded', 'job-quota-exceeded');
    },
  },
  {
    kind: 'job is killed for memory',
    family: 'limit',
    bring: (c) => {
      const on = c.put(c.meta('Job', 'monthly-report', c.ns));
      const spec = {
        restartPolicy: 'Never',
        containers: [{ name: 'report', image: 'registry.example.com/report:v1', resources: { limits: { memory: '128Mi' } } }],
      };
      Object.assign(on, {
        spec: { backoffLimit: 2, template: { metadata: { labels: { job: 'report' } }, spec } },
        status: {
          failed: 3,
          conditions: [
            {
              type: 'Failed',
              status: 'True',
              reason: 'BackoffLimitExceeded',
              message: 'Job has reached the specified backoff limit',
              lastTransitionTime: '2026-06-01T08:05:00Z',
            },
          ],
        },
      });
      const pod = c.put(
        c.meta('Pod', 'monthly-report-b4xqz', c.ns, {
          labels: { job: 'report' },
          ownerReferences: [{ kind: 'Job', name: 'monthly-report', controller: true }],
        }),
      );
      Object.assign(pod, {
        spec: { ...structuredClone(spec), nodeName: text(c.nodes[0], 'metadata.name') },
        status: {
          phase: 'Failed',
          conditions: [{ type: 'Ready', status: 'False', reason: 'PodFailed' }],
          containerStatuses: [
            {
              name: 'report',
              image: 'x',
              ready: false,
              restartCount: 0,
              state: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-06-01T08:04:00Z' } },
            },
          ],
        },
      });
      return truth(on, 'oom-killed');
    },
  },
];
