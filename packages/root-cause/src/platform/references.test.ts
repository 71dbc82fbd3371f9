// What refers to what beyond a workload and its service, and what can be told where only a part of the platform's state is there.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { evidenceOf, healthy, tree, type Tree } from '../testing/small-platform.ts';

type Of = (entity: string) => Record<string, unknown>;
type Row = readonly [entity: string, cause: string, change: (rows: Tree[], of: Of) => void];
const put = (rows: Tree[], ...more: object[]): void => void rows.push(...more.map(tree));
const container = (of: Of): Record<string, unknown> => (of('deployment/cart')['spec'] as Tree)['template']?.['spec']?.['containers']?.[0] ?? {};
const crashed = (of: Of, message = ''): void => {
  of('deployment/cart')['status'] = { replicas: 1, readyReplicas: 0 };
  const ended = { terminated: { exitCode: 1, reason: 'Error', message } };
  of('pod/cart-7d9f8b6c5-abcde')['status'] = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [{ name: 'cart', ready: false, restartCount: 6, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended }],
  };
};
const REFUSED = 'pods is forbidden: User "system:serviceaccount:shop:cart" cannot list resource "pods" in API group "" in the namespace "shop"';
const binding = (name: string, account: string, role: string): object => ({
  entity: `rolebinding/${name}`,
  kind: 'RoleBinding',
  namespace: 'shop',
  roleRef: { kind: 'Role', name: role },
  subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'shop' }],
});
const role = (name: string, verbs: string[]): object => ({ entity: `role/${name}`, kind: 'Role', namespace: 'shop', rules: [{ resources: ['pods'], verbs }] });
const autoscaler = (name: string): object => ({
  entity: `hpa/${name}`,
  kind: 'HorizontalPodAutoscaler',
  namespace: 'shop',
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' } },
});

const ROWS: readonly Row[] = [
  ['role/reader', 'role-lacks-permission', (rows, of) => (crashed(of, REFUSED), put(rows, role('reader', ['get']), binding('reads', 'cart', 'reader')))],
  ['rolebinding/reads', 'missing-role', (rows, of) => (crashed(of, REFUSED), put(rows, role('other', ['list']), binding('reads', 'cart', 'reader')))],
  ['rolebinding/reads', 'role-not-bound', (rows, of) => (crashed(of, REFUSED), put(rows, role('reader', ['list']), binding('reads', 'admin', 'reader')))],
  ['deployment/cart', 'rbac-forbidden', (_, of) => crashed(of, REFUSED)],
  ['deployment/cart', 'listen-port-mismatch', (_, of) => (crashed(of), void (container(of)['args'] = ['serve', '--port=9090']))],
  ['deployment/cart', 'environment-address-unknown', (_, of) => (crashed(of), void (container(of)['args'] = ['--store', 'stroe:80']))],
  ['hpa/first', 'autoscaler-conflict', (rows) => put(rows, autoscaler('twin'), autoscaler('first'))],
  ['cronjob/month', 'job-schedule', (rows) => put(rows, { entity: 'cronjob/month', kind: 'CronJob', namespace: 'shop', spec: { schedule: '0 0 31 2 *' } })],
  [
    'httproute/way',
    'missing-gateway',
    (rows) =>
      put(
        rows,
        { entity: 'gateway/edge', kind: 'Gateway', namespace: 'shop', spec: { listeners: [] } },
        { entity: 'httproute/way', kind: 'HTTPRoute', namespace: 'shop', spec: { parentRefs: [{ name: 'egde' }] } },
      ),
  ],
  [
    'node/n1',
    'node-gone',
    (rows, of) => {
      crashed(of);
      of('node/n1')['metadata'] = { name: 'n2' };
      of('node/n1')['entity'] = 'node/n2';
      rows.find((r) => String(r['entity']).startsWith('pod/cart'))!['spec']!['nodeName'] = 'n1' as unknown as Tree;
    },
  ],
];

describe('an object is compared with what refers to it and what it refers to', () => {
  test.each(ROWS)('%s: %s', (entity, cause, change) => {
    const rows = healthy();
    change(rows, (name) => rows.find((r) => String(r['entity']) === name) ?? {});
    const [first] = diagnose(evidenceOf(rows)).hypotheses;
    expect(first).toMatchObject({ entity, cause });
  });
});

test('an event about an object that nobody listed speaks of what made it, because exports often hold events only', () => {
  const event = {
    kind: 'Event',
    entity: 'event/1',
    namespace: 'shop',
    type: 'Warning',
    reason: 'Failed',
    message: 'Failed to pull image "example/cart:2": not found',
    involvedObject: { kind: 'Pod', name: 'cart-7d9f8b6c5-abcde' },
  };
  expect(diagnose(evidenceOf([event], 'cart fails', null)).hypotheses[0]).toMatchObject({ entity: 'deployment/cart', cause: 'incorrect-image-reference' });
});

test('what a row does not tell is not taken for absent: without a spec no service has lost its selector', () => {
  const rows = healthy().map((r) => Object.fromEntries(Object.entries(r).filter(([key]) => key !== 'spec')));
  expect(diagnose(evidenceOf(rows)).verdict).toBe('insufficient');
});

test('the one word of a table of pods is a state as well', () => {
  const rows = healthy().map((r): object =>
    String(r['kind']) === 'Pod' ? { ...r, status: String(r['entity']).startsWith('pod/cart') ? 'ErrImagePull' : 'Running' } : r,
  );
  expect(diagnose(evidenceOf(rows)).hypotheses[0]).toMatchObject({ entity: 'deployment/cart', cause: 'incorrect-image-reference' });
});

test('an effect without its cause is never called found, because who it hit is not what did it', () => {
  const rows = healthy();
  crashed((name) => rows.find((r) => String(r['entity']) === name) ?? {});
  const { hypotheses, verdict } = diagnose(evidenceOf(rows));
  expect(hypotheses[0]).toMatchObject({ entity: 'deployment/cart', cause: 'crash-loop' });
  expect(verdict).not.toBe('found');
});
