// Faults of routing, names, policies, meshes and of what the cluster stands on.
import { main, notReady, podSpec, rollOut } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { get, objAt, set, text } from './tree.ts';
import { callersFail, routed, policy } from './makers.ts';

export const NET_FAULTS_1: readonly Fault[] = [
  routed('selector', 'service-selector-mismatch', (app) => {
    const [key = 'app'] = Object.keys(app.labels);
    set(app.service, ['spec', 'selector'], { ...app.labels, [key]: `${app.name}-v2` });
  }),
  routed('selector with one label too many', 'service-selector-mismatch', (app) => set(app.service, ['spec', 'selector'], { ...app.labels, version: 'v9' })),
  routed('selector of another application', 'service-selector-mismatch', (app, c) =>
    set(app.service, ['spec', 'selector'], c.random.pick(c.apps.filter((a) => a !== app && a.role !== 'frontend')).labels),
  ),
  routed('target port', 'service-port-mismatch', (app) => set(app.service, 'spec.ports.0.targetPort', app.port + 1234)),
  routed('target port by a name that nobody has', 'service-port-mismatch', (app) => set(app.service, 'spec.ports.0.targetPort', 'grpc-main')),
  routed('protocol', 'service-protocol-mismatch', (app) => set(app.service, 'spec.ports.0.protocol', 'UDP')),
  {
    kind: 'service missing',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      for (const o of [app.service, app.endpoints, app.slice]) c.drop(o);
      callersFail(c, app, `dial tcp: lookup ${app.name} on 10.96.0.10:53: no such host`);
      return truth([app.object, app.service], 'missing-service');
    },
  },
  {
    kind: 'address in the environment',
    family: 'routing',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0));
      const called = c.random.pick(app.calls);
      const callee = c.apps.find((a) => a.name === called) ?? app;
      const wrong = `${callee.name}x`;
      const edit = (v: string): string => v.replace(callee.name, wrong);
      set(
        main(app),
        'env',
        (get(main(app), 'env') as unknown[]).map((e) => (text(e, 'value') === '' ? e : { name: text(e, 'name'), value: edit(text(e, 'value')) })),
      );
      if (app.config !== null) set(app.config, 'data', Object.fromEntries(Object.entries(objAt(app.config, 'data')).map(([k, v]) => [k, edit(String(v))])));
      rollOut(c, app);
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp: lookup ${wrong} on 10.96.0.10:53: no such host` });
      if (c.random.chance(0.5)) notReady(c, app, 'Readiness probe failed: HTTP probe failed with statuscode: 500');
      return truth(app.config === null ? app.object : [app.object, app.config], 'environment-address-unknown');
    },
  },
  {
    kind: 'address of another service',
    family: 'routing',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 1));
      const [one = '', two = ''] = app.calls;
      const [a, b] = [c.apps.find((x) => x.name === one), c.apps.find((x) => x.name === two)];
      const key = (a?.role ?? '').toUpperCase();
      const edit = (name: string, v: string): string =>
        name.startsWith(key) ? v.replace(one, two).replace(text(a?.service, 'spec.ports.0.port'), text(b?.service, 'spec.ports.0.port')) : v;
      set(
        main(app),
        'env',
        (get(main(app), 'env') as unknown[]).map((e) =>
          text(e, 'value') === '' ? e : { name: text(e, 'name'), value: edit(text(e, 'name'), text(e, 'value')) },
        ),
      );
      if (app.config !== null) set(app.config, 'data', Object.fromEntries(Object.entries(objAt(app.config, 'data')).map(([k, v]) => [k, edit(k, String(v))])));
      rollOut(c, app);
      c.logs.push({ entity: app.object, level: 'error', message: 'rpc error: code = Unimplemented desc = unknown service' });
      return truth(app.config === null ? app.object : [app.object, app.config], 'environment-address-wrong', 'environment-port-mismatch');
    },
  },
  {
    kind: 'ingress to a service that is not there',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.rules.0.http.paths.0.backend.service.name', 'frontend-old');
      c.say(on, 'Warning', 'Sync', 'service "frontend-old" not found');
      return truth(on, 'missing-back-end');
    },
  },
  {
    kind: 'ingress to the wrong port',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.rules.0.http.paths.0.backend.service.port.number', 8999);
      return truth(on, 'back-end-port-mismatch');
    },
  },
  {
    kind: 'policy lets nobody in',
    family: 'policy',
    bring: (c) => {
      c.drop(c.find('NetworkPolicy', 'same-namespace') ?? {});
      const app = c.victim();
      const on = policy(c, `deny-${app.role}`, { podSelector: { matchLabels: app.labels }, policyTypes: ['Ingress'] });
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: i/o timeout`);
      return truth(on, 'network-policy-blocks');
    },
  },
  {
    kind: 'policy lets only another in',
    family: 'policy',
    bring: (c) => {
      c.drop(c.find('NetworkPolicy', 'same-namespace') ?? {});
      const app = c.victim();
      const on = policy(c, `only-admin-${app.role}`, {
        podSelector: { matchLabels: app.labels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: { role: 'admin' } } }] }],
      });
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: i/o timeout`);
      return truth(on, 'network-policy-blocks');
    },
  },
  {
    kind: 'policy opens another port',
    family: 'policy',
    bring: (c) => {
      c.drop(c.find('NetworkPolicy', 'same-namespace') ?? {});
      const app = c.victim();
      const on = policy(c, `ports-${app.role}`, {
        podSelector: { matchLabels: app.labels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 65000 }] }],
      });
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: i/o timeout`);
      return truth(on, 'network-policy-blocks');
    },
  },
  {
    kind: 'policy lets nobody out',
    family: 'policy',
    bring: (c) => {
      const on = policy(c, 'deny-egress', { podSelector: {}, policyTypes: ['Egress'] });
      callersFail(c, c.victim(), 'dial tcp: lookup cart on 10.96.0.10:53: read udp: i/o timeout');
      return truth(on, 'network-policy-blocks', 'network-policy-blocks-dns');
    },
  },
  {
    kind: 'policy keeps from names',
    family: 'policy',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0));
      const on = policy(c, `egress-${app.role}`, {
        podSelector: { matchLabels: app.labels },
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: {} }], ports: [1, 65535].map(() => ({ protocol: 'TCP' })) }],
      });
      set(
        on,
        'spec.egress.0.ports',
        c.apps.map((a) => ({ protocol: 'TCP', port: a.port })),
      );
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `dial tcp: lookup ${app.calls[0] ?? ''} on 10.96.0.10:53: read udp 10.244.1.9:4411->10.96.0.10:53: i/o timeout`,
      });
      return truth(on, 'network-policy-blocks-dns');
    },
  },
  {
    kind: 'wrong name servers of a pod',
    family: 'names',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0));
      set(podSpec(app), 'dnsPolicy', 'None');
      set(podSpec(app), 'dnsConfig', { nameservers: ['8.8.8.8'] });
      rollOut(c, app);
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp: lookup ${app.calls[0] ?? ''} on 8.8.8.8:53: no such host` });
      return truth(app.object, 'pod-dns-policy');
    },
  },
  {
    kind: 'host alias of the past',
    family: 'names',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0));
      set(podSpec(app), 'hostAliases', [{ ip: '10.1.2.3', hostnames: [app.calls[0] ?? ''] }]);
      rollOut(c, app);
      c.logs.push({ entity: app.object, level: 'error', message: 'dial tcp 10.1.2.3:8080: connect: no route to host' });
      return truth(app.object, 'host-alias');
    },
  },
  {
    kind: 'name server answers wrong',
    family: 'names',
    bring: (c) => {
      const app = c.victim();
      const on = c.find('ConfigMap', 'coredns') ?? {};
      set(
        on,
        'data.Corefile',
        text(on, 'data.Corefile').replace(
          '    health\n',
          `    health\n    template ANY ANY ${app.name}.${c.ns}.svc.cluster.local {\n      rcode NXDOMAIN\n    }\n`,
        ),
      );
      callersFail(c, app, `dial tcp: lookup ${app.name} on 10.96.0.10:53: no such host`);
      return truth([on, c.find('Deployment', 'coredns') ?? {}], 'cluster-dns-configuration');
    },
  },
  {
    kind: 'name server down',
    family: 'cluster',
    bring: (c) => {
      const on = c.find('Deployment', 'coredns') ?? {};
      set(on, 'spec.replicas', 0);
      on['status'] = { observedGeneration: 2 };
      callersFail(c, c.victim(), 'dial tcp: lookup cart on 10.96.0.10:53: i/o timeout');
      return truth(on, 'cluster-dns-unavailable');
    },
  },
];
