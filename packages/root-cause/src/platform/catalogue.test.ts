// Every kind of platform fault is first among the hypotheses, on the object that is wrong; a healthy platform is left in peace.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { evidenceOf, healthy, tree, type Tree } from '../testing/small-platform.ts';

type Break = (rows: Tree[], of: (entity: string) => Tree) => void;
type Row = readonly [entity: string, cause: string, Break];

const value = (v: unknown): Tree => v as Tree;
const part = (at: Tree | undefined, ...path: (string | number)[]): Tree => path.reduce<Tree>((here, key) => here[key] ?? value({}), at ?? value({}));
const main = (row: Tree): Tree => part(row, 'spec', 'template', 'spec', 'containers', 0);
const template = (row: Tree): Tree => part(row, 'spec', 'template', 'spec');
const cartPod = 'pod/cart-7d9f8b6c5-abcde';

/** The pod of cart is in this state, and the platform said this. */
function hurt(of: (entity: string) => Tree, waiting: string, message: string, event?: [reason: string, message: string], more: object = {}): void {
  of(cartPod)['status'] = value({
    phase: waiting === 'CrashLoopBackOff' ? 'Running' : 'Pending',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [{ name: 'cart', ready: false, restartCount: 4, state: waiting ? { waiting: { reason: waiting, message } } : { running: {} }, ...more }],
  });
  of('deployment/cart')['status'] = value({ replicas: 1, readyReplicas: 0 });
  if (event) of(cartPod)['events'] = value([{ type: 'Warning', reason: event[0], message: event[1] }]);
}
function unscheduled(of: (entity: string) => Tree, message: string): void {
  delete part(of(cartPod), 'spec')['nodeName'];
  of(cartPod)['status'] = value({ phase: 'Pending', conditions: message ? [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] : [] });
  of('deployment/cart')['status'] = value({ replicas: 1, readyReplicas: 0 });
}
function uncreated(rows: Tree[], of: (entity: string) => Tree, message: string): void {
  rows.splice(
    rows.findIndex((r) => r['entity'] === value(cartPod)),
    1,
  );
  of('deployment/cart')['status'] = value({ replicas: 0, readyReplicas: 0 });
  of('deployment/cart')['events'] = value([{ type: 'Warning', reason: 'FailedCreate', message }]);
}
const unbound = (of: (entity: string) => Tree, spec: object, event = 'no persistent volumes available for this claim and no storage class is set'): void => {
  const claim = of('pvc/store-data');
  claim['spec'] = value({ ...part(claim, 'spec'), volumeName: '', ...spec });
  claim['status'] = value({ phase: 'Pending' });
  claim['events'] = value([{ type: 'Warning', reason: 'FailedBinding', message: event }]);
  delete part(of('pv/v1'), 'spec')['claimRef'];
};
const policy = (spec: object): Tree => tree({ entity: 'networkpolicy/strict', kind: 'NetworkPolicy', namespace: 'shop', spec });
const notReady = (of: (entity: string) => Tree, reason: string, message: string): void => {
  part(of('node/n1'), 'status')['conditions'] = value([{ type: 'Ready', status: 'Unknown', reason, message }]);
};
const mounted =
  (entity: string, key: string, name: string): Break =>
  (_, of) =>
    void (part(main(of('deployment/cart')), 'env', entity === 'cm' ? 3 : 4, 'valueFrom', entity === 'cm' ? 'configMapKeyRef' : 'secretKeyRef')[key] =
      value(name));

const ROWS: readonly Row[] = [
  ['service/cart', 'service-selector-mismatch', (_, of) => void (part(of('service/cart'), 'spec')['selector'] = value({ app: 'crat' }))],
  ['service/cart', 'service-port-mismatch', (_, of) => void (part(of('service/cart'), 'spec', 'ports', 0)['targetPort'] = value(9999))],
  ['service/cart', 'service-protocol-mismatch', (_, of) => void (part(of('service/cart'), 'spec', 'ports', 0)['protocol'] = value('UDP'))],
  [
    'ingress/shop',
    'missing-back-end',
    (_, of) => void (part(of('ingress/shop'), 'spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service')['name'] = value('fornt')),
  ],
  [
    'ingress/shop',
    'back-end-port-mismatch',
    (_, of) => void (part(of('ingress/shop'), 'spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'port')['number'] = value(81)),
  ],
  ['deployment/front', 'environment-address-unknown', (_, of) => void (part(main(of('deployment/front')), 'env', 0)['value'] = value('crat:80'))],
  ['deployment/front', 'environment-address-wrong', (_, of) => void (part(main(of('deployment/front')), 'env', 0)['value'] = value('store:80'))],
  [
    'deployment/cart',
    'missing-service',
    (rows) =>
      void rows.splice(
        rows.findIndex((r) => r['entity'] === value('service/cart')),
        1,
      ),
  ],
  [
    'configmap/cart-config',
    'config-address-unknown',
    (_, of) => void (part(of('configmap/cart-config'), 'data')['route'] = value('proxy_pass http://stroe:80/;')),
  ],
  [
    'configmap/cart-config',
    'config-port-mismatch',
    (_, of) => void (part(of('configmap/cart-config'), 'data')['route'] = value('proxy_pass http://store:81/;')),
  ],
  [
    'deployment/cart',
    'container-port-conflict',
    (_, of) => void (template(of('deployment/cart'))['containers'] = value([main(of('deployment/cart')), { name: 'side', ports: [{ containerPort: 8080 }] }])),
  ],
  ['deployment/front', 'environment-port-mismatch', (_, of) => void (part(main(of('deployment/front')), 'env', 0)['value'] = value('cart:8080'))],
  ['deployment/cart', 'environment-port-mismatch', (_, of) => void (part(main(of('deployment/cart')), 'env', 1)['value'] = value('3307'))],
  ['deployment/cart', 'credentials-mismatch', (_, of) => void (part(main(of('deployment/cart')), 'env', 2)['value'] = value('wrong'))],
  ['deployment/cart', 'missing-config-map', mounted('cm', 'name', 'cart-confg')],
  ['deployment/cart', 'missing-config-key', mounted('cm', 'key', 'moed')],
  ['deployment/cart', 'missing-secret', mounted('secret', 'name', 'other')],
  ['deployment/cart', 'missing-secret-key', mounted('secret', 'key', 'tokn')],
  ['deployment/cart', 'missing-secret', (_, of) => hurt(of, 'CreateContainerConfigError', 'secret "hidden" not found')],
  [
    'deployment/cart',
    'incorrect-image-reference',
    (_, of) => hurt(of, 'ImagePullBackOff', 'Back-off pulling image', ['Failed', 'Failed to pull image "example/cart:9": manifest unknown']),
  ],
  ['deployment/cart', 'image-registry-dns-failure', (_, of) => hurt(of, 'ErrImagePull', 'dial tcp: lookup registri.example: no such host')],
  ['deployment/cart', 'missing-image-pull-secret', (_, of) => hurt(of, 'ErrImagePull', 'failed to authorize: 401 Unauthorized')],
  ['deployment/cart', 'command-not-found', (_, of) => hurt(of, 'CrashLoopBackOff', 'exec: "strat": executable file not found in $PATH')],
  [
    'deployment/cart',
    'oom-killed',
    (_, of) => hurt(of, 'CrashLoopBackOff', 'back-off', undefined, { lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }),
  ],
  [
    'deployment/cart',
    'liveness-probe-port',
    (_, of) => (
      (part(main(of('deployment/cart')), 'livenessProbe', 'tcpSocket')['port'] = value(9)),
      hurt(of, 'CrashLoopBackOff', 'back-off', ['Unhealthy', 'Liveness probe failed: dial tcp 10.0.0.1:9: connect: connection refused'])
    ),
  ],
  [
    'deployment/cart',
    'readiness-probe-port',
    (_, of) => (
      (part(main(of('deployment/cart')), 'readinessProbe', 'tcpSocket')['port'] = value(9)),
      hurt(of, '', '', ['Unhealthy', 'Readiness probe failed: dial tcp 10.0.0.1:9: connect: connection refused'])
    ),
  ],
  [
    'deployment/cart',
    'liveness-probe-protocol',
    (_, of) => (
      (main(of('deployment/cart'))['livenessProbe'] = value({ httpGet: { port: 8080, path: '/' } })),
      hurt(of, 'CrashLoopBackOff', 'back-off', ['Unhealthy', 'Liveness probe failed: Get "http://10.0.0.1:8080/": malformed HTTP response'])
    ),
  ],
  [
    'deployment/cart',
    'readiness-probe-path',
    (_, of) => (
      (main(of('deployment/cart'))['readinessProbe'] = value({ httpGet: { port: 8080, path: '/helth' } })),
      hurt(of, '', '', ['Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 404'])
    ),
  ],
  [
    'deployment/cart',
    'liveness-probe-timing',
    (_, of) => (
      (main(of('deployment/cart'))['livenessProbe'] = value({ tcpSocket: { port: 8080 }, initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 })),
      hurt(of, 'CrashLoopBackOff', 'back-off', ['Unhealthy', 'Liveness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused'])
    ),
  ],
  [
    'deployment/cart',
    'node-selector-mismatch',
    (_, of) => (
      (template(of('deployment/cart'))['nodeSelector'] = value({ zone: 'z' })),
      unscheduled(of, "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.")
    ),
  ],
  ['deployment/cart', 'node-affinity-mismatch', (_, of) => unscheduled(of, "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.")],
  ['deployment/cart', 'taint-not-tolerated', (_, of) => unscheduled(of, '0/1 nodes are available: 1 node(s) had untolerated taint {gpu: yes}.')],
  ['deployment/cart', 'cpu-capacity-exceeded', (_, of) => unscheduled(of, '0/1 nodes are available: 1 Insufficient cpu.')],
  [
    'deployment/cart',
    'memory-capacity-exceeded',
    (_, of) => ((part(main(of('deployment/cart')), 'resources', 'requests')['memory'] = value('64Gi')), unscheduled(of, '')),
  ],
  ['deployment/cart', 'pod-anti-affinity-conflict', (_, of) => unscheduled(of, "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.")],
  [
    'node/n1',
    'node-cordoned',
    (_, of) => ((part(of('node/n1'), 'spec')['unschedulable'] = value(true)), unscheduled(of, '0/1 nodes are available: 1 node(s) were unschedulable.')),
  ],
  ['node/n1', 'kubelet-unavailable', (_, of) => notReady(of, 'NodeStatusUnknown', 'Kubelet stopped posting node status.')],
  ['node/n1', 'container-runtime-unavailable', (_, of) => notReady(of, 'KubeletNotReady', 'container runtime is down')],
  ['node/n1', 'node-disk-pressure', (_, of) => void (part(of('node/n1'), 'status')['conditions'] = value([{ type: 'DiskPressure', status: 'True' }]))],
  [
    'resourcequota/shop',
    'pod-quota-exceeded',
    (rows, of) => uncreated(rows, of, 'pods "cart-x" is forbidden: exceeded quota: shop, requested: pods=1, used: pods=10, limited: pods=10'),
  ],
  [
    'resourcequota/shop',
    'memory-quota-exceeded',
    (rows, of) =>
      uncreated(rows, of, 'pods "cart-x" is forbidden: exceeded quota: shop, requested: cpu=1,memory=1Gi, used: cpu=1,memory=2Gi, limited: cpu=4,memory=2Gi'),
  ],
  [
    'deployment/cart',
    'missing-service-account',
    (rows, of) => uncreated(rows, of, 'pods "cart-" is forbidden: error looking up service account shop/cart-sa: serviceaccount "cart-sa" not found'),
  ],
  [
    'deployment/cart',
    'limit-range-violated',
    (rows, of) => uncreated(rows, of, 'pods "cart-" is forbidden: maximum cpu usage per Container is 100m, but limit is 500m'),
  ],
  ['pvc/store-data', 'storage-class-mismatch', (_, of) => unbound(of, { storageClassName: 'fast' }, 'storageclass.storage.k8s.io "fast" not found')],
  ['pvc/store-data', 'access-mode-mismatch', (_, of) => unbound(of, { accessModes: ['ReadWriteMany'] })],
  ['pvc/store-data', 'volume-capacity-mismatch', (_, of) => unbound(of, { resources: { requests: { storage: '9Gi' } } })],
  ['pvc/store-data', 'volume-selector-mismatch', (_, of) => unbound(of, { selector: { matchLabels: { tier: 'x' } } })],
  [
    'networkpolicy/strict',
    'network-policy-blocks',
    (rows) =>
      void rows.push(
        policy({
          podSelector: { matchLabels: { app: 'cart' } },
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ podSelector: { matchLabels: { app: 'nobody' } } }] }],
        }),
      ),
  ],
  ['networkpolicy/strict', 'network-policy-blocks', (rows) => void rows.push(policy({ podSelector: {}, policyTypes: ['Egress'] }))],
  ['deployment/cart', 'zero-replicas', (rows, of) => (uncreated(rows, of, ''), void (part(of('deployment/cart'), 'spec')['replicas'] = value(0)))],
  ['deployment/cart', 'crash-loop', (_, of) => hurt(of, 'CrashLoopBackOff', 'back-off 5m0s restarting failed container')],
  [
    'daemonset/kube-proxy',
    'kube-proxy-unavailable',
    (rows) =>
      void rows.push(
        tree({
          entity: 'daemonset/kube-proxy',
          kind: 'DaemonSet',
          namespace: 'kube-system',
          spec: { template: { spec: { containers: [] } } },
          status: { desiredNumberScheduled: 1, numberUnavailable: 1 },
        }),
      ),
  ],
  [
    'deployment/coredns',
    'cluster-dns-unavailable',
    (rows) =>
      void rows.push(
        tree({
          entity: 'deployment/coredns',
          kind: 'Deployment',
          namespace: 'kube-system',
          spec: { replicas: 0, template: { spec: { containers: [] } } },
          status: {},
        }),
      ),
  ],
];

describe('one thing is wrong, and it is named before its symptoms', () => {
  test.each(ROWS)('%s: %s', (entity, cause, breakIt) => {
    const rows = healthy();
    breakIt(rows, (name) => rows.find((row) => row['entity'] === value(name)) ?? value({}));
    const [first] = diagnose(evidenceOf(rows)).hypotheses;
    expect(`${first?.entity} ${first?.cause}`).toBe(`${entity} ${cause}`);
    expect(first?.repair ?? '').not.toBe('');
  });
});

test('a healthy platform has no cause of anything, because a diagnosis that always accuses is worth nothing', () => {
  expect(diagnose(evidenceOf(healthy()))).toMatchObject({ verdict: 'insufficient', hypotheses: [] });
});

test('what went wrong while a workload started is no fault of one that is well now', () => {
  const rows = healthy();
  const pod = rows.find((row) => row['entity'] === value(cartPod)) ?? value({});
  pod['events'] = value([
    { type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused' },
    { type: 'Warning', reason: 'FailedScheduling', message: '0/1 nodes are available: 1 Insufficient cpu.' },
  ]);
  expect(diagnose(evidenceOf(rows)).hypotheses).toEqual([]);
});

test('an address that several share and nobody has is no likely cause: it may be outside of what was listed', () => {
  const rows = healthy();
  for (const row of rows.filter((one) => one['kind'] === value('Deployment')))
    part(main(row), 'env')['9'] = value({ name: 'TRACES', value: 'collector.svc.cluster.local:4317' });
  expect(diagnose(evidenceOf(rows)).hypotheses.every((h) => h.score < 2.5)).toBe(true);
});

test('a fault that the incident does not depend on stands behind one that it does', () => {
  const rows = healthy();
  const of = (name: string): Tree => rows.find((row) => row['entity'] === value(name)) ?? value({});
  part(of('service/cart'), 'spec')['selector'] = value({ app: 'crat' });
  rows.push(tree({ entity: 'service/alone', kind: 'Service', namespace: 'shop', spec: { selector: { app: 'gone' }, ports: [] } }));
  const { hypotheses } = diagnose(evidenceOf(rows));
  expect(hypotheses.map((h) => h.entity)).toEqual(['service/cart', 'service/alone']);
  expect(hypotheses[0]?.for.map((s) => s.says).join()).toMatch(/service\/front depends on it/);
  expect(hypotheses[1]?.against.map((s) => s.says).join()).toMatch(/Nothing is known/);
});
