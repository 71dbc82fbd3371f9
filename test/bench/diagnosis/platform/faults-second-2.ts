// A second list of kinds that the rules had not seen: written before any rule was touched for them, from what goes wrong on clusters of others.
import { breakPods, crash, dependentsSuffer, main, rollOut, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, unpulled, victimDown } from './makers.ts';
import { get, objAt, set, text } from './tree.ts';

export const SECOND_FAULTS_2: readonly Fault[] = [
  {
    kind: 'volume released and kept',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      const claim = c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {};
      const volume = c.find('PersistentVolume', text(claim, 'spec.volumeName')) ?? {};
      set(volume, 'spec.claimRef.uid', 'an-older-one');
      set(volume, 'spec.persistentVolumeReclaimPolicy', 'Retain');
      volume['status'] = { phase: 'Released' };
      set(claim, 'spec.storageClassName', 'manual');
      set(volume, 'spec.storageClassName', 'manual');
      c.put({ ...c.meta('StorageClass', 'manual', null), provisioner: 'kubernetes.io/no-provisioner' });
      claim['status'] = { phase: 'Pending' };
      c.say(claim, 'Warning', 'FailedBinding', `volume "${text(volume, 'metadata.name')}" already bound to a different claim.`);
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: pod has unbound immediate PersistentVolumeClaims.`);
      dependentsSuffer(c, app);
      return truth([claim, volume], 'volume-already-bound', 'volume-released');
    },
  },
  {
    kind: 'runs of a cron job stand behind one that hangs',
    family: 'scale',
    bring: (c) => {
      const job = c.put(c.meta('CronJob', 'sync-stock', c.ns));
      const spec = { template: { spec: { containers: [{ name: 'sync', image: 'sync:1' }], restartPolicy: 'Never' } } };
      Object.assign(job, {
        spec: { schedule: '*/5 * * * *', concurrencyPolicy: 'Forbid', jobTemplate: { spec } },
        status: { active: [{ kind: 'Job', name: 'sync-stock-1' }], lastScheduleTime: '2026-05-31T08:00:00Z' },
      });
      const run = c.put(c.meta('Job', 'sync-stock-1', c.ns, { ownerReferences: [{ kind: 'CronJob', name: 'sync-stock' }] }));
      Object.assign(run, { spec, status: { active: 1, startTime: '2026-05-31T08:00:00Z' } });
      c.say(job, 'Normal', 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid');
      return truth([job, run], 'job-already-active');
    },
  },
  {
    kind: 'metrics of the cluster are not served',
    family: 'scale',
    bring: (c) => {
      const api = c.put(c.meta('APIService', 'v1beta1.metrics.k8s.io', null));
      Object.assign(api, {
        spec: { service: { name: 'metrics-server', namespace: 'kube-system' }, group: 'metrics.k8s.io' },
        status: {
          conditions: [
            {
              type: 'Available',
              status: 'False',
              reason: 'FailedDiscoveryCheck',
              message: 'failing or missing response from https://10.96.4.4:443/apis/metrics.k8s.io/v1beta1: connection refused',
            },
          ],
        },
      });
      const hpa = c.find('HorizontalPodAutoscaler') ?? {};
      set(hpa, 'status.conditions', [
        {
          type: 'ScalingActive',
          status: 'False',
          reason: 'FailedGetResourceMetric',
          message:
            'the HPA was unable to compute the replica count: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)',
        },
      ]);
      return truth([api, c.find('Deployment', 'metrics-server') ?? {}], 'api-service-unavailable', 'metrics-server-unavailable');
    },
  },
  {
    kind: 'webhook with a certificate nobody trusts',
    family: 'admission',
    bring: (c) => {
      const app = c.victim();
      const hook = c.put({
        ...c.meta('MutatingWebhookConfiguration', 'sidecar-injector', null),
        webhooks: [
          {
            name: 'inject.mesh.example.com',
            failurePolicy: 'Fail',
            clientConfig: { caBundle: 'b2xk', service: { name: c.app('frontend').name, namespace: c.ns, path: '/inject' } },
          },
        ],
      });
      for (const pod of app.pods) c.drop(pod);
      app.pods = [];
      app.object['status'] = { unavailableReplicas: 2, conditions: [{ type: 'Available', status: 'False' }] };
      c.say(
        app.set ?? app.object,
        'Warning',
        'FailedCreate',
        'Error creating: Internal error occurred: failed calling webhook "inject.mesh.example.com": failed to call webhook: Post "https://injector.svc:443/inject?timeout=10s": x509: certificate signed by unknown authority',
      );
      c.route(app);
      dependentsSuffer(c, app);
      return truth(hook, 'admission-webhook');
    },
  },
  {
    kind: 'pod of before does not go',
    family: 'scale',
    bring: (c) => {
      const app = c.victim('store');
      const [pod] = app.pods;
      if (pod === undefined) return { on: [], causes: [] };
      set(app.object, 'spec.strategy', { type: 'Recreate' });
      set(pod, 'metadata.deletionTimestamp', '2026-06-01T07:10:00Z');
      set(pod, 'metadata.deletionGracePeriodSeconds', 30);
      set(pod, 'status.conditions', [{ type: 'Ready', status: 'False', reason: 'PodFailed' }]);
      set(pod, 'metadata.finalizers', ['storage.example.com/detach']);
      set(app.object, 'status.readyReplicas', 0);
      set(app.object, 'status.unavailableReplicas', 1);
      c.route(app);
      dependentsSuffer(c, app);
      return truth([app.object, pod], 'finalizer-stuck', 'pod-stuck-ending');
    },
  },
  victimDown('keys that are no names of variables', 'reference', ['environment-names-invalid', 'configuration'], (c, app) => {
    const map = c.put(c.meta('ConfigMap', `${app.name}-flags`, c.ns));
    map['data'] = { '1-retry': 'true', 'db url': 'x' };
    set(main(app), 'envFrom', [{ configMapRef: { name: `${app.name}-flags` } }]);
    crash(c, app, 1, [
      [
        'InvalidEnvironmentVariableNames',
        `Keys [1-retry, db url] from the EnvFrom configMap ${c.ns}/${app.name}-flags were skipped since they are considered invalid environment variable names.`,
      ],
    ]);
  }),
  {
    kind: 'route of a gateway that is not there',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      const gateway = c.put(c.meta('Gateway', 'shared-gateway', c.ns));
      gateway['spec'] = { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] };
      const on = c.put(c.meta('HTTPRoute', 'shop-route', c.ns));
      on['spec'] = {
        parentRefs: [{ name: 'shared-gatway' }],
        hostnames: ['shop.example.com'],
        rules: [{ backendRefs: [{ name: app.name, port: Number(text(app.service, 'spec.ports.0.port')) }] }],
      };
      return truth(on, 'missing-gateway');
    },
  },
  {
    kind: 'circuit breaker of one connection',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('DestinationRule', app.name, c.ns));
      on['spec'] = {
        host: app.name,
        trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 } } },
      };
      callersFail(c, app, 'upstream connect error or disconnect/reset before headers. reset reason: overflow');
      return truth(on, 'circuit-breaker-too-tight');
    },
  },
  {
    kind: 'timeout of a route is too short',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('VirtualService', `${app.name}-route`, c.ns));
      on['spec'] = { hosts: [app.name], http: [{ timeout: '5ms', route: [{ destination: { host: app.name } }] }] };
      callersFail(c, app, `GET http://${app.name}/ 504 upstream request timeout`);
      return truth(on, 'route-timeout-too-short');
    },
  },
  {
    kind: 'addresses of a node are used up',
    family: 'node',
    bring: (c) => {
      const app = c.victim();
      breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
        [
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a1b2": plugin type="host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254',
        ],
      ]);
      dependentsSuffer(c, app);
      const nodes = c.nodes.filter((n) => app.pods.some((p) => get(p, 'spec.nodeName') === text(n, 'metadata.name')));
      return truth([app.object, ...nodes], 'pod-addresses-exhausted', 'node-network-plugin-unavailable');
    },
  },
  {
    kind: 'node cannot free its disk',
    family: 'node',
    bring: (c) => {
      const on = c.random.pick(c.nodes);
      c.say(
        on,
        'Warning',
        'FreeDiskSpaceFailed',
        'Failed to garbage collect required amount of images. Attempted to free 4719063040 bytes, but only found 0 bytes eligible to free.',
      );
      c.say(on, 'Warning', 'ImageGCFailed', 'wanted to free 4719063040 bytes, but freed 0 bytes space with errors in image deletion');
      return truth(on, 'node-disk-pressure');
    },
  },
  victimDown('number that is no number', 'application', ['configuration', 'environment-value-invalid'], (c, app) => {
    const env = objAt(main(app), 'env.0');
    set(env, 'value', '80a80');
    crash(c, app, 2);
    c.logs.push({ entity: app.object, level: 'error', message: 'cannot start: strconv.Atoi: parsing "80a80": invalid syntax' });
  }),
  unpulled(
    'registry with a certificate of its own',
    'image-registry-unreachable',
    (container) => set(container, 'image', 'registry.example.com:5000/app:v1'),
    (image) =>
      `Failed to pull image "${image}": failed to do request: Head "https://registry.example.com:5000/v2/app/manifests/v1": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  ),
  {
    kind: 'policy lets in a namespace that carries no such label',
    family: 'policy',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('NetworkPolicy', `${app.name}-in`, c.ns));
      on['spec'] = {
        podSelector: { matchLabels: app.labels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'shop' } } }] }],
      };
      const same = c.find('NetworkPolicy', 'same-namespace');
      if (same !== undefined) c.drop(same);
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: i/o timeout`);
      return truth(on, 'network-policy-blocks');
    },
  },
  {
    kind: 'set keeps an update to itself',
    family: 'scale',
    bring: (c) => {
      const app = c.apps.find((a) => a.object['kind'] === 'StatefulSet');
      if (app === undefined) return { on: [], causes: [] };
      set(app.object, 'spec.updateStrategy', { type: 'OnDelete' });
      Object.assign(objAt(app.object, 'status'), { currentRevision: `${app.name}-1`, updateRevision: `${app.name}-2`, updatedReplicas: 0 });
      rollOut(c, app);
      return truth(app.object, 'rollout-waits-for-deletion', 'rollout-paused');
    },
  },
];
