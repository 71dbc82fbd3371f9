// Each comparison in two states that differ in one thing: in the one it finds, in the other it is silent.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import {
  admits,
  at,
  cartPod,
  cilium,
  cond,
  corefile,
  definition,
  dns,
  egress,
  endpoints,
  evidence,
  flags,
  hurt,
  main,
  mesh,
  noted,
  proxyText,
  schedule,
  shell,
  spec,
  system,
  template,
  value,
  waits,
  ways,
  type Change,
} from '../testing/state-changes.ts';

type Pair = readonly [entity: string, cause: string, wrong: Change, right: Change];

const PAIRS: readonly Pair[] = [
  [
    'service/cart',
    'endpoints-not-kept',
    (of, put) => (at(of, '10.0.0.7'), put(endpoints('10.0.9.9'))),
    (of, put) => (at(of, '10.0.0.7'), put(endpoints('10.0.0.7'))),
  ],
  [
    'service/cart',
    'service-address-family-mismatch',
    (of) => (at(of, '10.0.0.7'), void (spec(of('service/cart'))['clusterIP'] = value('fd00::7'))),
    (of) => (at(of, 'fd01::7'), void (spec(of('service/cart'))['clusterIP'] = value('fd00::7'))),
  ],
  [
    'service/cart',
    'service-port-mismatch',
    (of) => (
      void (main(of)['ports'] = value([
        { name: 'http', containerPort: 8080 },
        { name: 'metrics', containerPort: 9090 },
      ])),
      void (spec(of('service/cart'))['ports'] = value([{ name: 'http', port: 80, targetPort: 9090 }]))
    ),
    (of) => (
      void (main(of)['ports'] = value([
        { name: 'http', containerPort: 8080 },
        { name: 'metrics', containerPort: 9090 },
      ])),
      void (spec(of('service/cart'))['ports'] = value([{ name: 'http', port: 80, targetPort: 8080 }]))
    ),
  ],
  [
    'service/cart',
    'headless-service-port',
    (of) => void (spec(of('service/cart'))['clusterIP'] = value('None')),
    (of) => void Object.assign(spec(of('service/cart')), { clusterIP: 'None', ports: [{ port: 8080 }] }),
  ],
  ['pod/shell', 'selector-overlap', (_, put) => put(shell([])), (_, put) => put(shell([{ containerPort: 8080 }]))],
  [
    'service/cart',
    'external-traffic-policy',
    (of, put) => (
      void Object.assign(spec(of('service/cart')), { externalTrafficPolicy: 'Local', type: 'NodePort' }),
      put({ entity: 'node/n2', kind: 'Node', spec: {}, status: {} })
    ),
    (of) => void Object.assign(spec(of('service/cart')), { externalTrafficPolicy: 'Local', type: 'NodePort' }),
  ],
  [
    'deployment/cart',
    'environment-variable-unresolved',
    (of) => (hurt(of), void (main(of)['env']!['8'] = value({ name: 'A', value: 'x$(B)' }))),
    (of) => (hurt(of), void (main(of)['env']!['8'] = value({ name: 'A', value: 'x$(MODE)' }))),
  ],
  [
    'deployment/cart',
    'service-link-variable',
    (of, _, say) => (hurt(of), void (spec(of('service/store'))['clusterIP'] = value('10.9.0.3')), say('deployment/cart', 'invalid port "tcp://10.9.0.3:80"')),
    (of, _, say) => (
      hurt(of),
      void (template(of)['enableServiceLinks'] = value(false)),
      void (spec(of('service/store'))['clusterIP'] = value('10.9.0.3')),
      say('deployment/cart', 'invalid port "tcp://10.9.0.3:80"')
    ),
  ],
  [
    'deployment/cart',
    'grace-period-too-short',
    (of) => (
      hurt(of),
      void Object.assign(template(of), { terminationGracePeriodSeconds: 5 }),
      void (main(of)['lifecycle'] = value({ preStop: { exec: { command: ['sleep', '60'] } } }))
    ),
    (of) => (
      hurt(of),
      void Object.assign(template(of), { terminationGracePeriodSeconds: 90 }),
      void (main(of)['lifecycle'] = value({ preStop: { exec: { command: ['sleep', '60'] } } }))
    ),
  ],
  ['networkpolicy/out', 'network-policy-blocks-dns', (_, put) => put(dns, system, egress('dns-system')), (_, put) => put(dns, system, egress('kube-system'))],
  ['ciliumnetworkpolicy/cart', 'network-policy-blocks', (_, put) => put(cilium('auditor')), (_, put) => put(cilium('front'))],
  ['authorizationpolicy/callers', 'authorization-policy-denies', (_, put) => put(admits('gateway')), (_, put) => put(admits('default'))],
  [
    'sidecar/cart',
    'mesh-egress-restricted',
    (_, put) => put(mesh('Sidecar', 'cart', { workloadSelector: { labels: { app: 'cart' } }, egress: [{ hosts: ['istio-system/*'] }] })),
    (_, put) => put(mesh('Sidecar', 'cart', { workloadSelector: { labels: { app: 'cart' } }, egress: [{ hosts: ['./*'] }] })),
  ],
  [
    'destinationrule/cart',
    'mutual-tls-conflict',
    (_, put) =>
      put(
        mesh('PeerAuthentication', 'all', { mtls: { mode: 'STRICT' } }),
        mesh('DestinationRule', 'cart', { host: 'cart', trafficPolicy: { tls: { mode: 'DISABLE' } } }),
      ),
    (_, put) =>
      put(
        mesh('PeerAuthentication', 'all', { mtls: { mode: 'PERMISSIVE' } }),
        mesh('DestinationRule', 'cart', { host: 'cart', trafficPolicy: { tls: { mode: 'DISABLE' } } }),
      ),
  ],
  [
    'virtualservice/cart',
    'wrong-back-end',
    (_, put) => put(mesh('VirtualService', 'cart', { hosts: ['cart'], http: [{ route: [{ destination: { host: 'store' } }] }] })),
    (_, put) => put(mesh('VirtualService', 'cart', { hosts: ['cart'], http: [{ route: [{ destination: { host: 'cart' } }] }] })),
  ],
  [
    'configmap/coredns',
    'cluster-dns-configuration',
    (_, put, say) => (put(corefile('cluster.internal')), say('deployment/front', 'lookup cart.shop.svc.cluster.local on 10.0.0.2:53: no such host')),
    (_, put, say) => (put(corefile('cluster.local')), say('deployment/front', 'lookup cart.shop.svc.cluster.local on 10.0.0.2:53: no such host')),
  ],
  [
    'deployment/cart',
    'pod-dns-policy',
    (of) => void Object.assign(template(of), { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.2'] } }),
    (of) => void Object.assign(template(of), { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.2'], searches: ['shop.svc.cluster.local'] } }),
  ],
  [
    'configmap/proxy',
    'config-address-unknown',
    (of, put) => (hurt(of), put(proxyText('stroe')), void (template(of)['volumes'] = value([{ name: 'c', configMap: { name: 'proxy' } }]))),
    (of, put) => (hurt(of), put(proxyText('store')), void (template(of)['volumes'] = value([{ name: 'c', configMap: { name: 'proxy' } }]))),
  ],
  ['ingress/shop', 'tls-host-mismatch', ways('shop.example.org'), ways('*.example.com')],
  [
    'ingress/shop',
    'request-body-limit',
    (of, _, say) => (
      void (of('ingress/shop')['metadata'] = value({ annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '8k' } })),
      say('deployment/front', 'client intended to send too large body: 9000 bytes')
    ),
    (_, __, say) => say('deployment/front', 'client intended to send too large body: 9000 bytes'),
  ],
  ['configmap/flags', 'feature-flag-fault', (_, put) => put(flags('on')), (_, put) => put(flags('off'))],
  [
    'crd/widgets',
    'custom-resource-version-missing',
    (of, put, say) => (hurt(of), put(definition('v1')), say('deployment/cart', 'no matches for kind "Widget" in version "example.com/v1beta1"')),
    (of, put, say) => (hurt(of), put(definition('v1beta1')), say('deployment/cart', 'no matches for kind "Widget" in version "example.com/v1beta1"')),
  ],
  ['cronjob/run', 'job-schedule', (_, put) => put(schedule(5)), (_, put) => put(schedule(100))],
  [
    'pvc/store-data',
    'volume-resize-failed',
    (of) => (
      void (of('pvc/store-data')['status'] = value({ phase: 'Bound', capacity: { storage: '500Mi' } })),
      void (of('pvc/store-data')['events'] = value([{ type: 'Warning', reason: 'VolumeResizeFailed', message: 'not supported' }]))
    ),
    (of) => void (of('pvc/store-data')['status'] = value({ phase: 'Bound', capacity: { storage: '1Gi' } })),
  ],
  [
    'deployment/cart',
    'unschedulable',
    (of) => waits(of, 'Failed to schedule pod, nothing suits it'),
    (of) => waits(of, '0/1 nodes are available: 1 Insufficient cpu.'),
  ],
  [
    'deployment/cart',
    'volume-mount-failed',
    (of) => hurt(of, 'FailedMount', 'mount.nfs: Connection timed out', 'Pending'),
    (of) => hurt(of, 'FailedMount', 'secret "gone" not found', 'Pending'),
  ],
  [
    'deployment/cart',
    'working-directory-missing',
    (of) => hurt(of, 'Failed', 'OCI runtime create failed: chdir to cwd ("/srv") set in config.json failed: no such file or directory'),
    (of) => hurt(of, 'Failed', 'OCI runtime create failed: exec: "run": no such file or directory'),
  ],
  [
    'deployment/cart',
    'admission-policy-denies',
    (of) => hurt(of, 'FailedCreate', "pods is forbidden: ValidatingAdmissionPolicy 'owner' denied request"),
    (of) => hurt(of, 'FailedCreate', 'admission webhook "a" denied the request'),
  ],
  [
    'deployment/cart',
    'process-limit',
    (of, _, say) => (hurt(of), say('deployment/cart', 'pthread_create failed: Resource temporarily unavailable')),
    (of, _, say) => (hurt(of), say('deployment/cart', 'panic: nothing to do')),
  ],
  [
    'httproute/it',
    'ref-not-permitted',
    noted('HTTPRoute', { parents: [cond('ResolvedRefs', 'False', 'RefNotPermitted')] }),
    noted('HTTPRoute', { parents: [cond('ResolvedRefs', 'True', 'ResolvedRefs')] }),
  ],
  ['widget/it', 'invalid-spec', noted('Widget', { phase: 'Failed', reason: 'InvalidSpec' }), noted('Widget', { phase: 'Running', reason: 'InvalidSpec' })],
];

describe('one thing more or less decides', () => {
  test.each(PAIRS)('%s: %s is first where it is wrong, and not named where it is not', (entity, cause, wrong, right) => {
    expect(diagnose(evidence(wrong)).hypotheses[0]).toMatchObject({ entity, cause });
    expect(diagnose(evidence(right)).hypotheses.map((h) => `${h.entity} ${h.cause}`)).not.toContain(`${entity} ${cause}`);
  });
});

test('whoever waits for an object that is unwell stands behind it, because it says so in words of its own', () => {
  const { hypotheses } = diagnose(
    evidence((_, put) =>
      put(
        { entity: 'issuer/main', kind: 'Issuer', namespace: 'shop', metadata: { name: 'main' }, spec: {}, status: cond('Ready', 'False', 'NoAccount') },
        {
          entity: 'certificate/web',
          kind: 'Certificate',
          namespace: 'shop',
          metadata: { name: 'web' },
          spec: { issuerRef: { kind: 'Issuer', name: 'main' } },
          status: cond('Ready', 'False', 'IssuerNotReady'),
        },
      ),
    ),
  );
  expect(hypotheses[0]).toMatchObject({ entity: 'issuer/main', cause: 'no-account' });
  expect(hypotheses[1]?.against.map((s) => s.says).join()).toMatch(/refers to issuer\/main/);
});

test('a workload that says whom it could not reach is not taken for the origin', () => {
  const { hypotheses } = diagnose(evidence((of, _, say) => (hurt(of), say('deployment/cart', 'dial tcp store:80: i/o timeout'))));
  expect(
    hypotheses
      .find((h) => h.cause === 'crash-loop')
      ?.against.map((s) => s.says)
      .join(),
  ).toMatch(/its calls to store fail/);
});

test('a kind of others that keeps a template of pods runs containers like one of the platform', () => {
  const { hypotheses } = diagnose(
    evidence((of) => {
      Object.assign(of('deployment/cart'), { entity: 'rollout/cart', kind: 'Rollout', metadata: { name: 'cart' } });
      hurt(of);
      of(cartPod)['events'] = value([{ type: 'Warning', reason: 'Failed', message: 'Failed to pull image "example/cart:1.0": not found' }]);
    }),
  );
  expect(hypotheses[0]).toMatchObject({ entity: 'rollout/cart', cause: 'incorrect-image-reference' });
});
