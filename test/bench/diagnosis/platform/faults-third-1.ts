// A third list of kinds, written after the rules had been mended for the second, and measured before any of them was looked at.
import { breakPods, crash, main, podSpec } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { victimDown } from './makers.ts';
import { add, get, set, text } from './tree.ts';

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
    add(main(app), 'volumeMounts', { name: 'work', mountPath: '/srv', readOnly: true });
    crash(c, app, 1, [], 'Error', 'mkdir /srv/tmp: read-only file system');
    c.logs.push({ entity: app.object, level: 'error', message: 'mkdir /srv/tmp: read-only file system' });
  }),
];
