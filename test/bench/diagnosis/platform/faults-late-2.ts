// Kinds of faults that were written down after the rules had been worked on, and measured before any of them was looked at.
import { dependentsSuffer, main, rollOut, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { add, get, set, text } from './tree.ts';

export const LATE_FAULTS_2: readonly Fault[] = [
  {
    kind: 'cron job suspended',
    family: 'scale',
    bring: (c) => {
      const job = c.put(c.meta('CronJob', 'nightly-report', c.ns));
      Object.assign(job, {
        spec: {
          schedule: '0 2 * * *',
          suspend: true,
          jobTemplate: { spec: { template: { spec: { containers: [{ name: 'report', image: 'report:1' }], restartPolicy: 'Never' } } } },
        },
        status: {},
      });
      return truth(job, 'job-suspended');
    },
  },
  {
    kind: 'job past its deadline',
    family: 'scale',
    bring: (c) => {
      const job = c.put(c.meta('Job', 'export-data', c.ns));
      Object.assign(job, {
        spec: {
          activeDeadlineSeconds: 30,
          template: { metadata: { labels: { job: 'export' } }, spec: { containers: [{ name: 'export', image: 'export:1' }], restartPolicy: 'Never' } },
        },
        status: {
          failed: 1,
          conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }],
        },
      });
      return truth(job, 'job-deadline-exceeded');
    },
  },
  {
    kind: 'budget blocks a drain',
    family: 'scale',
    bring: (c) => {
      const pdb = c.find('PodDisruptionBudget') ?? {};
      set(pdb, 'spec', { minAvailable: '100%', selector: get(pdb, 'spec.selector') });
      set(pdb, 'status', { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 });
      const node = c.random.pick(c.nodes);
      set(node, 'spec.unschedulable', true);
      c.say(node, 'Warning', 'DrainFailed', "Cannot evict pod as it would violate the pod's disruption budget.");
      return truth(pdb, 'disruption-budget-blocks');
    },
  },
  {
    kind: 'webhook of a service that is not there',
    family: 'admission',
    bring: (c) => {
      const on = c.put({
        ...c.meta('ValidatingWebhookConfiguration', 'policy-check', null),
        webhooks: [
          {
            name: 'check.policy.example.com',
            failurePolicy: 'Fail',
            clientConfig: { service: { name: 'policy-server', namespace: c.ns, path: '/validate' } },
            rules: [{ apiGroups: [''], resources: ['pods'], operations: ['CREATE'] }],
          },
        ],
      });
      const app = c.victim();
      for (const pod of app.pods) c.drop(pod);
      app.pods = [];
      c.say(
        app.set ?? app.object,
        'Warning',
        'FailedCreate',
        'Error creating: Internal error occurred: failed calling webhook "check.policy.example.com": failed to call webhook: Post "https://policy-server.shop.svc:443/validate?timeout=10s": service "policy-server" not found',
      );
      app.object['status'] = { unavailableReplicas: 2, conditions: [{ type: 'Available', status: 'False' }] };
      c.route(app);
      dependentsSuffer(c, app);
      return truth([on, app.object], 'admission-webhook');
    },
  },
  {
    kind: 'headless service of a set is missing',
    family: 'routing',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.store === null && a.calls.length === 0 && c.callers(a).length > 0));
      if (app.object['kind'] !== 'StatefulSet') return { on: [], causes: [] };
      set(app.object, 'spec.serviceName', `${app.name}-headless`);
      for (const caller of c.callers(app).slice(0, 2))
        c.logs.push({
          entity: caller.object,
          level: 'error',
          message: `dial tcp: lookup ${app.name}-0.${app.name}-headless.${c.ns}.svc.cluster.local: no such host`,
        });
      return truth(app.object, 'missing-service');
    },
  },
  {
    kind: 'external name leads nowhere',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      app.service['spec'] = { type: 'ExternalName', externalName: `${app.name}.old-namespace.svc.cluster.local` };
      c.drop(app.endpoints);
      c.drop(app.slice);
      for (const caller of c.callers(app).slice(0, 3))
        c.logs.push({
          entity: caller.object,
          level: 'error',
          message: `dial tcp: lookup ${app.name}.old-namespace.svc.cluster.local on 10.96.0.10:53: no such host`,
        });
      return truth(app.service, 'external-name-unknown');
    },
  },
  {
    kind: 'gateway route to a port that is not there',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('HTTPRoute', 'public-route', c.ns));
      on['spec'] = { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs: [{ name: app.name, port: 4711 }] }] };
      return truth(on, 'back-end-port-mismatch');
    },
  },
  {
    kind: 'ingress class is missing',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.ingressClassName', 'ngnix');
      return truth(on, 'missing-ingress-class');
    },
  },
  {
    kind: 'endpoints kept by hand',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      set(app.service, 'spec.selector', undefined);
      set(app.endpoints, 'subsets', [{ addresses: [{ ip: '10.244.99.99' }], ports: [{ port: app.port }] }]);
      c.drop(app.slice);
      for (const caller of c.callers(app).slice(0, 3))
        c.logs.push({
          entity: caller.object,
          level: 'error',
          message: `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: connect: no route to host`,
        });
      return truth(app.service, 'service-selector-mismatch', 'endpoints-unknown');
    },
  },
  {
    kind: 'variable set twice',
    family: 'application',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0));
      const env = get(main(app), 'env');
      const known = Array.isArray(env) ? env.find((e) => app.calls.some((n) => text(e, 'value').includes(n))) : undefined;
      const name = known === undefined ? 'BACKEND_URL' : text(known, 'name');
      add(main(app), 'env', { name, value: 'http://localhost:1/' });
      rollOut(c, app);
      c.logs.push({ entity: app.object, level: 'error', message: 'dial tcp 127.0.0.1:1: connect: connection refused' });
      return truth(app.object, 'environment-shadowed', 'environment-address-wrong');
    },
  },
  {
    kind: 'strict mesh, client outside of it',
    family: 'mesh',
    bring: (c) => {
      const on = c.put(c.meta('PeerAuthentication', 'default', c.ns));
      on['spec'] = { mtls: { mode: 'STRICT' } };
      const app = c.victim();
      for (const caller of c.callers(app).slice(0, 3))
        c.logs.push({ entity: caller.object, level: 'error', message: 'upstream connect error or disconnect/reset before headers: connection reset by peer' });
      return truth(on, 'mutual-tls-strict');
    },
  },
  {
    kind: 'certificate has expired',
    family: 'permission',
    bring: (c) => {
      const app = c.victim();
      for (const caller of c.callers(app).slice(0, 3))
        c.logs.push({
          entity: caller.object,
          level: 'error',
          message: `Get "https://${app.name}/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-06-01T08:00:00Z is after 2026-05-31T00:00:00Z`,
        });
      return truth([app.object, app.service], 'certificate-invalid');
    },
  },
  {
    kind: 'preempted by what is more important',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      c.put({ ...c.meta('PriorityClass', 'batch-critical', null), value: 1000000 });
      unscheduled(
        c,
        app,
        `0/${c.nodes.length} nodes are available: ${c.nodes.length} Insufficient cpu. preemption: 0/${c.nodes.length} nodes are available: ${c.nodes.length} No preemption victims found for incoming pod.`,
      );
      for (const pod of app.pods) c.say(pod, 'Warning', 'Preempted', `Preempted by pod 1234 on node worker-1`);
      dependentsSuffer(c, app);
      return truth(app.object, 'cpu-capacity-exceeded', 'preempted');
    },
  },
  {
    kind: 'nodes are full of pods',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      for (const node of c.nodes) set(node, 'status.allocatable.pods', '12');
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} Too many pods.`);
      dependentsSuffer(c, app);
      return truth(app.object, 'pod-capacity-exceeded');
    },
  },
];
