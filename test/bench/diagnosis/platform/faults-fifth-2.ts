// A fifth list, short: written when the rules had been mended for the fourth, and measured before any of it was looked at. Ways, meshes, and objects of others.
import { crash, dependentsSuffer, main } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { custom, victimDown } from './makers.ts';
import { add, set, text } from './tree.ts';

const since = { lastTransitionTime: '2026-06-01T08:00:00Z' };

export const FIFTH_FAULTS_2: readonly Fault[] = [
  {
    kind: 'way in of another controller leads to nobody',
    family: 'routing',
    bring: (c) => {
      const front = c.app('frontend');
      const on = custom(c, 'traefik.io/v1alpha1', 'IngressRoute', 'shop', {
        spec: { entryPoints: ['web'], routes: [{ kind: 'Rule', match: 'Host(`www.example.com`)', services: [{ name: `${front.name}-web`, port: 80 }] }] },
      });
      return truth(on, 'missing-back-end');
    },
  },
  {
    kind: 'route of another platform leads to nobody',
    family: 'routing',
    bring: (c) => {
      const front = c.app('frontend');
      const on = custom(c, 'route.openshift.io/v1', 'Route', 'shop', {
        spec: { host: 'www.example.com', to: { kind: 'Service', name: `${front.name}2`, weight: 100 }, port: { targetPort: 'http' } },
      });
      return truth(on, 'missing-back-end');
    },
  },
  {
    kind: 'certificate is in another namespace',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.tls', [{ hosts: ['www.example.com'], secretName: 'wildcard-tls' }]);
      c.put({ ...c.meta('Secret', 'wildcard-tls', 'kube-system'), type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' } });
      return truth(on, 'missing-tls-secret');
    },
  },
  {
    kind: 'load balancer lets in only some',
    family: 'routing',
    bring: (c) => {
      const on = c.objects.find((o) => text(o, 'spec.type') === 'LoadBalancer') ?? {};
      set(on, 'spec.loadBalancerSourceRanges', ['10.1.0.0/16']);
      return truth(on, 'source-range-blocks', 'load-balancer-source-ranges');
    },
  },
  {
    kind: 'tables were not made',
    family: 'store',
    bring: (c) => {
      const app = c.victim('client');
      const on = c.put(c.meta('Job', `${app.name}-migrate`, c.ns));
      Object.assign(on, {
        spec: {
          backoffLimit: 1,
          template: {
            metadata: { labels: { job: 'migrate' } },
            spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'registry.example.com/migrate:v4' }] },
          },
        },
        status: {
          failed: 2,
          conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ...since }],
        },
      });
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'ERROR: relation "orders" does not exist' });
      dependentsSuffer(c, app);
      return truth([on, c.app(app.store ?? '').object], 'job-backoff', 'schema-mismatch');
    },
  },
  {
    kind: 'hall of the broker is not there',
    family: 'store',
    bring: (c) => {
      const app = c.victim('client');
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'Exception (530) Reason: "NOT_ALLOWED - vhost orders not found"' });
      dependentsSuffer(c, app);
      return truth([app.object, c.app(app.store ?? '').object], 'missing-virtual-host', 'schema-mismatch', 'configuration');
    },
  },
  victimDown('calls go by a proxy that is gone', 'store', ['environment-address-unknown', 'proxy-configuration', 'http-proxy'], (c, app) => {
    add(main(app), 'env', { name: 'HTTP_PROXY', value: 'http://proxy.corp.example.com:3128' });
    crash(c, app, 1);
    c.logs.push({ entity: app.object, level: 'error', message: 'proxyconnect tcp: dial tcp: lookup proxy.corp.example.com on 10.96.0.10:53: no such host' });
  }),
  {
    kind: 'mesh sends nothing to hosts that it does not know',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('ConfigMap', 'istio', 'istio-system'));
      on['data'] = { mesh: 'outboundTrafficPolicy:\n  mode: REGISTRY_ONLY\naccessLogFile: /dev/stdout\n' };
      c.logs.push({ entity: app.object, level: 'error', message: 'POST https://api.payments.example.com/charge: 502 Bad Gateway (BlackHoleCluster)' });
      return truth(on, 'mesh-egress-restricted', 'registry-only', 'missing-service-entry');
    },
  },
  {
    kind: 'release of a chart fails',
    family: 'others',
    bring: (c) => {
      const on = custom(c, 'helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'shop', {
        spec: { chart: { spec: { chart: 'shop', sourceRef: { kind: 'HelmRepository', name: 'charts' } } } },
        status: {
          conditions: [
            { type: 'Ready', status: 'False', reason: 'UpgradeFailed', message: 'Helm upgrade failed: timed out waiting for the condition', ...since },
          ],
        },
      });
      return truth(on, 'upgrade-failed');
    },
  },
  {
    kind: 'topic cannot be made',
    family: 'others',
    bring: (c) => {
      const on = custom(c, 'kafka.strimzi.io/v1beta2', 'KafkaTopic', 'orders', {
        spec: { partitions: 12, replicas: 3 },
        status: {
          conditions: [
            { type: 'NotReady', status: 'True', reason: 'KafkaErrors', message: 'Replication factor: 3 larger than available brokers: 1.', ...since },
          ],
        },
      });
      return truth(on, 'kafka-errors', 'not-ready');
    },
  },
  {
    kind: 'policy of a gateway is invalid',
    family: 'others',
    bring: (c) => {
      const on = custom(c, 'gateway.envoyproxy.io/v1alpha1', 'SecurityPolicy', 'jwt', {
        spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'front' }] },
        status: {
          ancestors: [
            {
              ancestorRef: { name: 'edge' },
              controllerName: 'example.com/gateway',
              conditions: [{ type: 'Accepted', status: 'False', reason: 'Invalid', message: 'JWT: remote JWKS is not reachable', ...since }],
            },
          ],
        },
      });
      return truth(on, 'invalid', 'policy-invalid');
    },
  },
  {
    kind: 'resource outside of the cluster is not reconciled',
    family: 'others',
    bring: (c) => {
      const on = custom(
        c,
        'database.example.crossplane.io/v1',
        'RDSInstance',
        'orders-db',
        {
          spec: { forProvider: { region: 'eu-west-1' } },
          status: {
            conditions: [
              { type: 'Synced', status: 'False', reason: 'ReconcileError', message: 'create failed: InvalidParameterValue', ...since },
              { type: 'Ready', status: 'False', reason: 'Creating', ...since },
            ],
          },
        },
        null,
      );
      return truth(on, 'reconcile-error');
    },
  },
  {
    kind: 'addresses of the load balancers are used up',
    family: 'routing',
    bring: (c) => {
      const on = c.objects.find((o) => text(o, 'spec.type') === 'LoadBalancer') ?? {};
      on['status'] = { loadBalancer: {} };
      c.say(on, 'Warning', 'AllocationFailed', `Failed to allocate IP for "${c.ns}/front": no available IPs`);
      return truth(on, 'load-balancer-failed', 'allocation-failed', 'load-balancer-addresses-exhausted');
    },
  },
];
