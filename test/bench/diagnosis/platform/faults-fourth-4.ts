// A fourth list of kinds: ways in, policies and meshes. Written before any rule was touched for them.
import type { Cluster } from './cluster.ts';
import { crash, dependentsSuffer, notReady, podSpec, rollOut } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { beside, callersFail, custom, policy, timesOut } from './makers.ts';
import { add, listAt, set, text, type Obj } from './tree.ts';

/** A route of the gateway API for the front, with what its gateway says of it. */
function gatewayRoute(c: Cluster, backend: Obj, conditions: Obj[], more: Obj = {}): Obj {
  custom(c, 'gateway.networking.k8s.io/v1', 'Gateway', 'edge', {
    spec: { gatewayClassName: 'envoy', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', hostname: '*.shop.example.com' }] },
    status: { conditions: [{ type: 'Programmed', status: 'True' }] },
  });
  return custom(c, 'gateway.networking.k8s.io/v1', 'HTTPRoute', 'front', {
    spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [backend] }], ...more },
    status: { parents: [{ parentRef: { name: 'edge' }, controllerName: 'example.com/gateway', conditions }] },
  });
}

export const FOURTH_FAULTS_4: readonly Fault[] = [
  {
    kind: 'certificate is for another host',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.tls', [{ hosts: ['shop.example.org'], secretName: 'front-tls' }]);
      c.put({ ...c.meta('Secret', 'front-tls', c.ns), type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' } });
      return truth(on, 'tls-host-mismatch', 'certificate-host-mismatch');
    },
  },
  {
    kind: 'body is larger than the edge lets through',
    family: 'mesh',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, ['metadata', 'annotations', 'nginx.ingress.kubernetes.io/proxy-body-size'], '8k');
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
        message: 'client intended to send too large body: 184320 bytes, client: 10.0.0.9, server: www.example.com, request: "POST /upload HTTP/1.1"',
      });
      return truth(on, 'request-body-limit', 'body-size-limit');
    },
  },
  {
    kind: 'controller of the ways in runs nowhere',
    family: 'routing',
    bring: (c) => {
      set(c.put(c.meta('Namespace', 'ingress-nginx', null)), 'status.phase', 'Active');
      const on = c.put(c.meta('Deployment', 'ingress-nginx-controller', 'ingress-nginx', { labels: { app: 'ingress-nginx' } }));
      on['spec'] = {
        replicas: 0,
        selector: { matchLabels: { app: 'ingress-nginx' } },
        template: {
          metadata: { labels: { app: 'ingress-nginx' } },
          spec: {
            containers: [
              { name: 'controller', image: 'registry.k8s.io/ingress-nginx/controller:v1.11', args: ['/nginx-ingress-controller', '--ingress-class=nginx'] },
            ],
          },
        },
      };
      on['status'] = { observedGeneration: 3 };
      const service = c.put(c.meta('Service', 'ingress-nginx-controller', 'ingress-nginx'));
      service['spec'] = {
        type: 'LoadBalancer',
        clusterIP: '10.96.7.7',
        selector: { app: 'ingress-nginx' },
        ports: [{ name: 'http', port: 80, targetPort: 80 }],
      };
      return truth(on, 'zero-replicas', 'ingress-controller-unavailable');
    },
  },
  {
    kind: 'route may not refer to another namespace',
    family: 'routing',
    bring: (c) => {
      set(c.put(c.meta('Namespace', 'payments', null)), 'status.phase', 'Active');
      const service = c.put(c.meta('Service', 'billing', 'payments'));
      service['spec'] = { clusterIP: '10.96.5.5', ports: [{ port: 80, targetPort: 8080 }] };
      const on = gatewayRoute(c, { name: 'billing', namespace: 'payments', port: 80 }, [
        { type: 'Accepted', status: 'True', reason: 'Accepted' },
        { type: 'ResolvedRefs', status: 'False', reason: 'RefNotPermitted', message: 'backend ref payments/billing not permitted by any ReferenceGrant' },
      ]);
      return truth(on, 'ref-not-permitted', 'reference-not-permitted');
    },
  },
  {
    kind: 'no listener for the host of a route',
    family: 'routing',
    bring: (c) => {
      const front = c.app('frontend');
      const on = gatewayRoute(
        c,
        { name: front.name, port: Number(text(front.service, 'spec.ports.0.port')) },
        [{ type: 'Accepted', status: 'False', reason: 'NoMatchingListenerHostname', message: 'no listener of the gateway has a matching hostname' }],
        { hostnames: ['www.example.org'] },
      );
      return truth(on, 'no-matching-listener-hostname', 'route-host-mismatch');
    },
  },
  {
    kind: 'policy allows names by a label that nobody has',
    family: 'policy',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0 && a.role !== 'frontend'));
      const on = policy(c, 'restrict-egress', {
        podSelector: { matchLabels: app.labels },
        policyTypes: ['Egress'],
        egress: [
          { to: [{ podSelector: {} }] },
          { to: [{ namespaceSelector: { matchLabels: { name: 'kube-system' } } }], ports: [{ protocol: 'UDP', port: 53 }] },
        ],
      });
      crash(c, app, 1);
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `dial tcp: lookup ${app.calls[0] ?? ''} on 10.96.0.10:53: read udp 10.244.1.8:40221->10.96.0.10:53: i/o timeout`,
      });
      dependentsSuffer(c, app);
      return truth(on, 'network-policy-blocks-dns');
    },
  },
  {
    kind: 'policy lets in addresses that no pod has',
    family: 'policy',
    bring: (c) => {
      const app = c.victim();
      for (const p of c.objects.filter((o) => o['kind'] === 'NetworkPolicy')) c.drop(p);
      const on = policy(c, 'allow-cluster', {
        podSelector: { matchLabels: app.labels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/16' } }] }],
      });
      callersFail(c, app, timesOut(app));
      return truth(on, 'network-policy-blocks');
    },
  },
  {
    kind: 'policy of the network plugin lets nobody in',
    family: 'policy',
    bring: (c) => {
      const app = c.victim();
      for (const p of c.objects.filter((o) => o['kind'] === 'NetworkPolicy')) c.drop(p);
      const on = custom(c, 'cilium.io/v2', 'CiliumNetworkPolicy', 'lock-down', {
        spec: { endpointSelector: { matchLabels: app.labels }, ingress: [{ fromEndpoints: [{ matchLabels: { role: 'auditor' } }] }] },
      });
      callersFail(c, app, timesOut(app));
      return truth(on, 'network-policy-blocks');
    },
  },
  {
    kind: 'mesh hides the called from the caller',
    family: 'mesh',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0 && a.role !== 'frontend'));
      const on = custom(c, 'networking.istio.io/v1', 'Sidecar', 'narrow', {
        spec: { workloadSelector: { labels: app.labels }, egress: [{ hosts: ['istio-system/*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
      });
      c.logs.push({ entity: app.object, level: 'error', message: `upstream ${app.calls[0] ?? ''}: 502 Bad Gateway (BlackHoleCluster)` });
      return truth(on, 'mesh-egress-restricted', 'sidecar-egress-restricted', 'egress-not-allowed');
    },
  },
  {
    kind: 'caller speaks plainly where the mesh asks for certificates',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      for (const a of c.apps) {
        add(podSpec(a), 'containers', { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.22.1' });
        rollOut(c, a);
      }
      const on = custom(c, 'security.istio.io/v1', 'PeerAuthentication', 'default', { spec: { mtls: { mode: 'STRICT' } } });
      const rule = custom(c, 'networking.istio.io/v1', 'DestinationRule', app.name, { spec: { host: app.name, trafficPolicy: { tls: { mode: 'DISABLE' } } } });
      callersFail(c, app, 'upstream connect error or disconnect/reset before headers. reset reason: connection termination');
      return truth([rule, on], 'mutual-tls-conflict', 'mutual-tls-mode-mismatch', 'mutual-tls-strict');
    },
  },
  {
    kind: 'mesh route sends to another service',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const other = c.random.pick(c.apps.filter((a) => a !== app && a.role !== 'frontend'));
      const on = custom(c, 'networking.istio.io/v1', 'VirtualService', app.name, {
        spec: { hosts: [app.name], http: [{ route: [{ destination: { host: other.name } }] }] },
      });
      callersFail(c, app, `unexpected status 404 from ${app.name}`);
      return truth(on, 'wrong-back-end', 'route-wrong-back-end', 'mesh-route-to-another-service');
    },
  },
  {
    kind: 'mesh allows only an account that no caller has',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = custom(c, 'security.istio.io/v1', 'AuthorizationPolicy', `${app.name}-callers`, {
        spec: {
          selector: { matchLabels: app.labels },
          action: 'ALLOW',
          rules: [{ from: [{ source: { principals: [`cluster.local/ns/${c.ns}/sa/gateway`] } }] }],
        },
      });
      callersFail(c, app, 'rpc error: code = PermissionDenied desc = RBAC: access denied');
      return truth(on, 'authorization-policy-denies');
    },
  },
  {
    kind: 'control plane of the mesh runs nowhere',
    family: 'mesh',
    bring: (c) => {
      set(c.put(c.meta('Namespace', 'istio-system', null)), 'status.phase', 'Active');
      const on = c.put(c.meta('Deployment', 'istiod', 'istio-system', { labels: { app: 'istiod' } }));
      on['spec'] = {
        replicas: 0,
        selector: { matchLabels: { app: 'istiod' } },
        template: { metadata: { labels: { app: 'istiod' } }, spec: { containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.22.1' }] } },
      };
      on['status'] = { observedGeneration: 4 };
      const service = c.put(c.meta('Service', 'istiod', 'istio-system'));
      service['spec'] = { clusterIP: '10.96.8.8', selector: { app: 'istiod' }, ports: [{ name: 'grpc-xds', port: 15012 }] };
      for (const app of c.random.shuffle(c.apps).slice(0, 3)) {
        beside(app, { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.22.1', readinessProbe: { httpGet: { path: '/healthz/ready', port: 15021 } } });
        notReady(c, app, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
        for (const pod of app.pods) for (const s of listAt(pod, 'status.containerStatuses')) s['ready'] = s['name'] !== 'istio-proxy';
        c.logs.push({
          entity: app.object,
          level: 'warn',
          message:
            'connection error: desc = "transport: Error while dialing: dial tcp 10.96.8.8:15012: connect: connection refused" (istiod.istio-system.svc:15012)',
        });
      }
      return truth(on, 'zero-replicas', 'mesh-control-plane-unavailable');
    },
  },
];
