// The sixth list: volumes.
import type { App, Cluster } from './cluster.ts';
import { breakPods, crash, dependentsSuffer, main, podSpec, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { tail, victimDown } from './makers.ts';
import { recorded } from './suite.ts';
import { add, get, set, text, type Obj } from './tree.ts';
import { stateful } from './workloads.ts';

const all = (n: number, why: string): string => `0/${n} nodes are available: ${n} ${why}.${tail(n)}`;
const claimOf = (c: Cluster, app: App): { pvc: Obj; pv: Obj } => {
  const pvc = c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {};
  return { pvc, pv: c.find('PersistentVolume', text(pvc, 'spec.volumeName')) ?? {} };
};
/** A claim of a store that is not bound. */
const unbound = (kind: string, causes: string[], change: (c: Cluster, pvc: Obj, pv: Obj, app: App) => [string, string, string]): Fault => ({
  kind,
  family: 'storage',
  bring: (c) => {
    const app = c.victim('store');
    const { pvc, pv } = claimOf(c, app);
    pvc['status'] = { phase: 'Pending' };
    const [type, reason, message] = change(c, pvc, pv, app);
    c.say(pvc, type === 'Warning' ? 'Warning' : 'Normal', reason, message);
    unscheduled(c, app, `0/${c.nodes.length} nodes are available: pod has unbound immediate PersistentVolumeClaims.${tail(c.nodes.length)}`);
    dependentsSuffer(c, app);
    return truth([pvc, app.object], ...causes);
  },
});
/** Volumes made by hand, as benchmarks do it. */
function byHand(pvc: Obj, pv: Obj): void {
  set(pv, 'spec.claimRef', undefined);
  pv['status'] = { phase: 'Available' };
  set(pvc, 'spec.volumeName', undefined);
  for (const o of [pvc, pv]) set(o, 'spec.storageClassName', 'local-storage');
}
const notMounted = (kind: string, causes: string[], bring: (c: Cluster, app: App) => [string, string][]): Fault => ({
  kind,
  family: 'storage',
  bring: (c) => {
    const app = c.victim('store');
    const events = bring(c, app);
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, events);
    dependentsSuffer(c, app);
    return truth(app.object, ...causes);
  },
});

export const SIXTH_FAULTS_13: readonly Fault[] = recorded([
  unbound('class of the claim is not there', ['storage-class-mismatch', 'missing-storage-class'], (_, pvc, pv) => {
    byHand(pvc, pv);
    set(pvc, 'spec.storageClassName', 'fast-ssd');
    return ['Warning', 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast-ssd" not found'];
  }),
  unbound('claim asks for more than the volume has', ['volume-capacity-mismatch'], (_, pvc, pv) => {
    byHand(pvc, pv);
    set(pvc, 'spec.resources.requests.storage', '100Gi');
    return ['Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set'];
  }),
  unbound('claim asks for another access', ['access-mode-mismatch'], (_, pvc, pv) => {
    byHand(pvc, pv);
    set(pvc, 'spec.accessModes', ['ReadWriteMany']);
    return ['Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set'];
  }),
  unbound('claim asks for other labels', ['volume-selector-mismatch'], (_, pvc, pv) => {
    byHand(pvc, pv);
    set(pv, 'metadata.labels', { tier: 'gold' });
    set(pvc, 'spec.selector', { matchLabels: { tier: 'platinum' } });
    return ['Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set'];
  }),
  unbound('volume belongs to another claim', ['volume-already-bound'], (c, _claim, pv) => {
    set(pv, 'spec.claimRef', { kind: 'PersistentVolumeClaim', name: 'old-data', namespace: c.ns });
    pv['status'] = { phase: 'Released' };
    return ['Warning', 'FailedBinding', `volume "${text(pv, 'metadata.name')}" already bound to a different claim.`];
  }),
  victimDown('claim that is not there', 'storage', 'missing-volume-claim', (c, app) => {
    add(podSpec(app), 'volumes', { name: 'uploads', persistentVolumeClaim: { claimName: `${app.name}-uploads` } });
    add(main(app), 'volumeMounts', { name: 'uploads', mountPath: '/uploads' });
    unscheduled(c, app, `0/${c.nodes.length} nodes are available: persistentvolumeclaim "${app.name}-uploads" not found.${tail(c.nodes.length)}`);
  }),
  {
    kind: 'claim template of a stateful set has another class',
    family: 'storage',
    bring: (c) => {
      const app = stateful(c, c.victim());
      set(app.object, 'spec.volumeClaimTemplates', [
        { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'premium-rwo', resources: { requests: { storage: '1Gi' } } } },
      ]);
      const claims = app.pods.map((pod) => {
        const pvc = c.put(c.meta('PersistentVolumeClaim', `data-${text(pod, 'metadata.name')}`, c.ns, { labels: app.labels }));
        Object.assign(pvc, {
          spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'premium-rwo', resources: { requests: { storage: '1Gi' } } },
          status: { phase: 'Pending' },
        });
        c.say(pvc, 'Warning', 'ProvisioningFailed', 'storageclass.storage.k8s.io "premium-rwo" not found');
        return pvc;
      });
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: pod has unbound immediate PersistentVolumeClaims.${tail(c.nodes.length)}`);
      for (const pod of app.pods) add(pod, 'spec.volumes', { name: 'data', persistentVolumeClaim: { claimName: `data-${text(pod, 'metadata.name')}` } });
      dependentsSuffer(c, app);
      return truth([app.object, ...claims], 'storage-class-mismatch', 'missing-storage-class');
    },
  },
  {
    kind: 'volume is on a node that is not there',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      const { pvc, pv } = claimOf(c, app);
      set(pv, 'spec.nodeAffinity', {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['worker-old'] }] }] },
      });
      unscheduled(c, app, all(c.nodes.length, 'node(s) had volume node affinity conflict'));
      dependentsSuffer(c, app);
      return truth([pv, pvc, app.object], 'volume-node-conflict');
    },
  },
  notMounted('volume is still at another node', ['volume-multi-attach'], (_, app) => [
    ['FailedAttachVolume', `Multi-Attach error for volume "pvc-${app.role}" Volume is already used by pod(s) ${app.name}-old`],
    [
      'FailedMount',
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data kube-api-access-x7]: timed out waiting for the condition',
    ],
  ]),
  notMounted('folder of the node is not there', ['volume-path-missing'], (_, app) => {
    add(podSpec(app), 'volumes', { name: 'host', hostPath: { path: '/mnt/fast/data', type: 'Directory' } });
    return [['FailedMount', 'MountVolume.SetUp failed for volume "host" : hostPath type check failed: /mnt/fast/data is not a directory']];
  }),
  {
    kind: 'database may not write to its volume',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      set(podSpec(app), 'securityContext', { runAsUser: 1001, runAsNonRoot: true });
      crash(c, app, 1, [], 'Error', "mkdir: cannot create directory '/data/db': Permission denied");
      dependentsSuffer(c, app);
      return truth(app.object, 'volume-permission-denied');
    },
  },
  {
    kind: 'two copies want one volume',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      if (get(app.object, 'kind') !== 'Deployment') return truth([], 'none');
      set(app.object, 'spec.replicas', 2);
      if (app.set !== null) set(app.set, 'spec.replicas', 2);
      const first = app.pods;
      app.pods = [c.pod(app, 1)];
      const other = c.nodes.find((n) => text(n, 'metadata.name') !== text(first[0], 'spec.nodeName'));
      for (const pod of app.pods) set(pod, 'spec.nodeName', text(other, 'metadata.name'));
      breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
        [
          'FailedAttachVolume',
          `Multi-Attach error for volume "${text(claimOf(c, app).pvc, 'spec.volumeName')}" Volume is already used by pod(s) ${text(first[0], 'metadata.name')}`,
        ],
      ]);
      app.pods = [...first, ...app.pods];
      c.route(app);
      return truth([app.object, claimOf(c, app).pvc], 'volume-multi-attach');
    },
  },
]);
