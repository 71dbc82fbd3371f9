// A third list of what is nobody's fault, written after the rules had been mended for the second, and measured before any of it was looked at.
import { bystander, container, LONG_AGO, lonePod, on, workload, type Oddity } from './oddity.ts';
import { add, listAt, set, text } from './tree.ts';

export const THIRD_ODDITIES: Readonly<Record<string, Oddity>> = {
  'a preview that never finishes its deletion': (c) => {
    const space = c.put(c.meta('Namespace', 'pr-1234', null, { deletionTimestamp: LONG_AGO }));
    Object.assign(space, {
      spec: { finalizers: ['kubernetes'] },
      status: {
        phase: 'Terminating',
        conditions: [{ type: 'NamespaceContentRemaining', status: 'True', reason: 'SomeResourcesRemain', lastTransitionTime: LONG_AGO }],
      },
    });
  },
  'the same application in staging, which crashes': (c, spared) => {
    const app = bystander(c, spared);
    if (app === undefined) return;
    const labels = app.labels;
    if (c.find('Namespace', 'staging') === undefined) set(c.put(c.meta('Namespace', 'staging', null)), 'status.phase', 'Active');
    const made = workload(
      c,
      'Deployment',
      app.name,
      { replicas: 1, selector: { matchLabels: labels } },
      { replicas: 1, readyReplicas: 0, observedGeneration: 4 },
      'staging',
    );
    set(made, 'spec.template.metadata.labels', labels);
    const pod = lonePod(
      c,
      `${app.name}-6c9d8b7f5-qwert`,
      {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [
          {
            name: 'main',
            ready: false,
            restartCount: 12,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-06-01T08:06:00Z' } },
          },
        ],
      },
      'staging',
      made,
      labels,
    );
    c.say(pod, 'Warning', 'BackOff', `Back-off restarting failed container main in pod ${text(pod, 'metadata.name')}`, 60, 40);
  },
  'a pod that waited for room, and has it': on((c, app) => {
    if (app.pods[0])
      c.say(app.pods[0], 'Warning', 'FailedScheduling', '0/4 nodes are available: 4 Insufficient cpu. preemption: 0/4 nodes are available', 1500, 3);
  }),
  'a budget for nobody': (c) => {
    const budget = c.put(c.meta('PodDisruptionBudget', 'old-batch', c.ns));
    Object.assign(budget, {
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'old-batch' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 1, expectedPods: 0 },
    });
  },
  'volumes that were let go': (c) => {
    for (const phase of ['Released', 'Failed']) {
      const volume = c.put(c.meta('PersistentVolume', `pv-${phase.toLowerCase()}`, null));
      Object.assign(volume, {
        spec: {
          accessModes: ['ReadWriteOnce'],
          capacity: { storage: '5Gi' },
          storageClassName: 'standard',
          claimRef: { kind: 'PersistentVolumeClaim', name: 'gone', namespace: 'pr-99' },
          hostPath: { path: '/opt/x' },
        },
        status: { phase, ...(phase === 'Failed' ? { reason: 'Error', message: 'host_path deleter only supports /tmp/.+ but received provided /opt/x' } : {}) },
      });
    }
  },
  'a node that was not ready two hours ago': (c) => {
    const node = c.random.pick(c.nodes);
    for (const condition of listAt(node, 'status.conditions'))
      if (condition['type'] === 'Ready' && condition['status'] === 'True') condition['lastTransitionTime'] = '2026-06-01T06:05:00Z';
  },
  'a resource of an operator that is degraded since spring': (c) => {
    const made = c.put(c.meta('Backup', 'weekly', c.ns));
    Object.assign(made, {
      spec: { schedule: '0 2 * * 0' },
      status: {
        conditions: [{ type: 'Degraded', status: 'True', reason: 'BucketMissing', message: 'bucket backups-old does not exist', lastTransitionTime: LONG_AGO }],
      },
    });
  },
  'a run that a schedule missed once': (c) => {
    const schedule = c.put(c.meta('CronJob', 'warm-cache', c.ns));
    Object.assign(schedule, {
      spec: {
        schedule: '*/10 * * * *',
        jobTemplate: { spec: { template: { spec: { containers: [{ name: 'main', image: 'busybox:1.36' }], restartPolicy: 'OnFailure' } } } },
      },
      status: { lastScheduleTime: '2026-06-01T08:00:00Z', lastSuccessfulTime: '2026-06-01T08:00:20Z' },
    });
    c.say(schedule, 'Warning', 'MissSchedule', 'Missed scheduled time to start a job: Mon, 01 Jun 2026 07:20:00 UTC', 2900, 1);
  },
  'a first container that failed once on its way up': on((_, app) => {
    for (const pod of app.pods) {
      add(pod, 'spec.initContainers', { name: 'migrate', image: 'registry.example.com/migrate:v1' });
      add(pod, 'status.initContainerStatuses', {
        name: 'migrate',
        ready: true,
        restartCount: 2,
        state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: '2026-05-03T08:00:00Z' } },
      });
    }
    add(app.object, 'spec.template.spec.initContainers', { name: 'migrate', image: 'registry.example.com/migrate:v1' });
  }),
  'a quota that is nearly used': (c) => {
    const quota = c.put(c.meta('ResourceQuota', 'objects', c.ns));
    Object.assign(quota, { spec: { hard: { configmaps: '60' } }, status: { hard: { configmaps: '60' }, used: { configmaps: '59' } } });
  },
  'a variable for a data base that came later': on((_, app) => {
    add(container(app), 'env', { name: 'LEGACY_DB_HOST', value: 'oracle.corp.example.com:1521' });
  }),
  'endpoints of a service that is not there any more': (c) => {
    set(c.put(c.meta('Endpoints', 'monolith', c.ns)), 'subsets', [{ notReadyAddresses: [{ ip: '10.244.9.9' }], ports: [{ port: 80 }] }]);
  },
};
