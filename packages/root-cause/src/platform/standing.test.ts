// What stands about on every platform and is nobody's fault: by itself it is not called found, and beside a fault it does not come first.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { evidenceOf, healthy, tree, type Tree } from '../testing/small-platform.ts';

const LONG_AGO = '2026-04-01T00:00:00Z';
const NOW = '2026-06-01T08:00:00Z';
type Put = (rows: Tree[], of: (entity: string) => Tree) => void;
const set = (at: Tree, values: object): void => void Object.assign(at, structuredClone(values));
const part = (at: Tree, ...path: (string | number)[]): Tree => path.reduce<Tree>((here, key) => here[key] ?? tree({}), at);
const container = (row: Tree): Tree => part(row, 'spec', 'template', 'spec', 'containers', 0);
const STORE_POD = 'pod/store-7d9f8b6c5-abcde';
const put =
  (...objects: object[]): Put =>
  (rows) =>
    void rows.push(...objects.map(tree));
const ended = (how: object, more: object = {}): object => ({
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'store', ready: true, restartCount: 3, state: { running: {} }, lastState: { terminated: how }, ...more }],
  },
});
const pod = (name: string, namespace: string, status: object, more: object = {}): object => ({
  entity: `pod/${name}`,
  kind: 'Pod',
  namespace,
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: 'main', image: 'example/tool:1' }], nodeName: 'n1' },
  status,
  ...more,
});

const ODDITIES: readonly (readonly [what: string, Put])[] = [
  ['killed for memory a month ago, and well since', (_, of) => set(of(STORE_POD), ended({ reason: 'OOMKilled', exitCode: 137, finishedAt: LONG_AGO }))],
  [
    'restarted an hour ago by its probe, and well since',
    (_, of) => {
      set(of(STORE_POD), ended({ reason: 'Error', exitCode: 137, finishedAt: '2026-06-01T06:55:00Z' }));
      set(of(STORE_POD), {
        events: [{ type: 'Warning', reason: 'Unhealthy', message: 'Liveness probe failed: context deadline exceeded', lastTimestamp: '2026-06-01T07:05:00Z' }],
      });
    },
  ],
  [
    'paused, with nothing to roll out',
    (_, of) => {
      set(part(of('deployment/store'), 'spec'), { paused: true });
      set(part(of('deployment/store'), 'status'), { updatedReplicas: 1 });
    },
  ],
  [
    'a copy that was evicted, beside those that are wanted',
    put(pod('store-7d9f8b6c5-zzzzz', 'shop', { phase: 'Failed', reason: 'Evicted', startTime: LONG_AGO }, { metadata: { labels: { app: 'store' } } })),
  ],
  [
    'a job that failed in spring',
    put({
      entity: 'job/migrate',
      kind: 'Job',
      namespace: 'shop',
      spec: { template: { spec: { containers: [] } } },
      status: { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', lastTransitionTime: LONG_AGO }] },
    }),
  ],
  [
    'a pod of another team that cannot fetch its image',
    put(
      pod('scanner', 'security', {
        phase: 'Pending',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [{ name: 'main', ready: false, restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } }],
      }),
    ),
  ],
  [
    'a part of the platform that has ended thousands of times',
    put(
      pod('detector', 'kube-system', {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [
          {
            name: 'main',
            ready: false,
            restartCount: 4103,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 2, finishedAt: NOW } },
          },
        ],
      }),
    ),
  ],
  [
    'an autoscaler that never had metrics',
    put({
      entity: 'hpa/store',
      kind: 'HorizontalPodAutoscaler',
      namespace: 'shop',
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'store' }, maxReplicas: 3 },
      status: { conditions: [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetExternalMetric', lastTransitionTime: LONG_AGO }] },
    }),
  ],
  [
    'a claim that waits for its first user',
    put(
      { entity: 'storageclass/late', kind: 'StorageClass', provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
      {
        entity: 'pvc/scratch',
        kind: 'PersistentVolumeClaim',
        namespace: 'shop',
        spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'] },
        status: { phase: 'Pending' },
      },
    ),
  ],
  [
    'a service for a canary that has gone',
    put({
      entity: 'service/store-canary',
      kind: 'Service',
      namespace: 'shop',
      spec: { selector: { app: 'store', track: 'canary' }, ports: [{ port: 80, targetPort: 5432 }] },
    }),
  ],
  [
    'a collector of traces that was never installed',
    (_, of) => set(part(container(of('deployment/store')), 'env'), { 1: { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector:4317' } }),
  ],
  [
    'a policy that denies all beside one that lets everybody in',
    put(
      { entity: 'networkpolicy/deny', kind: 'NetworkPolicy', namespace: 'shop', spec: { podSelector: {}, policyTypes: ['Ingress'] } },
      {
        entity: 'networkpolicy/same',
        kind: 'NetworkPolicy',
        namespace: 'shop',
        spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] },
      },
    ),
  ],
  [
    'a quota of another namespace that is used up',
    put({
      entity: 'resourcequota/ci',
      kind: 'ResourceQuota',
      namespace: 'ci',
      spec: { hard: { pods: '3' } },
      status: { hard: { pods: '3' }, used: { pods: '3' } },
    }),
  ],
  [
    'a node that had to collect images this morning',
    (_, of) =>
      set(of('node/n1'), {
        events: [{ type: 'Warning', reason: 'ImageGCFailed', message: 'failed to garbage collect', lastTimestamp: '2026-06-01T07:15:00Z' }],
      }),
  ],
  [
    'a side car with next to no processor',
    (_, of) =>
      set(part(of('deployment/store'), 'spec', 'template', 'spec', 'containers'), {
        1: { name: 'tail', image: 'busybox:1', resources: { limits: { cpu: '10m' } } },
      }),
  ],
  [
    'a preview that never finishes its deletion',
    put(
      { entity: 'namespace/shop', kind: 'Namespace', status: { phase: 'Active' } },
      { entity: 'namespace/pr-12', kind: 'Namespace', metadata: { deletionTimestamp: LONG_AGO }, status: { phase: 'Terminating' } },
    ),
  ],
  [
    'the same service in staging, which crashes',
    put(
      pod('store', 'staging', {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [
          {
            name: 'main',
            ready: false,
            restartCount: 9,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, finishedAt: NOW } },
          },
        ],
      }),
    ),
  ],
  [
    'a run that a schedule missed before one that came',
    put({
      entity: 'cronjob/warm',
      kind: 'CronJob',
      namespace: 'shop',
      spec: { schedule: '*/10 * * * *', jobTemplate: { spec: { template: { spec: { containers: [] } } } } },
      status: { lastSuccessfulTime: '2026-06-01T07:50:00Z' },
      events: [{ type: 'Warning', reason: 'MissSchedule', message: 'Missed scheduled time to start a job', lastTimestamp: '2026-06-01T07:20:00Z' }],
    }),
  ],
];

const platform = (change: Put): Tree[] => {
  const rows = healthy();
  const of = (entity: string): Tree => rows.find((row) => row['entity'] === tree(entity)) ?? tree({});
  // When the state was taken.
  set(part(of('node/n1'), 'status', 'conditions', 0), { lastHeartbeatTime: NOW });
  change(rows, of);
  return rows;
};

describe('what is nobody’s fault', () => {
  test.each(ODDITIES)('is not called found: %s', (_, change) => {
    const { verdict, because } = diagnose(evidenceOf(platform(change)));
    expect(verdict, because).not.toBe('found');
  });

  test.each(ODDITIES)('stands behind what is: %s', (_, change) => {
    const rows = platform((all, of) => {
      change(all, of);
      set(part(of('service/cart'), 'spec'), { selector: { app: 'crat' } });
    });
    const { verdict, hypotheses } = diagnose(evidenceOf(rows));
    expect([verdict, hypotheses[0]?.entity, hypotheses[0]?.cause]).toEqual(['found', 'service/cart', 'service-selector-mismatch']);
  });
});

test('the same states of a moment ago are what happens now', () => {
  const killed = platform((_, of) => {
    set(of(STORE_POD), ended({ reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-06-01T07:58:00Z' }));
  });
  expect(diagnose(evidenceOf(killed)).hypotheses[0]).toMatchObject({ entity: 'deployment/store', cause: 'oom-killed' });
});

test('an incident whose time is of another clock makes nothing old: what was killed two minutes before the state was taken is new', () => {
  const killed = platform((_, of) => set(of(STORE_POD), ended({ reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-06-01T07:58:00Z' })));
  const evidence = evidenceOf(killed);
  // Eight hours, as by a time that is written without its zone.
  const { verdict, hypotheses } = diagnose({ ...evidence, symptom: { ...evidence.symptom, at: Date.parse('2026-06-01T16:00:00Z') } });
  expect([verdict, hypotheses[0]?.cause]).toEqual(['found', 'oom-killed']);
});

test('what began with the incident is new, however long after it the state was taken', () => {
  const killed = platform((_, of) => set(of(STORE_POD), ended({ reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-05-31T20:05:00Z' }, { ready: false })));
  const evidence = evidenceOf(killed);
  const at = (iso: string) => diagnose({ ...evidence, symptom: { ...evidence.symptom, at: Date.parse(iso) } });
  expect([at('2026-05-31T20:10:00Z').verdict, at('2026-06-01T08:00:00Z').verdict]).toEqual(['found', 'ambiguous']);
});

test('where nobody says when it was, and nothing is hurt but what has been so for long, that is what is asked about', () => {
  const killed = platform((_, of) => set(of(STORE_POD), ended({ reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-05-20T20:05:00Z' }, { ready: false })));
  for (const row of killed.filter((one) => one['entity'] === tree(STORE_POD)))
    set(part(row, 'status', 'conditions', 0), { status: 'False', lastTransitionTime: '2026-05-20T20:05:00Z' });
  expect(diagnose(evidenceOf(killed))).toMatchObject({ verdict: 'found', hypotheses: [{ entity: 'deployment/store', cause: 'oom-killed' }] });
});

test('a claim that a set makes for each copy has a user, though no template names it', () => {
  const rows = platform((all, of) => {
    set(of('pvc/store-data'), { status: { phase: 'Bound' } });
    all.push(
      ...[
        { entity: 'storageclass/late', kind: 'StorageClass', provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
        {
          entity: 'statefulset/index',
          kind: 'StatefulSet',
          namespace: 'shop',
          spec: { replicas: 1, template: { spec: { containers: [] } }, volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
          status: { replicas: 1, readyReplicas: 0 },
        },
        {
          entity: 'pvc/data-index-0',
          kind: 'PersistentVolumeClaim',
          namespace: 'shop',
          spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'] },
          status: { phase: 'Pending' },
        },
      ].map(tree),
    );
  });
  expect(diagnose(evidenceOf(rows)).hypotheses.map((h) => h.entity)).toContain('pvc/data-index-0');
});
