// A third list of kinds, written after the rules had been mended for the second, and measured before any of them was looked at.
import { breakPods, crash, dependentsSuffer, main, notReady, podSpec, rollOut, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, victimDown } from './makers.ts';
import { add, get, listAt, set, text } from './tree.ts';

export const THIRD_FAULTS_1: readonly Fault[] = [
  victimDown('field of the pod that nobody has', 'reference', ['configuration', 'field-path-invalid', 'create-container-config-error'], (c, app) => {
    add(main(app), 'env', { name: 'NODE_IP', valueFrom: { fieldRef: { fieldPath: 'status.nodeIP' } } });
    breakPods(c, app, { waiting: 'CreateContainerConfigError', message: 'unsupported fieldPath: status.nodeIP', phase: 'Pending' }, [
      ['Failed', 'Error: unsupported fieldPath: status.nodeIP'],
    ]);
  }),
  {
    kind: 'edge speaks TLS to a plain service',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, ['metadata', 'annotations', 'nginx.ingress.kubernetes.io/backend-protocol'], 'HTTPS');
      const edge = c.put(c.meta('Deployment', 'ingress-nginx-controller', 'kube-system', { labels: { app: 'ingress-nginx' } }));
      edge['spec'] = {
        replicas: 1,
        selector: { matchLabels: { app: 'ingress-nginx' } },
        template: {
          metadata: { labels: { app: 'ingress-nginx' } },
          spec: { containers: [{ name: 'controller', image: 'registry.k8s.io/ingress-nginx/controller:v1.11' }] },
        },
      };
      edge['status'] = { replicas: 1, readyReplicas: 1, availableReplicas: 1 };
      c.logs.push({
        entity: edge,
        level: 'error',
        message: 'SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream',
      });
      return truth(on, 'back-end-protocol-mismatch');
    },
  },
  {
    kind: 'two autoscalers on one workload',
    family: 'scale',
    bring: (c) => {
      const first = c.find('HorizontalPodAutoscaler') ?? {};
      const second = c.put(c.meta('HorizontalPodAutoscaler', 'by-memory', c.ns));
      second['spec'] = structuredClone(get(first, 'spec'));
      const condition = {
        type: 'ScalingActive',
        status: 'False',
        reason: 'AmbiguousSelector',
        message: `pods by selector are controlled by multiple HPAs: [${text(first, 'metadata.name')} by-memory]`,
      };
      set(first, 'status.conditions', [condition]);
      second['status'] = { currentReplicas: 1, desiredReplicas: 0, conditions: [condition] };
      return truth([first, second], 'autoscaler-conflict', 'ambiguous-selector');
    },
  },
  {
    kind: 'two budgets for one pod',
    family: 'scale',
    bring: (c) => {
      const first = c.find('PodDisruptionBudget') ?? {};
      const second = c.put(c.meta('PodDisruptionBudget', 'all-pods', c.ns));
      Object.assign(second, { spec: { minAvailable: 1, selector: get(first, 'spec.selector') }, status: { disruptionsAllowed: 1 } });
      const pod = c.app('frontend').pods[0] ?? {};
      const node = c.random.pick(c.nodes);
      set(node, 'spec.unschedulable', true);
      c.say(
        node,
        'Warning',
        'DrainFailed',
        `error when evicting pod "${text(pod, 'metadata.name')}": This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.`,
      );
      return truth([first, second], 'disruption-budget-conflict', 'disruption-budget-blocks');
    },
  },
  {
    kind: 'certificate is not issued',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.tls', [{ hosts: ['www.example.com'], secretName: 'www-cert' }]);
      const cert = c.put({ ...c.meta('Certificate', 'www-cert', c.ns), apiVersion: 'cert-manager.io/v1' });
      Object.assign(cert, {
        spec: { secretName: 'www-cert', issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' } },
        status: {
          conditions: [
            { type: 'Ready', status: 'False', reason: 'DoesNotExist', message: 'Issuing certificate as Secret does not exist' },
            { type: 'Issuing', status: 'True' },
          ],
        },
      });
      c.say(
        cert,
        'Warning',
        'Failed',
        'The certificate request has failed to complete and will be retried: Failed to wait for order resource to become ready: order is in "invalid" state',
      );
      return truth([cert, on], 'certificate-invalid', 'certificate-not-issued', 'missing-tls-secret', 'does-not-exist', 'failed');
    },
  },
  victimDown('secret is not brought from the vault', 'reference', ['missing-secret', 'secret-synced-error', 'secret-not-synced'], (c, app) => {
    const on = c.put({ ...c.meta('ExternalSecret', `${app.name}-api`, c.ns), apiVersion: 'external-secrets.io/v1' });
    Object.assign(on, {
      spec: { secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' }, target: { name: `${app.name}-api` } },
      status: {
        conditions: [{ type: 'Ready', status: 'False', reason: 'SecretSyncedError', message: 'could not get secret data from provider: permission denied' }],
      },
    });
    add(main(app), 'env', { name: 'API_KEY', valueFrom: { secretKeyRef: { name: `${app.name}-api`, key: 'key' } } });
    breakPods(c, app, { waiting: 'CreateContainerConfigError', message: `secret "${app.name}-api" not found`, phase: 'Pending' }, [
      ['Failed', `Error: secret "${app.name}-api" not found`],
    ]);
  }),
  {
    kind: 'clock of a node is not kept',
    family: 'node',
    bring: (c) => {
      const on = c.random.pick(c.nodes);
      add(on, 'status.conditions', { type: 'NTPProblem', status: 'True', reason: 'NTPIsDown', message: 'NTP service is not running' });
      return truth(on, 'clock-skew', 'ntp-problem', 'ntp-is-down', 'node-clock-skew');
    },
  },
  {
    kind: 'node is gone from the cluster',
    family: 'node',
    bring: (c) => {
      const on = c.random.pick(c.nodes.filter((n) => c.apps.some((a) => a.pods.some((p) => get(p, 'spec.nodeName') === text(n, 'metadata.name')))));
      const name = text(on, 'metadata.name');
      c.drop(on);
      const hit = c.apps.filter((a) => a.pods.some((p) => get(p, 'spec.nodeName') === name));
      for (const app of hit)
        for (const pod of app.pods.filter((p) => get(p, 'spec.nodeName') === name)) {
          set(pod, 'status.conditions', [{ type: 'Ready', status: 'Unknown', reason: 'NodeLost' }]);
          set(pod, 'status.reason', 'NodeLost');
          set(app.object, 'status.readyReplicas', Math.max(0, Number(get(app.object, 'status.readyReplicas')) - 1));
          c.route(app);
        }
      return truth([on, ...hit.map((a) => a.object)], 'node-not-ready', 'node-gone', 'node-name-unknown', 'node-lost', 'missing-node');
    },
  },
  victimDown('sub path of a key that is not there', 'reference', ['missing-config-key', 'volume-mount-path', 'volume-path-missing'], (c, app) => {
    const map = c.put(c.meta('ConfigMap', `${app.name}-files`, c.ns));
    map['data'] = { 'app.yaml': 'a: 1' };
    add(podSpec(app), 'volumes', { name: 'files', configMap: { name: `${app.name}-files`, items: [{ key: 'application.yaml', path: 'application.yaml' }] } });
    add(main(app), 'volumeMounts', { name: 'files', mountPath: '/etc/app/application.yaml', subPath: 'application.yaml' });
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
      ['FailedMount', 'MountVolume.SetUp failed for volume "files" : configmap references non-existent config key: application.yaml'],
    ]);
  }),
  victimDown('volume mounted to read only', 'storage', ['read-only-file-system'], (c, app) => {
    add(podSpec(app), 'volumes', { name: 'work', emptyDir: {} });
    add(main(app), 'volumeMounts', { name: 'work', mountPath: '/work', readOnly: true });
    crash(c, app, 1, [], 'Error', 'mkdir /work/tmp: read-only file system');
    c.logs.push({ entity: app.object, level: 'error', message: 'mkdir /work/tmp: read-only file system' });
  }),
];

export const THIRD_FAULTS_2: readonly Fault[] = [
  {
    kind: 'store has filled its disk',
    family: 'store',
    bring: (c) => {
      const app = c.victim('store');
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'PANIC: could not write to file "pg_wal/xlogtemp.29": No space left on device' });
      dependentsSuffer(c, app);
      return truth([app.object, c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {}], 'disk-full');
    },
  },
  victimDown('scratch volume over its size', 'limit', ['evicted', 'disk-full', 'ephemeral-storage-exceeded'], (c, app) => {
    add(podSpec(app), 'volumes', { name: 'scratch', emptyDir: { sizeLimit: '10Mi' } });
    rollOut(c, app);
    for (const pod of app.pods) {
      pod['status'] = { phase: 'Failed', reason: 'Evicted', message: 'Usage of EmptyDir volume "scratch" exceeds the limit "10Mi".' };
      c.say(pod, 'Warning', 'Evicted', 'Usage of EmptyDir volume "scratch" exceeds the limit "10Mi".');
    }
    set(app.object, 'status.readyReplicas', undefined);
    c.route(app);
  }),
  {
    kind: 'job of no pods',
    family: 'scale',
    bring: (c) => {
      const on = c.put(c.meta('Job', 'rebuild-index', c.ns));
      Object.assign(on, {
        spec: {
          parallelism: 0,
          completions: 1,
          template: { metadata: { labels: { job: 'index' } }, spec: { containers: [{ name: 'index', image: 'index:1' }], restartPolicy: 'Never' } },
        },
        status: {},
      });
      return truth(on, 'zero-replicas', 'job-suspended', 'zero-parallelism');
    },
  },
  {
    kind: 'schedule that never comes',
    family: 'scale',
    bring: (c) => {
      const on = c.put(c.meta('CronJob', 'month-end', c.ns));
      Object.assign(on, {
        spec: {
          schedule: '0 0 31 2 *',
          jobTemplate: { spec: { template: { spec: { containers: [{ name: 'close', image: 'close:1' }], restartPolicy: 'Never' } } } },
        },
        status: {},
      });
      return truth(on, 'job-schedule');
    },
  },
  {
    kind: 'store at its own memory limit',
    family: 'store',
    bring: (c) => {
      const app = c.victim('store');
      for (const caller of c.callers(app))
        c.logs.push({ entity: caller.object, level: 'error', message: `${app.name}: OOM command not allowed when used memory > 'maxmemory'.` });
      return truth([app.object, app.service], 'memory-exhausted');
    },
  },
  {
    kind: 'password inside an address is wrong',
    family: 'credentials',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      const port = text(store.service, 'spec.ports.0.port');
      set(main(app), 'env', [
        ...listAt(main(app), 'env').filter((e) => !text(e, 'name').endsWith('_PASSWORD')),
        { name: 'DATABASE_URL', value: `postgres://app:old-secret@${store.name}:${port}/main` },
      ]);
      crash(c, app, 1);
      dependentsSuffer(c, app);
      return truth(app.object, 'credentials-mismatch');
    },
  },
  {
    kind: 'database of another name',
    family: 'store',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      add(main(store), 'env', { name: 'POSTGRES_DB', value: 'orders' });
      rollOut(c, store);
      add(main(app), 'env', { name: 'DB_NAME', value: 'ordres' });
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'FATAL: database "ordres" does not exist' });
      dependentsSuffer(c, app);
      return truth(app.object, 'schema-mismatch', 'environment-database-mismatch', 'configuration');
    },
  },
  victimDown('account of the cloud refuses', 'permission', ['permission-denied'], (c, app) => {
    crash(c, app, 1);
    c.logs.push({ entity: app.object, level: 'error', message: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity (status code 403)' });
  }),
  victimDown('readiness command takes too long', 'probe', ['readiness-probe-timing'], (c, app) => {
    set(main(app), 'readinessProbe', { exec: { command: ['/bin/check', '--deep'] }, periodSeconds: 10, timeoutSeconds: 1 });
    notReady(c, app, 'Readiness probe failed: command "/bin/check --deep" timed out');
  }),
  {
    kind: 'name server asks itself',
    family: 'names',
    bring: (c) => {
      const on = c.find('Deployment', 'coredns') ?? {};
      set(on, 'status', { replicas: 2, unavailableReplicas: 2 });
      c.logs.push({
        entity: on,
        level: 'fatal',
        message: 'plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting.',
      });
      const app = c.victim();
      callersFail(c, app, `dial tcp: lookup ${app.name} on 10.96.0.10:53: read udp 10.244.1.3:41234->10.96.0.10:53: i/o timeout`);
      return truth([on, c.find('ConfigMap', 'coredns') ?? {}], 'cluster-dns-unavailable', 'cluster-dns-configuration');
    },
  },
  {
    kind: 'table of connections of a node is full',
    family: 'node',
    bring: (c) => {
      const app = c.victim();
      const on = c.nodes.find((n) => app.pods.some((p) => get(p, 'spec.nodeName') === text(n, 'metadata.name'))) ?? {};
      c.say(on, 'Warning', 'ConntrackFull', 'nf_conntrack: nf_conntrack: table full, dropping packet');
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: i/o timeout`);
      return truth(on, 'conntrack-full', 'node-network-unavailable', 'connections-exhausted', 'node-conntrack-full');
    },
  },
  {
    kind: 'pods stay away from nodes under maintenance',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      for (const node of c.nodes) set(node, 'spec.taints', [{ key: 'maintenance', value: 'true', effect: 'NoExecute' }]);
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} node(s) had untolerated taint {maintenance: true}.`);
      for (const pod of app.pods) c.say(pod, 'Normal', 'TaintManagerEviction', 'Marking for deletion Pod');
      dependentsSuffer(c, app);
      return truth([app.object, ...c.nodes], 'taint-not-tolerated');
    },
  },
];
