// A fourth list of kinds: storage and sets. Written before any rule was touched for them.
import type { Cluster } from './cluster.ts';
import { breakPods, crash, dependentsSuffer, main, podSpec, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { tail, victimDown } from './makers.ts';
import { add, set, text, type Obj } from './tree.ts';

const unbound = (n: number): string => `0/${n} nodes are available: pod has unbound immediate PersistentVolumeClaims.${tail(n)}`;
/** A set of one copy that nobody calls, with its pod. */
function set1(c: Cluster, name: string, spec: Obj, status: Obj, more: Obj = {}): { on: Obj; pod: Obj } {
  const labels = { app: name };
  const on = c.put(c.meta('StatefulSet', name, c.ns, { labels }));
  Object.assign(on, {
    spec: { replicas: 1, serviceName: name, selector: { matchLabels: labels }, template: { metadata: { labels }, spec }, ...more },
    status: { replicas: 1 },
  });
  const pod = c.put(c.meta('Pod', `${name}-0`, c.ns, { labels, ownerReferences: [{ kind: 'StatefulSet', name, controller: true }] }));
  Object.assign(pod, { spec: structuredClone(spec), status });
  return { on, pod };
}
const pending = (message: string): Obj => ({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] });

export const FOURTH_FAULTS_5: readonly Fault[] = [
  {
    kind: 'claims that a set makes ask for a class that is not there',
    family: 'storage',
    bring: (c) => {
      const says = unbound(c.nodes.length);
      const container = { name: 'queue', image: 'registry.example.com/queue:v3', volumeMounts: [{ name: 'log', mountPath: '/log' }] };
      const template = {
        metadata: { name: 'log' },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast-ssd', resources: { requests: { storage: '10Gi' } } },
      };
      const { on, pod } = set1(
        c,
        'queue',
        { containers: [container], volumes: [{ name: 'log', persistentVolumeClaim: { claimName: 'log-queue-0' } }] },
        pending(says),
        { volumeClaimTemplates: [template] },
      );
      const claim = c.put(c.meta('PersistentVolumeClaim', 'log-queue-0', c.ns));
      Object.assign(claim, { spec: template.spec, status: { phase: 'Pending' } });
      c.say(claim, 'Warning', 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast-ssd" not found');
      c.say(pod, 'Warning', 'FailedScheduling', says);
      return truth([claim, on], 'storage-class-mismatch');
    },
  },
  {
    kind: 'volume of the pod alone is of a class that is not there',
    family: 'storage',
    bring: (c) => {
      const app = c.victim();
      const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'scratch', resources: { requests: { storage: '1Gi' } } };
      add(podSpec(app), 'volumes', { name: 'work', ephemeral: { volumeClaimTemplate: { spec } } });
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim.`);
      const claims = app.pods.map((pod) => {
        const claim = c.put(
          c.meta('PersistentVolumeClaim', `${text(pod, 'metadata.name')}-work`, c.ns, {
            ownerReferences: [{ kind: 'Pod', name: text(pod, 'metadata.name'), controller: true }],
          }),
        );
        Object.assign(claim, { spec, status: { phase: 'Pending' } });
        c.say(claim, 'Warning', 'ProvisioningFailed', 'storageclass.storage.k8s.io "scratch" not found');
        return claim;
      });
      dependentsSuffer(c, app);
      return truth([app.object, ...claims], 'storage-class-mismatch');
    },
  },
  {
    kind: 'claim of a set is over the limit of the namespace',
    family: 'admission',
    bring: (c) => {
      const container = { name: 'index', image: 'registry.example.com/index:v3' };
      const { on, pod } = set1(
        c,
        'index',
        { containers: [container] },
        {},
        {
          volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '50Gi' } } } }],
        },
      );
      c.drop(pod);
      on['status'] = { replicas: 0 };
      const range = c.put(c.meta('LimitRange', 'storage-limits', c.ns));
      range['spec'] = { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '20Gi' } }] };
      c.say(
        on,
        'Warning',
        'FailedCreate',
        'create Pod index-0 in StatefulSet index failed error: failed to create PVC data-index-0: persistentvolumeclaims "data-index-0" is forbidden: maximum storage usage per PersistentVolumeClaim is 20Gi, but request is 50Gi',
      );
      return truth([on, range], 'limit-range-violated');
    },
  },
  {
    kind: 'claim cannot grow',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      const on = c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {};
      set(on, 'spec.resources.requests.storage', '20Gi');
      on['status'] = {
        phase: 'Bound',
        capacity: { storage: '5Gi' },
        conditions: [{ type: 'Resizing', status: 'True', lastTransitionTime: '2026-06-01T07:50:00Z' }],
      };
      c.say(on, 'Warning', 'VolumeResizeFailed', 'resize volume failed: rpc error: code = Unimplemented desc = expansion is not supported by the driver');
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'could not extend file: No space left on device' });
      dependentsSuffer(c, app);
      return truth(on, 'volume-resize-failed', 'disk-full');
    },
  },
  {
    kind: 'class makes no volumes of that mode',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      const on = c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {};
      Object.assign(on['spec'] as Obj, { volumeName: undefined, accessModes: ['ReadWriteMany'] });
      on['status'] = { phase: 'Pending' };
      c.say(
        on,
        'Warning',
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "standard": NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes',
      );
      unscheduled(c, app, unbound(c.nodes.length));
      dependentsSuffer(c, app);
      return truth([on, app.object], 'access-mode-mismatch');
    },
  },
  victimDown('claim is for one pod only', 'storage', ['access-mode-mismatch', 'volume-multi-attach', 'volume-in-use'], (c, app) => {
    const claim = c.put(c.meta('PersistentVolumeClaim', 'shared-assets', c.ns));
    Object.assign(claim, { spec: { accessModes: ['ReadWriteOncePod'], storageClassName: 'standard', volumeName: 'pv-assets' }, status: { phase: 'Bound' } });
    add(podSpec(app), 'volumes', { name: 'assets', persistentVolumeClaim: { claimName: 'shared-assets' } });
    const n = c.nodes.length;
    unscheduled(
      c,
      app,
      `0/${n} nodes are available: 1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.${tail(n)}`,
    );
  }),
  victimDown('server of the shared files is out of reach', 'storage', ['volume-mount-failed', 'volume-server-unreachable'], (c, app) => {
    add(podSpec(app), 'volumes', { name: 'media', nfs: { server: '10.20.0.9', path: '/exports/media' } });
    add(main(app), 'volumeMounts', { name: 'media', mountPath: '/media' });
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
      [
        'FailedMount',
        'MountVolume.SetUp failed for volume "media" : mount failed: exit status 32 Mounting command: mount Mounting arguments: -t nfs 10.20.0.9:/exports/media /var/lib/kubelet/pods/x/volumes/kubernetes.io~nfs/media Output: mount.nfs: Connection timed out',
      ],
    ]);
  }),
  victimDown(
    'nodes have as many volumes as they may',
    'scheduling',
    ['volume-limit-exceeded', 'volume-capacity-exceeded', 'volume-count-exceeded'],
    (c, app) => {
      const n = c.nodes.length;
      unscheduled(c, app, `0/${n} nodes are available: ${n} node(s) exceed max volume count.${tail(n)}`);
    },
  ),
  victimDown('scratch space that no node has', 'scheduling', 'disk-capacity-exceeded', (c, app) => {
    set(main(app), 'resources.requests.ephemeral-storage', '900Gi');
    const n = c.nodes.length;
    unscheduled(c, app, `0/${n} nodes are available: ${n} Insufficient ephemeral-storage.${tail(n)}`);
  }),
  {
    kind: 'agent of each node asks for a label that no node has',
    family: 'scheduling',
    bring: (c) => {
      const on = c.put(c.meta('DaemonSet', 'log-agent', c.ns, { labels: { app: 'log-agent' } }));
      Object.assign(on, {
        spec: {
          selector: { matchLabels: { app: 'log-agent' } },
          template: {
            metadata: { labels: { app: 'log-agent' } },
            spec: { nodeSelector: { pool: 'general' }, containers: [{ name: 'agent', image: 'registry.example.com/agent:v1' }] },
          },
        },
        status: { desiredNumberScheduled: 0, currentNumberScheduled: 0, numberReady: 0, numberMisscheduled: 0 },
      });
      return truth(on, 'node-selector-mismatch');
    },
  },
  {
    kind: 'agent of each node asks for a port of the host that is taken',
    family: 'scheduling',
    bring: (c) => {
      const n = c.nodes.length;
      const spec = { containers: [{ name: 'agent', image: 'registry.example.com/agent:v1', ports: [{ containerPort: 9100, hostPort: 9100 }] }] };
      const on = c.put(c.meta('DaemonSet', 'node-metrics', c.ns, { labels: { app: 'node-metrics' } }));
      Object.assign(on, {
        spec: { selector: { matchLabels: { app: 'node-metrics' } }, template: { metadata: { labels: { app: 'node-metrics' } }, spec } },
        status: { desiredNumberScheduled: n, currentNumberScheduled: n, numberReady: 0, numberUnavailable: n },
      });
      const says = `0/${n} nodes are available: 1 node(s) didn't have free ports for the requested pod ports.${tail(n)}`;
      for (let i = 0; i < n; i += 1) {
        const pod = c.put(
          c.meta('Pod', `node-metrics-${c.random.word(5)}`, c.ns, {
            labels: { app: 'node-metrics' },
            ownerReferences: [{ kind: 'DaemonSet', name: 'node-metrics', controller: true }],
          }),
        );
        Object.assign(pod, { spec: structuredClone(spec), status: pending(says) });
        c.say(pod, 'Warning', 'FailedScheduling', says);
      }
      return truth(on, 'host-port-conflict');
    },
  },
];
