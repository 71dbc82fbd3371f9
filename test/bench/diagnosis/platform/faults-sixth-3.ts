// The sixth list: services and ingresses.
import { crash } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, routed, timesOut } from './makers.ts';
import { recorded } from './suite.ts';
import { set, text, type Obj } from './tree.ts';
import type { Cluster } from './cluster.ts';

const port = (app: { service: Obj }): number => Number(text(app.service, 'spec.ports.0.port'));
const ingress = (c: Cluster): Obj => c.find('Ingress', 'public') ?? {};
const backend = ['spec', 'rules', '0', 'http', 'paths', '0', 'backend', 'service'];
const entry = (kind: string, causes: string[], bring: (c: Cluster, on: Obj) => Obj[] | void): Fault => ({
  kind,
  family: 'ingress',
  bring: (c) => {
    const on = ingress(c);
    const more = bring(c, on);
    return truth([on, ...(more ?? [])], ...causes);
  },
});
export const SIXTH_FAULTS_3: readonly Fault[] = recorded([
  routed('target port is another number', 'service-port-mismatch', (app) => set(app.service, 'spec.ports.0.targetPort', app.port + 1000)),
  routed('target port has a name that no container has', 'service-port-mismatch', (app) => set(app.service, 'spec.ports.0.targetPort', 'http-web')),
  routed('selector has another value', 'service-selector-mismatch', (app) =>
    set(app.service, 'spec.selector', Object.fromEntries(Object.entries(app.labels).map(([k, v], i) => [k, i === 0 ? `${v}-app` : v]))),
  ),
  routed('selector asks for one label more', 'service-selector-mismatch', (app) => set(app.service, 'spec.selector', { ...app.labels, version: 'v2' })),
  routed('selector asks for a key that pods spell otherwise', 'service-selector-mismatch', (app) => set(app.service, 'spec.selector', { component: app.name })),
  routed('service speaks UDP', 'service-protocol-mismatch', (app) => set(app.service, 'spec.ports.0.protocol', 'UDP')),
  {
    kind: 'selector takes the pods of another as well',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      const other = c.random.pick(c.apps.filter((a) => a !== app && a.store === null && a.role !== 'frontend'));
      for (const one of [app, other]) {
        for (const o of one.pods) set(o, ['metadata', 'labels', 'layer'], 'api');
        const labels = Object.fromEntries([...Object.entries(one.labels), ['layer', 'api']]);
        set(one.object, 'spec.template.metadata.labels', labels);
        if (one.set !== null) set(one.set, 'spec.template.metadata.labels', labels);
      }
      set(app.service, 'spec.selector', { layer: 'api' });
      c.route(app);
      callersFail(c, app, 'unexpected status 404 from upstream');
      return truth(app.service, 'selector-overlap', 'service-selector-mismatch');
    },
  },
  {
    kind: 'port of a service was changed',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      const callers = c.callers(app);
      set(app.service, 'spec.ports.0.port', port(app) + 1);
      callersFail(c, app, timesOut(app));
      return truth(
        callers.length > 1 ? app.service : [app.service, ...callers.map((a) => a.object)],
        'service-port-mismatch',
        'environment-port-mismatch',
        'config-port-mismatch',
      );
    },
  },
  {
    kind: 'external name leads to nobody of the cluster',
    family: 'routing',
    bring: (c) => {
      const store = c.victim('store');
      store.service['spec'] = { type: 'ExternalName', externalName: `${store.name}.databases.svc.cluster.local`, sessionAffinity: 'None' };
      for (const o of [store.endpoints, store.slice]) c.drop(o);
      for (const caller of c.callers(store)) {
        c.logs.push({ entity: caller.object, level: 'error', message: `dial tcp: lookup ${store.name} on 10.96.0.10:53: no such host` });
        crash(c, caller, 1);
      }
      return truth(store.service, 'external-name-unknown');
    },
  },
  {
    kind: 'endpoints by hand lead to an address of the past',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      set(app.service, 'spec.selector', undefined);
      set(app.endpoints, 'subsets', [{ addresses: [{ ip: '10.244.99.17' }], ports: [{ port: app.port }] }]);
      c.drop(app.slice);
      for (const caller of c.callers(app)) c.logs.push({ entity: caller.object, level: 'error', message: timesOut(app) });
      return truth([app.service, app.endpoints], 'endpoints-not-kept', 'service-selector-mismatch');
    },
  },
  {
    kind: 'load balancer gets no address',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Service', `${c.app('frontend').name}-external`) ?? {};
      on['status'] = { loadBalancer: {} };
      c.say(on, 'Warning', 'SyncLoadBalancerFailed', 'Error syncing load balancer: failed to ensure load balancer: no available IPs in pool "default"');
      return truth(on, 'load-balancer-failed');
    },
  },
  entry('back end of the ingress is spelt otherwise', ['missing-back-end', 'missing-service'], (c, on) =>
    set(on, [...backend, 'name'], `${c.app('frontend').name}s`),
  ),
  entry('port of the back end', ['back-end-port-mismatch'], (_, on) => set(on, [...backend, 'port'], { number: 8089 })),
  entry('name of the back end port', ['back-end-port-mismatch'], (_, on) => set(on, [...backend, 'port'], { name: 'web-ui' })),
  entry('class of the ingress is spelt otherwise', ['missing-ingress-class'], (_, on) => set(on, 'spec.ingressClassName', 'ngnix')),
  entry('certificate of the ingress is not there', ['missing-tls-secret'], (_, on) =>
    set(on, 'spec.tls', [{ hosts: ['www.example.com'], secretName: 'www-tls' }]),
  ),
  entry('certificate is for another host', ['tls-host-mismatch'], (c, on) => {
    c.put({ ...c.meta('Secret', 'shop-tls', c.ns), type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' } });
    set(on, 'spec.tls', [{ hosts: ['shop.example.org'], secretName: 'shop-tls' }]);
  }),
  entry('ingress leads to another service', ['wrong-back-end'], (c, on) => {
    const other = c.random.pick(c.apps.filter((a) => a.store === null && a.role !== 'frontend' && c.callers(a).length > 0));
    set(on, [...backend, 'name'], other.name);
    set(on, [...backend, 'port'], { number: port(other) });
  }),
]);
