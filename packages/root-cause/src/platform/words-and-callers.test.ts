// What last words, callers and neighbours tell, each in two states that differ in one thing.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { cartPod, cond, dns, evidence, hurt, lastWords, main, mesh, spec, template, value, type Change } from '../testing/state-changes.ts';

type Pair = readonly [why: string, entity: string, cause: string, wrong: Change, right: Change];

/** A config map mounted at /etc/cart, and what cart says. */
const settings =
  (text: string, says: string): Change =>
  (of, put) => {
    lastWords(of, says);
    put({ entity: 'configmap/settings', kind: 'ConfigMap', namespace: 'shop', metadata: { name: 'settings' }, data: { 'a.yaml': text } });
    template(of)['volumes'] = value([{ name: 's', configMap: { name: 'settings' } }]);
    main(of)['volumeMounts'] = value([{ name: 's', mountPath: '/etc/cart/' }]);
  };
const dbHost =
  (host: string): Change =>
  (of) => (hurt(of), void (main(of)['env']!['0'] = value({ name: 'DB_HOST', value: host })));
const budget = (app: string): object => ({
  entity: `poddisruptionbudget/${app}`,
  kind: 'PodDisruptionBudget',
  namespace: 'shop',
  metadata: { name: app },
  spec: { minAvailable: 1, selector: { matchLabels: { app } } },
  status: { disruptionsAllowed: 0 },
});
const held =
  (app: string): Change =>
  (of, put) => {
    put(budget('cart'), budget('front'));
    of(`pod/${app}-7d9f8b6c5-abcde`)['events'] = value([
      { type: 'Warning', reason: 'FailedEviction', message: "Cannot evict pod as it would violate the pod's disruption budget." },
    ]);
  };
const nameServer =
  (label: string): Change =>
  (of, put) => (
    hurt(of),
    put(dns, {
      entity: 'service/kube-dns',
      kind: 'Service',
      namespace: 'kube-system',
      metadata: { name: 'kube-dns' },
      spec: { selector: { app: label }, ports: [{ port: 53, protocol: 'UDP' }] },
    })
  );
/** cart and store carry one more label, by which the service of cart selects; it calls itself by two or by the common one only. */
const shared =
  (selector: object): Change =>
  (of) => {
    for (const name of ['cart', 'store']) {
      const labels = value({ app: name, layer: 'inner' });
      (spec(of(`deployment/${name}`))['template']?.['metadata'] ?? value({}))['labels'] = labels;
      of(`pod/${name}-7d9f8b6c5-abcde`)['metadata'] = value({ labels });
    }
    spec(of('service/cart'))['selector'] = value(selector);
  };
const asked =
  (second: string): Change =>
  (of) => (
    hurt(of),
    void (spec(of('service/cart'))['ports'] = value([{ port: 81, targetPort: 8080 }])),
    void (spec(of('deployment/store'))['template']!['spec']!['containers']![0]!['env']!['1'] = value({ name: 'CART_ADDR', value: second }))
  );
const loopback =
  (hostNetwork: boolean): Change =>
  (of) => (
    hurt(of, 'Unhealthy', 'Readiness probe failed: Get "http://127.0.0.1:8080/": dial tcp 127.0.0.1:8080: connect: connection refused'),
    void Object.assign(template(of), { hostNetwork }),
    void (main(of)['readinessProbe'] = value({ httpGet: { host: '127.0.0.1', port: 8080 } }))
  );
const bound =
  (node: string): Change =>
  (of) => (hurt(of, '', '', 'Pending'), void Object.assign(template(of), { nodeName: node }), void Object.assign(spec(of(cartPod)), { nodeName: node }));
const preempted =
  (by: string): Change =>
  (of) => (
    hurt(of, 'Preempted', `Preempted by pod ${by} on node n1`),
    void (of('pod/store-7d9f8b6c5-abcde')['metadata'] = value({ uid: '0b6f-1', labels: { app: 'store' } }))
  );
const argued =
  (arg: string): Change =>
  (of) => (lastWords(of, 'Error: unknown flag: --prot'), void (main(of)['args'] = value([arg])));
const lacking =
  (name: string): Change =>
  (of) => (lastWords(of, 'environment variable "DB_NAME" not set'), void (main(of)['env']!['5'] = value({ name, value: 'a' })));
const optional =
  (name: string): Change =>
  (of) => (lastWords(of, 'required setting RUN_MODE is empty'), void (main(of)['envFrom'] = value([{ configMapRef: { name, optional: true } }])));
const covered =
  (mountPath: string): Change =>
  (of) => (
    lastWords(of, 'exec: "/app/run": stat /app/run: no such file or directory: unknown'),
    void (main(of)['command'] = value(['/app/run'])),
    void (main(of)['volumeMounts'] = value([{ name: 'scratch', mountPath }])),
    void (template(of)['volumes'] = value([{ name: 'scratch', emptyDir: {} }]))
  );
const gateway =
  (status: string): Change =>
  (_, put) =>
    put({ ...mesh('Gateway', 'edge', { gatewayClassName: 'envoy' }), status: cond('Accepted', status, 'Pending') });

const PAIRS: readonly Pair[] = [
  [
    'a file that it cannot read is of the config map that holds it',
    'configmap/settings',
    'configuration',
    settings('a: [', 'error parsing /etc/cart/a.yaml: did not find expected node'),
    settings('a: [', 'error parsing /etc/other/a.yaml: did not find expected node'),
  ],
  [
    'a host and its port stand in two lines',
    'configmap/settings',
    'config-port-mismatch',
    settings('db:\n  host: store\n  port: 5432\n', 'no answer'),
    settings('db:\n  host: store\n  port: 80\ncache:\n  port: 5432\n', 'no answer'),
  ],
  [
    'in another namespace the workload of that name is not the one that is asked for',
    'deployment/cart',
    'environment-address-unknown',
    dbHost('store.other:80'),
    dbHost('store.shop:80'),
  ],
  ['a policy without rules lets nobody in', 'authorizationpolicy/it', 'authorization-policy-denies', policy({}), policy({ rules: [{}] })],
  ['everybody needs the service for names, and nobody writes it down', 'service/kube-dns', 'service-selector-mismatch', nameServer('nds'), nameServer('dns')],
  [
    'who selects by less than its own workload calls itself by is too wide',
    'service/cart',
    'selector-overlap',
    shared({ layer: 'inner' }),
    shared({ app: 'cart', layer: 'inner' }),
  ],
  ['where all callers agree on a port the service was changed', 'service/cart', 'service-port-mismatch', asked('cart:80'), asked('cart:81')],
  ['the loopback of a probe is that of the node', 'deployment/cart', 'readiness-probe-host', loopback(false), loopback(true)],
  ['a node that is written down is not one that went', 'deployment/cart', 'node-name-unknown', bound('n9'), bound('n1')],
  ['whoever took the place is told by the event', 'deployment/store', 'priority-preemption', preempted('0b6f-1'), preempted('0b6f-2')],
  ['the pod that could not be moved tells which budget held it', 'poddisruptionbudget/cart', 'disruption-budget-blocks', held('cart'), held('front')],
  ['an argument that it does not know is its own', 'deployment/cart', 'configuration', argued('--prot=1'), argued('--port=1')],
  ['a variable that it asks for and nobody sets', 'deployment/cart', 'missing-environment-variable', lacking('DB_USER'), lacking('DB_NAME')],
  ['a source that may be absent is needed all the same', 'deployment/cart', 'missing-config-map', optional('gone'), optional('cart-config')],
  ['a volume hides what the image has there', 'deployment/cart', 'volume-mount-path', covered('/app'), covered('/tmp')],
  ['no controller has taken the gateway', 'gateway/edge', 'missing-gateway-class', gateway('Unknown'), gateway('True')],
];

function calls(address: string): Change {
  return (of) => {
    spec(of('deployment/front'))['template']!['spec']!['containers']![0]!['env'] = value([{ name: 'CART_ADDR', value: address }]);
    spec(of('deployment/store'))['template']!['spec']!['containers']![0]!['env']!['1'] = value({ name: 'CART_ADDR', value: 'cart:80' });
    of('pod/front-7d9f8b6c5-abcde')['status'] = value({ phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] });
  };
}
function policy(rules: object): Change {
  return (_, put, say) => (put(mesh('AuthorizationPolicy', 'it', rules)), say('deployment/front', 'cart: RBAC: access denied, status 403'));
}

describe('one thing more or less decides', () => {
  test.each(PAIRS)('%s: %s %s', (_, entity, cause, wrong, right) => {
    expect(diagnose(evidence(wrong)).hypotheses[0]).toMatchObject({ entity, cause });
    expect(diagnose(evidence(right)).hypotheses.map((h) => `${h.entity} ${h.cause}`)).not.toContain(`${entity} ${cause}`);
  });
});

test('a name that is part of a right one is not taken for shared with those who use the right one', () => {
  const answer = diagnose(evidence(calls('car:80')));
  expect({ ...answer, hypotheses: answer.hypotheses.slice(0, 1) }).toMatchObject({
    verdict: 'found',
    hypotheses: [{ entity: 'deployment/front', cause: 'environment-address-unknown' }],
  });
});

test('a path that carries the name of an account is no complaint about it, because no account was listed', () => {
  const { hypotheses } = diagnose(
    evidence((of) => {
      lastWords(of, 'cannot read /etc/runner/a.conf');
      template(of)['serviceAccountName'] = value('runner');
      for (const r of ['serviceaccount/default']) of(r)['kind'] = value('Unlisted');
    }),
  );
  expect(hypotheses.map((h) => h.cause)).not.toContain('missing-service-account');
});
