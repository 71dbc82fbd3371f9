// The sixth list: meshes, experiments, flags, gateways.
import type { Cluster } from './cluster.ts';
import { breakPods, crash, dependentsSuffer, main, notReady } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, custom } from './makers.ts';
import { recorded } from './suite.ts';
import { add, set, text, type Obj } from './tree.ts';

const istio = (c: Cluster, kind: string, name: string, spec: Obj): Obj =>
  custom(c, kind.endsWith('Policy') || kind === 'PeerAuthentication' ? 'security.istio.io/v1' : 'networking.istio.io/v1', kind, name, { spec });
const mesh = (
  kind: string,
  causes: string[],
  bring: (c: Cluster, app: ReturnType<Cluster['victim']>) => Obj[],
  says: (app: ReturnType<Cluster['victim']>) => string,
): Fault => ({
  kind,
  family: 'mesh',
  bring: (c) => {
    const app = c.victim();
    set(c.find('Namespace', c.ns) ?? {}, ['metadata', 'labels', 'istio-injection'], 'enabled');
    const on = bring(c, app);
    callersFail(c, app, says(app));
    return truth(on, ...causes);
  },
});
const chaos = (
  kind: string,
  objectKind: string,
  spec: (c: Cluster, labels: Obj) => Obj,
  hurt: (c: Cluster, app: ReturnType<Cluster['victim']>) => void,
): Fault => ({
  kind,
  family: 'experiment',
  bring: (c) => {
    const app = c.victim();
    const on = custom(c, 'chaos-mesh.org/v1alpha1', objectKind, `${app.role}-${objectKind.toLowerCase()}`, {
      spec: { mode: 'all', duration: '30m', selector: { namespaces: [c.ns], labelSelectors: app.labels }, ...spec(c, app.labels) },
      status: {
        conditions: [
          { type: 'Selected', status: 'True' },
          { type: 'AllInjected', status: 'True' },
          { type: 'AllRecovered', status: 'False' },
          { type: 'Paused', status: 'False' },
        ],
        experiment: {
          desiredPhase: 'Run',
          containerRecords: app.pods.map((p) => ({ id: `${c.ns}/${text(p, 'metadata.name')}`, phase: 'Injected', selectorKey: '.' })),
        },
      },
    });
    hurt(c, app);
    return truth(on, 'fault-injected');
  },
});

export const SIXTH_FAULTS_12: readonly Fault[] = recorded([
  mesh(
    'route to a subset that is not defined',
    ['missing-subset'],
    (c, app) => [
      istio(c, 'VirtualService', app.name, { hosts: [app.name], http: [{ route: [{ destination: { host: app.name, subset: 'v3' } }] }] }),
      istio(c, 'DestinationRule', app.name, { host: app.name, subsets: [{ name: 'v1', labels: app.labels }] }),
    ],
    () => 'upstream request failed: no healthy upstream, status 503 NC cluster_not_found',
  ),
  mesh(
    'subset has labels that no pod has',
    ['missing-subset', 'service-selector-mismatch'],
    (c, app) => {
      const rule = istio(c, 'DestinationRule', app.name, { host: app.name, subsets: [{ name: 'stable', labels: { version: 'stable' } }] });
      return [rule, istio(c, 'VirtualService', app.name, { hosts: [app.name], http: [{ route: [{ destination: { host: app.name, subset: 'stable' } }] }] })];
    },
    () => 'no healthy upstream, status 503 UH',
  ),
  mesh(
    'route to a host that is not there',
    ['missing-back-end', 'missing-service', 'wrong-back-end'],
    (c, app) => [
      istio(c, 'VirtualService', app.name, {
        hosts: [app.name],
        http: [{ route: [{ destination: { host: `${app.name}-canary`, port: { number: app.port } } }] }],
      }),
    ],
    () => 'status 503 NC cluster_not_found',
  ),
  mesh(
    'route to a port that the service has not',
    ['back-end-port-mismatch'],
    (c, app) => [
      istio(c, 'VirtualService', app.name, { hosts: [app.name], http: [{ route: [{ destination: { host: app.name, port: { number: app.port + 1000 } } }] }] }),
    ],
    () => 'status 503 NC cluster_not_found',
  ),
  mesh(
    'strict on one side, plain on the other',
    ['mutual-tls-conflict', 'mutual-tls-strict'],
    (c, app) => [
      istio(c, 'DestinationRule', app.name, { host: app.name, trafficPolicy: { tls: { mode: 'DISABLE' } } }),
      istio(c, 'PeerAuthentication', 'default', { mtls: { mode: 'STRICT' } }),
    ],
    () => 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  ),
  mesh(
    'nobody is allowed',
    ['authorization-policy-denies'],
    (c) => [istio(c, 'AuthorizationPolicy', c.random.pick(['allow-nothing', 'deny-all']), {})],
    () => 'RBAC: access denied, status 403',
  ),
  mesh(
    'policy denies a path',
    ['authorization-policy-denies'],
    (c, app) => [
      istio(c, 'AuthorizationPolicy', `${app.name}-deny`, {
        selector: { matchLabels: app.labels },
        action: 'DENY',
        rules: [{ to: [{ operation: { ports: [String(app.port)] } }] }],
      }),
    ],
    () => 'RBAC: access denied, status 403',
  ),
  mesh(
    'route aborts what it is sent',
    ['fault-injected'],
    (c, app) => [
      istio(c, 'VirtualService', app.name, {
        hosts: [app.name],
        http: [{ fault: { abort: { httpStatus: 500, percentage: { value: 100 } } }, route: [{ destination: { host: app.name } }] }],
      }),
    ],
    () => 'fault filter abort, status 500',
  ),
  mesh(
    'route waits before it sends',
    ['fault-injected'],
    (c, app) => [
      istio(c, 'VirtualService', app.name, {
        hosts: [app.name],
        http: [{ fault: { delay: { fixedDelay: '7s', percentage: { value: 100 } } }, route: [{ destination: { host: app.name } }] }],
      }),
    ],
    () => 'context deadline exceeded',
  ),
  chaos(
    'experiment cuts the network',
    'NetworkChaos',
    () => ({ action: 'partition', direction: 'both' }),
    (c, app) => callersFail(c, app, `dial tcp: i/o timeout`),
  ),
  chaos(
    'experiment kills pods',
    'PodChaos',
    () => ({ action: 'pod-failure' }),
    (c, app) => {
      set(main(app), 'image', 'gcr.io/google-containers/pause:latest');
      breakPods(c, app, { running: true, restarts: 3 }, [['Unhealthy', 'Readiness probe failed: connect: connection refused']]);
      dependentsSuffer(c, app);
    },
  ),
  chaos(
    'experiment takes the processor',
    'StressChaos',
    () => ({ stressors: { cpu: { workers: 8, load: 100 } } }),
    (c, app) => notReady(c, app, 'Readiness probe failed: context deadline exceeded (Client.Timeout exceeded while awaiting headers)'),
  ),
  chaos(
    'experiment answers with errors',
    'HTTPChaos',
    () => ({ target: 'Response', port: 8080, path: '*', replace: { code: 500 } }),
    (c, app) => callersFail(c, app, 'unexpected status 500'),
  ),
  chaos(
    'experiment spoils names',
    'DNSChaos',
    () => ({ action: 'error', patterns: ['*'] }),
    (c, app) => crash(c, app, 1),
  ),
  {
    kind: 'flag brings an error',
    family: 'flag',
    bring: (c) => {
      const app = c.victim();
      const flag = `${app.role}Failure`;
      const flags = {
        [flag]: { description: 'Fail requests', state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
        loadGeneratorFloodHomepage: { state: 'ENABLED', variants: { on: 100, off: 0 }, defaultVariant: 'off' },
      };
      const map = c.put({
        ...c.meta('ConfigMap', 'flagd-config', c.ns),
        data: { 'demo.flagd.json': JSON.stringify({ $schema: 'https://flagd.dev/schema/v0/flags.json', flags }, null, 2) },
      });
      callersFail(c, app, `rpc error: code = Internal desc = ${app.role} failed: feature flag enabled`);
      return truth(map, 'feature-flag-fault');
    },
  },
  {
    kind: 'route of a gateway leads to nobody',
    family: 'gateway',
    bring: (c) => {
      const front = c.app('frontend');
      custom(c, 'gateway.networking.k8s.io/v1', 'Gateway', 'edge', {
        spec: { gatewayClassName: 'envoy', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
        status: {
          conditions: [
            { type: 'Accepted', status: 'True' },
            { type: 'Programmed', status: 'True' },
          ],
        },
      });
      custom(c, 'gateway.networking.k8s.io/v1', 'GatewayClass', 'envoy', { spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } }, null);
      const on = custom(c, 'gateway.networking.k8s.io/v1', 'HTTPRoute', 'front', {
        spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: `${front.name}-web`, port: 80 }] }] },
        status: {
          parents: [
            {
              parentRef: { name: 'edge' },
              conditions: [
                { type: 'Accepted', status: 'True' },
                { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound', message: `service "${front.name}-web" not found` },
              ],
            },
          ],
        },
      });
      return truth(on, 'missing-back-end', 'missing-service');
    },
  },
  {
    kind: 'class of the gateway is not there',
    family: 'gateway',
    bring: (c) => {
      const on = custom(c, 'gateway.networking.k8s.io/v1', 'Gateway', 'edge', {
        spec: { gatewayClassName: 'istio-gw', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
        status: { conditions: [{ type: 'Accepted', status: 'Unknown', reason: 'Pending', message: 'Waiting for controller' }] },
      });
      return truth(on, 'missing-gateway-class');
    },
  },
  {
    kind: 'certificate has expired',
    family: 'certificate',
    bring: (c) => {
      const on = custom(c, 'cert-manager.io/v1', 'Certificate', 'www', {
        spec: { secretName: 'www-tls', dnsNames: ['www.example.com'], issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' } },
        status: {
          notAfter: '2026-06-01T07:40:00Z',
          renewalTime: '2026-05-02T07:40:00Z',
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'Expired',
              message: 'Certificate expired on Mon, 01 Jun 2026 07:40:00 UTC',
              lastTransitionTime: '2026-06-01T07:40:00Z',
            },
          ],
        },
      });
      custom(c, 'cert-manager.io/v1', 'ClusterIssuer', 'letsencrypt', { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, null);
      c.put({ ...c.meta('Secret', 'www-tls', c.ns), type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' } });
      set(c.find('Ingress', 'public') ?? {}, 'spec.tls', [{ hosts: ['www.example.com'], secretName: 'www-tls' }]);
      return truth(on, 'certificate-invalid', 'expired');
    },
  },
  {
    kind: 'namespace does not end',
    family: 'deletion',
    bring: (c) => {
      const app = c.victim();
      const on = c.find('Namespace', c.ns) ?? {};
      set(on, 'metadata.deletionTimestamp', '2026-06-01T07:55:00Z');
      set(on, 'spec.finalizers', ['kubernetes']);
      on['status'] = {
        phase: 'Terminating',
        conditions: [
          {
            type: 'NamespaceFinalizersRemaining',
            status: 'True',
            reason: 'SomeFinalizersRemain',
            message: 'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
          },
        ],
      };
      set(app.object, 'metadata.deletionTimestamp', '2026-06-01T07:55:00Z');
      add(app.object, 'metadata.finalizers', 'example.com/hold');
      return truth([on, app.object], 'namespace-terminating', 'finalizer-stuck');
    },
  },
]);
