// Changes to the small platform, each one thing that a test makes wrong or leaves right.
import type { Evidence } from '../evidence.ts';
import { evidenceOf, healthy, tree, type Tree } from './small-platform.ts';

type Of = (entity: string) => Tree;
export type Change = (of: Of, put: (...more: object[]) => void, say: (entity: string, message: string) => void) => void;

export const value = (v: unknown): Tree => v as Tree;
export const cartPod = 'pod/cart-7d9f8b6c5-abcde';
export const spec = (row: Tree): Tree => row['spec'] ?? value({});
export const template = (of: Of): Tree => spec(of('deployment/cart'))['template']?.['spec'] ?? value({});
export const main = (of: Of): Tree => template(of)['containers']?.[0] ?? value({});
export const at = (of: Of, ip: string): void => void ((of(cartPod)['status'] ?? value({}))['podIP'] = value(ip));
/** The pod of cart is not ready, and the platform says this of it. */
export function hurt(of: Of, reason = '', message = '', phase = 'Running'): void {
  of(cartPod)['status'] = value({
    phase,
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    containerStatuses: [
      {
        name: 'cart',
        ready: false,
        restartCount: 5,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      },
    ],
  });
  of('deployment/cart')['status'] = value({ replicas: 1, readyReplicas: 0 });
  if (reason !== '') of(cartPod)['events'] = value([{ type: 'Warning', reason, message }]);
}
/** It ends again and again, and its last words are kept. */
export function lastWords(of: Of, message: string): void {
  hurt(of);
  (of(cartPod)['status']?.['containerStatuses']?.[0] ?? value({}))['lastState'] = value({ terminated: { exitCode: 1, reason: 'Error', message } });
}
export function waits(of: Of, message: string): void {
  delete spec(of(cartPod))['nodeName'];
  of(cartPod)['status'] = value({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] });
  of('deployment/cart')['status'] = value({ replicas: 1, readyReplicas: 0 });
}
export const endpoints = (...ips: string[]): object => ({
  entity: 'endpoints/cart',
  kind: 'Endpoints',
  namespace: 'shop',
  metadata: { name: 'cart' },
  subsets: [{ addresses: ips.map((ip) => ({ ip })) }],
});
export const shell = (ports: object[]): object => ({
  entity: 'pod/shell',
  kind: 'Pod',
  namespace: 'shop',
  metadata: { name: 'shell', labels: { app: 'cart' } },
  spec: { containers: [{ name: 'shell', image: 'busybox', ports }], nodeName: 'n1' },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
});
export const mesh = (kind: string, name: string, of: object): object => ({
  entity: `${kind.toLowerCase()}/${name}`,
  kind,
  namespace: 'shop',
  metadata: { name },
  spec: of,
});
export const egress = (space: string): object => ({
  entity: 'networkpolicy/out',
  kind: 'NetworkPolicy',
  namespace: 'shop',
  spec: {
    podSelector: { matchLabels: { app: 'cart' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: {} }] }, { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': space } } }], ports: [{ port: 53 }] }],
  },
});
export const dns = {
  entity: 'deployment/coredns',
  kind: 'Deployment',
  namespace: 'kube-system',
  metadata: { name: 'coredns' },
  spec: { template: { metadata: { labels: { app: 'dns' } }, spec: { containers: [{ name: 'coredns' }] } } },
  status: { readyReplicas: 1, replicas: 1 },
};
export const system = {
  entity: 'namespace/kube-system',
  kind: 'Namespace',
  metadata: { name: 'kube-system', labels: { team: 'platform' } },
  status: { phase: 'Active' },
};
export const corefile = (zone: string): object => ({
  entity: 'configmap/coredns',
  kind: 'ConfigMap',
  namespace: 'kube-system',
  data: { Corefile: `.:53 {\n  kubernetes ${zone} {\n  }\n}\n` },
});
export const admits = (account: string): object =>
  mesh('AuthorizationPolicy', 'callers', {
    selector: { matchLabels: { app: 'cart' } },
    rules: [{ from: [{ source: { principals: [`cluster.local/ns/shop/sa/${account}`] } }] }],
  });
export const cilium = (label: string): object =>
  mesh('CiliumNetworkPolicy', 'cart', { endpointSelector: { matchLabels: { app: 'cart' } }, ingress: [{ fromEndpoints: [{ matchLabels: { app: label } }] }] });
export const flags = (variant: string): object => ({
  entity: 'configmap/flags',
  kind: 'ConfigMap',
  namespace: 'shop',
  data: { 'flags.json': JSON.stringify({ flags: { cartFailure: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: variant } } }) },
});
export const definition = (version: string): object => ({
  entity: 'crd/widgets',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: { group: 'example.com', names: { kind: 'Widget' }, versions: [{ name: version }] },
});
export const schedule = (seconds: number): object => ({
  entity: 'cronjob/run',
  kind: 'CronJob',
  namespace: 'shop',
  spec: { schedule: '*/5 * * * *', startingDeadlineSeconds: seconds },
});
export const proxyText = (host: string): object => ({
  entity: 'configmap/proxy',
  kind: 'ConfigMap',
  namespace: 'shop',
  metadata: { name: 'proxy' },
  data: { 'a.conf': `upstream back {\n  server ${host}:80;\n}\n` },
});
export const ways =
  (host: string): Change =>
  (of) => {
    Object.assign(spec(of('ingress/shop')), { tls: [{ hosts: [host] }] });
    (spec(of('ingress/shop'))['rules']?.[0] ?? value({}))['host'] = value('shop.example.com');
  };
export const noted =
  (kind: string, status: object): Change =>
  (_, put) =>
    put({ entity: `${kind.toLowerCase()}/it`, kind, namespace: 'shop', metadata: { name: 'it' }, spec: {}, status });
export const cond = (type: string, status: string, reason: string): object => ({ conditions: [{ type, status, reason, message: 'said' }] });

export function evidence(change: Change): Evidence {
  const rows = healthy();
  const found = evidenceOf(rows);
  change(
    (name) => rows.find((r) => String(r['entity']) === name) ?? value({}),
    (...more) => void rows.push(...more.map(tree)),
    (entity, message) => void [1, 2, 3].forEach(() => found.logs.add({ t: null, entity, level: 'error', message })),
  );
  return found;
}
