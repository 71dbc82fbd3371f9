// A fourth list of kinds: names and services. Written before any rule was touched for them.
import { crash, dependentsSuffer, main, podSpec, rollOut } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, refuses, timesOut } from './makers.ts';
import { add, get, set, text, type Obj } from './tree.ts';

export const FOURTH_FAULTS_3: readonly Fault[] = [
  {
    kind: 'service leads to the port for metrics',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'ports', [
        { name: 'http', containerPort: app.port },
        { name: 'metrics', containerPort: 9464 },
      ]);
      rollOut(c, app);
      set(app.service, 'spec.ports.0.name', 'http');
      set(app.service, 'spec.ports.0.targetPort', 9464);
      callersFail(c, app, `unexpected status 404 from ${app.name}`);
      return truth(app.service, 'service-port-mismatch');
    },
  },
  {
    kind: 'headless service translates no ports',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      set(app.service, 'spec.clusterIP', 'None');
      set(app.service, 'spec.ports.0.port', 80);
      set(app.service, 'spec.ports.0.targetPort', app.port);
      for (const caller of c.callers(app))
        c.logs.push({ entity: caller.object, level: 'error', message: `dial tcp 10.244.2.17:80: connect: connection refused` });
      return truth([app.service, ...c.callers(app).map((a) => a.object)], 'headless-service-port', 'service-port-mismatch', 'environment-port-mismatch');
    },
  },
  {
    kind: 'traffic from outside is kept on the node',
    family: 'routing',
    bring: (c) => {
      const on = c.objects.find((o) => get(o, 'spec.type') === 'LoadBalancer') ?? {};
      set(on, 'spec.externalTrafficPolicy', 'Local');
      const front = c.app('frontend');
      const place = text(c.nodes[0], 'metadata.name');
      for (const pod of front.pods) set(pod, 'spec.nodeName', place);
      return truth(on, 'external-traffic-policy');
    },
  },
  {
    kind: 'addresses of a service are those of before',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      const old = [{ ip: '10.244.9.201', targetRef: { kind: 'Pod', name: `${app.name}-5c9d8f7b6-old01` } }];
      set(app.endpoints, 'subsets', [{ addresses: old, ports: [{ port: app.port }] }]);
      set(app.slice, 'endpoints', [{ addresses: ['10.244.9.201'], conditions: { ready: true }, targetRef: old[0]?.targetRef }]);
      callersFail(c, app, timesOut(app));
      return truth([app.service, app.endpoints, app.slice], 'endpoints-not-kept', 'endpoints-stale');
    },
  },
  {
    kind: 'a stray pod carries the labels of a service',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      const pod = c.put(c.meta('Pod', 'tmp-shell', c.ns, { labels: { ...app.labels } }));
      Object.assign(pod, {
        spec: { containers: [{ name: 'shell', image: 'busybox:1.36', command: ['sleep', '86400'] }], nodeName: text(c.nodes[0], 'metadata.name') },
        status: {
          phase: 'Running',
          podIP: '10.244.1.99',
          conditions: [{ type: 'Ready', status: 'True' }],
          containerStatuses: [{ name: 'shell', ready: true, restartCount: 0, state: { running: { startedAt: '2026-06-01T07:50:00Z' } } }],
        },
      });
      callersFail(c, app, refuses(app));
      return truth([pod, app.service], 'selector-overlap');
    },
  },
  {
    kind: 'service of another family of addresses',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      Object.assign(app.service['spec'] as Obj, {
        ipFamilies: ['IPv6'],
        ipFamilyPolicy: 'SingleStack',
        clusterIP: 'fd00:10:96::4a',
        clusterIPs: ['fd00:10:96::4a'],
      });
      set(app.endpoints, 'subsets', undefined);
      set(app.slice, 'endpoints', []);
      callersFail(c, app, 'dial tcp [fd00:10:96::4a]:80: connect: connection refused');
      return truth(app.service, 'service-address-family-mismatch', 'address-family-mismatch', 'endpoints-not-kept');
    },
  },
  {
    kind: 'names are not completed',
    family: 'names',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0 && a.role !== 'frontend'));
      Object.assign(podSpec(app), { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.96.0.10'] } });
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp: lookup ${app.calls[0] ?? ''} on 10.96.0.10:53: no such host` });
      dependentsSuffer(c, app);
      return truth(app.object, 'pod-dns-policy');
    },
  },
  {
    kind: 'name server serves another domain',
    family: 'names',
    bring: (c) => {
      const on = c.find('ConfigMap', 'coredns') ?? {};
      set(on, 'data.Corefile', text(on, 'data.Corefile').replace('cluster.local', 'cluster.internal'));
      const app = c.victim();
      callersFail(c, app, `dial tcp: lookup ${app.name}.${c.ns}.svc.cluster.local on 10.96.0.10:53: no such host`);
      return truth(on, 'cluster-dns-configuration');
    },
  },
  {
    kind: 'proxy is configured for a name that nobody has',
    family: 'application',
    bring: (c) => {
      const app = c.victim();
      const target = c.random.pick(c.apps.filter((a) => a !== app));
      const map = c.put(c.meta('ConfigMap', `${app.name}-nginx`, c.ns));
      set(map, 'data', {
        'default.conf': `upstream backend {\n  server ${target.name}x:${target.port};\n}\nserver {\n  listen ${app.port};\n  location / { proxy_pass http://backend; }\n}\n`,
      });
      add(podSpec(app), 'volumes', { name: 'conf', configMap: { name: `${app.name}-nginx` } });
      add(main(app), 'volumeMounts', { name: 'conf', mountPath: '/etc/nginx/conf.d' });
      crash(c, app, 1);
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `nginx: [emerg] host not found in upstream "${target.name}x:${target.port}" in /etc/nginx/conf.d/default.conf:2`,
      });
      dependentsSuffer(c, app);
      return truth([map, app.object], 'config-address-unknown', 'environment-address-unknown');
    },
  },
];
