// A small healthy platform, as its API would give it, for tests that break one thing of it.
import type { ResourceRow } from '@awo/contracts';
import type { Evidence } from '../evidence.ts';
import { LogBook } from '../logs/log-book.ts';

/** An object of the API, open for a test to change. */
export type Tree = { [key: string]: Tree };
export const tree = (value: unknown): Tree => structuredClone(value) as Tree;

const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const shop = (name: string, port: number, env: object[] = [], extra: object = {}): ResourceRow[] => {
  const container = {
    name,
    image: `example/${name}:1.0`,
    ports: [{ name: 'main', containerPort: port }],
    env,
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
    readinessProbe: { tcpSocket: { port }, periodSeconds: 10 },
    livenessProbe: { tcpSocket: { port }, initialDelaySeconds: 15, periodSeconds: 10 },
  };
  const spec = { containers: [container], ...extra };
  return [
    {
      entity: `deployment/${name}`,
      kind: 'Deployment',
      namespace: 'shop',
      spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec } },
      status: { replicas: 1, readyReplicas: 1 },
      events: [],
    },
    {
      entity: `pod/${name}-7d9f8b6c5-abcde`,
      kind: 'Pod',
      namespace: 'shop',
      metadata: { labels: { app: name } },
      spec: { ...structuredClone(spec), nodeName: 'n1' },
      status: { ...ready, containerStatuses: [{ name, ready: true, restartCount: 0, state: { running: {} } }] },
      events: [],
    },
    { entity: `service/${name}`, kind: 'Service', namespace: 'shop', spec: { selector: { app: name }, ports: [{ port: 80, targetPort: port }] } },
  ];
};

/** front calls cart, cart calls its database. */
export const healthy = (): Tree[] =>
  [
    ...shop('front', 8000, [{ name: 'CART_ADDR', value: 'cart:80' }]),
    ...shop('cart', 8080, [
      { name: 'DB_HOST', value: 'store' },
      { name: 'DB_PORT', value: '80' },
      { name: 'DB_PASSWORD', value: 'right' },
      { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'cart-config', key: 'mode' } } },
      { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'cart-secret', key: 'token' } } },
    ]),
    ...shop('store', 5432, [{ name: 'POSTGRES_PASSWORD', value: 'right' }], {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'store-data' } }],
    }),
    { entity: 'configmap/cart-config', kind: 'ConfigMap', namespace: 'shop', data: { mode: 'fast' } },
    { entity: 'secret/cart-secret', kind: 'Secret', namespace: 'shop', data: { token: 'x' } },
    { entity: 'serviceaccount/default', kind: 'ServiceAccount', namespace: 'shop' },
    {
      entity: 'pvc/store-data',
      kind: 'PersistentVolumeClaim',
      namespace: 'shop',
      spec: { storageClassName: 'plain', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'v1' },
      status: { phase: 'Bound' },
    },
    {
      entity: 'pv/v1',
      kind: 'PersistentVolume',
      spec: { storageClassName: 'plain', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, claimRef: { name: 'store-data' } },
      status: { phase: 'Bound' },
    },
    { entity: 'storageclass/plain', kind: 'StorageClass', provisioner: 'example' },
    {
      entity: 'node/n1',
      kind: 'Node',
      metadata: { labels: { zone: 'a' } },
      spec: {},
      status: { allocatable: { cpu: '4', memory: '8Gi' }, conditions: [{ type: 'Ready', status: 'True' }] },
    },
    {
      entity: 'resourcequota/shop',
      kind: 'ResourceQuota',
      namespace: 'shop',
      spec: { hard: { pods: '10' } },
      status: { hard: { pods: '10' }, used: { pods: '3' } },
    },
    {
      entity: 'ingress/shop',
      kind: 'Ingress',
      namespace: 'shop',
      spec: { rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'front', port: { number: 80 } } } }] } }] },
    },
  ].map(tree);

export const evidenceOf = (rows: readonly unknown[], symptom = 'front is unavailable', entity: string | null = 'service/front'): Evidence => ({
  symptom: { at: null, entity, text: symptom },
  frame: { window: null, baseline: null },
  topology: { nodes: [], edges: [] },
  series: [],
  logs: new LogBook({ window: null, baseline: null }),
  spans: [],
  changes: [],
  comparisons: [],
  processes: [],
  resources: rows as ResourceRow[],
  present: new Set(['incident', 'resources']),
  notes: [],
});
