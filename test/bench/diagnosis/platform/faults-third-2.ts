// A third list of kinds, written after the rules had been mended for the second, and measured before any of them was looked at.
import { crash, dependentsSuffer, main, notReady, podSpec, rollOut, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, victimDown } from './makers.ts';
import { add, get, listAt, set, text } from './tree.ts';

export const THIRD_FAULTS_2: readonly Fault[] = [
  {
    kind: 'store has filled its disk',
    family: 'store',
    bring: (c) => {
      const app = c.victim('store');
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'PANIC: could not write to file "pg_wal/xlogtemp.29": No space left on device' });
      dependentsSuffer(c, app);
      return truth([app.object, c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {}], 'disk-full');
    },
  },
  victimDown('scratch volume over its size', 'limit', ['evicted', 'disk-full', 'ephemeral-storage-exceeded'], (c, app) => {
    add(podSpec(app), 'volumes', { name: 'scratch', emptyDir: { sizeLimit: '10Mi' } });
    rollOut(c, app);
    for (const pod of app.pods) {
      pod['status'] = { phase: 'Failed', reason: 'Evicted', message: 'Usage of EmptyDir volume "scratch" exceeds the limit "10Mi".' };
      c.say(pod, 'Warning', 'Evicted', 'Usage of EmptyDir volume "scratch" exceeds the limit "10Mi".');
    }
    set(app.object, 'status.readyReplicas', undefined);
    c.route(app);
  }),
  {
    kind: 'job of no pods',
    family: 'scale',
    bring: (c) => {
      const on = c.put(c.meta('Job', 'rebuild-index', c.ns));
      Object.assign(on, {
        spec: {
          parallelism: 0,
          completions: 1,
          template: { metadata: { labels: { job: 'index' } }, spec: { containers: [{ name: 'index', image: 'index:1' }], restartPolicy: 'Never' } },
        },
        status: {},
      });
      return truth(on, 'zero-replicas', 'job-suspended', 'zero-parallelism');
    },
  },
  {
    kind: 'schedule that never comes',
    family: 'scale',
    bring: (c) => {
      const on = c.put(c.meta('CronJob', 'month-end', c.ns));
      Object.assign(on, {
        spec: {
          schedule: '0 0 31 2 *',
          jobTemplate: { spec: { template: { spec: { containers: [{ name: 'close', image: 'close:1' }], restartPolicy: 'Never' } } } },
        },
        status: {},
      });
      return truth(on, 'job-schedule');
    },
  },
  {
    kind: 'store at its own memory limit',
    family: 'store',
    bring: (c) => {
      const app = c.victim('store');
      for (const caller of c.callers(app))
        c.logs.push({ entity: caller.object, level: 'error', message: `${app.name}: OOM command not allowed when used memory > 'maxmemory'.` });
      return truth([app.object, app.service], 'memory-exhausted');
    },
  },
  {
    kind: 'password inside an address is wrong',
    family: 'credentials',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      const port = text(store.service, 'spec.ports.0.port');
      set(main(app), 'env', [
        ...listAt(main(app), 'env').filter((e) => !text(e, 'name').endsWith('_PASSWORD')),
        { name: 'DATABASE_URL', value: `postgres://app:old-secret@${store.name}:${port}/main` },
      ]);
      crash(c, app, 1);
      dependentsSuffer(c, app);
      return truth(app.object, 'credentials-mismatch');
    },
  },
  {
    kind: 'database of another name',
    family: 'store',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      add(main(store), 'env', { name: 'POSTGRES_DB', value: 'orders' });
      rollOut(c, store);
      add(main(app), 'env', { name: 'DB_NAME', value: 'ordres' });
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'FATAL: database "ordres" does not exist' });
      dependentsSuffer(c, app);
      return truth(app.object, 'schema-mismatch', 'environment-database-mismatch', 'configuration');
    },
  },
  victimDown('account of the cloud refuses', 'permission', ['permission-denied'], (c, app) => {
    crash(c, app, 1);
    c.logs.push({ entity: app.object, level: 'error', message: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity (status code 403)' });
  }),
  victimDown('readiness command takes too long', 'probe', ['readiness-probe-timing'], (c, app) => {
    set(main(app), 'readinessProbe', { exec: { command: ['/bin/check', '--deep'] }, periodSeconds: 10, timeoutSeconds: 1 });
    notReady(c, app, 'Readiness probe failed: command "/bin/check --deep" timed out');
  }),
  {
    kind: 'name server asks itself',
    family: 'names',
    bring: (c) => {
      const on = c.find('Deployment', 'coredns') ?? {};
      set(on, 'status', { replicas: 2, unavailableReplicas: 2 });
      c.logs.push({
        entity: on,
        level: 'fatal',
        message: 'plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting.',
      });
      const app = c.victim();
      callersFail(c, app, `dial tcp: lookup ${app.name} on 10.96.0.10:53: read udp 10.244.1.3:41234->10.96.0.10:53: i/o timeout`);
      return truth([on, c.find('ConfigMap', 'coredns') ?? {}], 'cluster-dns-unavailable', 'cluster-dns-configuration');
    },
  },
  {
    kind: 'table of connections of a node is full',
    family: 'node',
    bring: (c) => {
      const app = c.victim();
      const on = c.nodes.find((n) => app.pods.some((p) => get(p, 'spec.nodeName') === text(n, 'metadata.name'))) ?? {};
      c.say(on, 'Warning', 'ConntrackFull', 'nf_conntrack: nf_conntrack: table full, dropping packet');
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: i/o timeout`);
      return truth(on, 'conntrack-full', 'node-network-unavailable', 'connections-exhausted', 'node-conntrack-full');
    },
  },
  {
    kind: 'pods stay away from nodes under maintenance',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      for (const node of c.nodes) set(node, 'spec.taints', [{ key: 'maintenance', value: 'true', effect: 'NoExecute' }]);
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} node(s) had untolerated taint {maintenance: true}.`);
      for (const pod of app.pods) c.say(pod, 'Normal', 'TaintManagerEviction', 'Marking for deletion Pod');
      dependentsSuffer(c, app);
      return truth([app.object, ...c.nodes], 'taint-not-tolerated');
    },
  },
];
