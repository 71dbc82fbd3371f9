// The sixth list: quotas and limits.
import type { App, Cluster } from './cluster.ts';
import { crash, dependentsSuffer, main, podSpec, uncreated } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { quota } from './makers.ts';
import { recorded } from './suite.ts';
import { set, text, type Obj } from './tree.ts';
import { batch, stateful } from './workloads.ts';

const claimOf = (c: Cluster, app: App): { pvc: Obj; pv: Obj } => {
  const pvc = c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {};
  return { pvc, pv: c.find('PersistentVolume', text(pvc, 'spec.volumeName')) ?? {} };
};
export const SIXTH_FAULTS_10: readonly Fault[] = recorded([
  quota('requests.memory', '64Mi', '990Mi', '1Gi', 'memory-quota-exceeded'),
  quota('limits.cpu', '300m', '1900m', '2', 'cpu-quota-exceeded'),
  quota('pods', '1', '10', '10', 'pod-quota-exceeded'),
  {
    kind: 'claim of a stateful set is over the quota',
    family: 'admission',
    bring: (c) => {
      const app = c.victim('store');
      const on = c.find('ResourceQuota') ?? {};
      for (const at of ['spec.hard', 'status.hard']) set(on, [...at.split('.'), 'requests.storage'], '10Gi');
      set(on, ['status', 'used', 'requests.storage'], '8Gi');
      stateful(c, app);
      const { pvc, pv } = claimOf(c, app);
      for (const o of [pvc, pv]) c.drop(o);
      set(podSpec(app), 'volumes', undefined);
      set(app.object, 'spec.volumeClaimTemplates', [
        { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', resources: { requests: { storage: '5Gi' } } } },
      ]);
      uncreated(
        c,
        app,
        `failed to create PVC data-${app.name}-0: persistentvolumeclaims "data-${app.name}-0" is forbidden: exceeded quota: ${text(on, 'metadata.name')}, requested: requests.storage=5Gi, used: requests.storage=8Gi, limited: requests.storage=10Gi`,
      );
      dependentsSuffer(c, app);
      return truth(on, 'storage-quota-exceeded');
    },
  },
  {
    kind: 'quota wants limits and it has none',
    family: 'admission',
    bring: (c) => {
      const app = c.victim();
      const on = c.find('ResourceQuota') ?? {};
      set(on, ['spec', 'hard', 'limits.memory'], '8Gi');
      set(main(app), 'resources', {});
      uncreated(
        c,
        app,
        `pods "${c.podName(app)}" is forbidden: failed quota: ${text(on, 'metadata.name')}: must specify limits.memory for: ${text(main(app), 'name')}; requests.cpu for: ${text(main(app), 'name')}`,
      );
      dependentsSuffer(c, app);
      return truth([app.object, on], 'quota-needs-limits');
    },
  },
  {
    kind: 'limit range allows less',
    family: 'admission',
    bring: (c) => {
      const app = c.victim();
      const on = c.put({
        ...c.meta('LimitRange', 'mem-limits', c.ns),
        spec: { limits: [{ type: 'Container', max: { memory: '128Mi' }, min: { memory: '16Mi' } }] },
      });
      uncreated(c, app, `pods "${c.podName(app)}" is forbidden: maximum memory usage per Container is 128Mi, but limit is 256Mi`);
      dependentsSuffer(c, app);
      return truth([app.object, on], 'limit-range-violated');
    },
  },
  {
    kind: 'default of a limit range is too little',
    family: 'limit',
    bring: (c) => {
      const app = c.victim();
      const on = c.put({
        ...c.meta('LimitRange', 'defaults', c.ns),
        spec: { limits: [{ type: 'Container', default: { memory: '24Mi' }, defaultRequest: { memory: '12Mi' } }] },
      });
      set(main(app), 'resources', {});
      crash(c, app, 137, [], 'OOMKilled');
      for (const pod of app.pods) {
        set(pod, 'spec.containers.0.resources', { limits: { memory: '24Mi' }, requests: { memory: '12Mi' } });
        set(
          pod,
          ['metadata', 'annotations', 'kubernetes.io/limit-ranger'],
          'LimitRanger plugin set: memory request for container main; memory limit for container main',
        );
      }
      dependentsSuffer(c, app);
      return truth([app.object, on], 'oom-killed', 'memory-limit-too-low');
    },
  },
  {
    kind: 'schedule has no place for its job in the quota',
    family: 'admission',
    bring: (c) => {
      const { cron, job, pod } = batch(c, { name: 'cleanup', cron: {}, phase: 'Pending', state: {} });
      c.drop(pod);
      const on = c.find('ResourceQuota') ?? {};
      for (const at of ['spec.hard', 'status.hard']) set(on, [...at.split('.'), 'pods'], '41');
      job['status'] = { startTime: '2026-06-01T08:00:00Z' };
      c.say(
        job,
        'Warning',
        'FailedCreate',
        `Error creating: pods "${text(job, 'metadata.name')}-k2p9x" is forbidden: exceeded quota: ${text(on, 'metadata.name')}, requested: pods=1, used: pods=41, limited: pods=41`,
      );
      return truth(cron === null ? [] : [on], 'pod-quota-exceeded');
    },
  },
]);
