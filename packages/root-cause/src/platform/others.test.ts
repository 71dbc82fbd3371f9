// Objects of kinds that others brought, and refusals in words that no rule knew before: each in two states that differ in one thing.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { cond, evidence, hurt, main, mesh, noted, spec, value, waits, type Change } from '../testing/state-changes.ts';

type Pair = readonly [entity: string, cause: string, wrong: Change, right: Change];
const wayIn =
  (name: string): Change =>
  (_, put) =>
    put(mesh('IngressRoute', 'way', { routes: [{ match: 'Host(`a`)', services: [{ name, port: 80 }] }] }));
const registry =
  (mode: string): Change =>
  (_, put, say) => {
    put({
      entity: 'configmap/mesh',
      kind: 'ConfigMap',
      namespace: 'shop',
      metadata: { name: 'mesh' },
      data: { mesh: `outboundTrafficPolicy:\n  mode: ${mode}\n` },
    });
    say('deployment/cart', 'POST https://api.example.com: 502 Bad Gateway (BlackHoleCluster)');
  };
const proxied =
  (address: string): Change =>
  (of, _, say) => {
    hurt(of);
    (main(of)['env'] ?? value([]))['9'] = value({ name: 'HTTP_PROXY', value: address });
    say('deployment/cart', 'proxyconnect tcp: dial tcp: lookup proxy.corp.example.com on 10.0.0.2:53: no such host');
  };
const ended =
  (reason: string): Change =>
  (of) => {
    hurt(of);
    of('pod/cart-7d9f8b6c5-abcde')['status'] = value({ phase: 'Failed', reason, message: 'Pod ended' });
  };
const two = (reason: string): object => ({
  conditions: [
    { type: 'Ready', status: 'False', reason: 'Creating' },
    { type: 'Synced', status: reason === '' ? 'True' : 'False', reason },
  ],
});

const PAIRS: readonly Pair[] = [
  ['ingressroute/way', 'missing-back-end', wayIn('frnt'), wayIn('front')],
  [
    'service/cart',
    'source-range-blocks',
    (of) => void (spec(of('service/cart'))['loadBalancerSourceRanges'] = value(['10.1.0.0/16'])),
    (of) => void (spec(of('service/cart'))['loadBalancerSourceRanges'] = value(['0.0.0.0/0'])),
  ],
  ['configmap/mesh', 'mesh-egress-restricted', registry('REGISTRY_ONLY'), registry('ALLOW_ANY')],
  ['deployment/cart', 'environment-address-unknown', proxied('http://proxy.corp.example.com:3128'), proxied('http://other.example.com:3128')],
  ['deployment/cart', 'pod-deadline-exceeded', ended('DeadlineExceeded'), ended('Shutdown')],
  [
    'deployment/cart',
    'image-architecture-mismatch',
    (of) => hurt(of, 'Failed', 'Failed to pull image "example/cart:1.0": no matching manifest for linux/arm64'),
    (of) => hurt(of, 'Failed', 'Failed to pull image "example/cart:1.0": not found'),
  ],
  [
    'deployment/cart',
    'priority-class-forbidden',
    (of) => hurt(of, 'FailedCreate', 'pods is forbidden: pods with a priorityClass is not permitted in shop'),
    (of) => hurt(of, 'FailedCreate', 'no PriorityClass with name a was found'),
  ],
  [
    'deployment/cart',
    'node-pool-limit-exceeded',
    (of) => waits(of, 'all instance types exceed limits for nodepool: "a"'),
    (of) => waits(of, '0/1 nodes are available: 1 Too many pods.'),
  ],
  [
    'deployment/cart',
    'missing-secret-provider-class',
    (of) => hurt(of, 'FailedMount', 'error: SecretProviderClass.secrets-store.csi.x-k8s.io "a" not found', 'Pending'),
    (of) => hurt(of, 'FailedMount', 'error: driver is busy', 'Pending'),
  ],
  ['widget/it', 'reconcile-error', noted('Widget', two('ReconcileError')), noted('Widget', two(''))],
  ['topic/it', 'kafka-errors', noted('Topic', cond('NotReady', 'True', 'KafkaErrors')), noted('Topic', cond('NotReady', 'False', 'KafkaErrors'))],
];

describe('one thing more or less decides', () => {
  test.each(PAIRS)('%s: %s is first where it is wrong, and not named where it is not', (entity, cause, wrong, right) => {
    expect(diagnose(evidence(wrong)).hypotheses[0]).toMatchObject({ entity, cause });
    expect(diagnose(evidence(right)).hypotheses.map((h) => `${h.entity} ${h.cause}`)).not.toContain(`${entity} ${cause}`);
  });
});

test('how far a workload came is never called found, because it tells where to look and not what is wrong', () => {
  const { verdict, hypotheses } = diagnose(evidence((of) => waits(of, 'nothing suits it')));
  expect(hypotheses[0]).toMatchObject({ entity: 'deployment/cart', cause: 'unschedulable' });
  expect(verdict).not.toBe('found');
});
