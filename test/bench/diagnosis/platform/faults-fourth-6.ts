// A fourth list of kinds: schedules, nodes, kernels, and objects of others that say in their own form what is wrong. Written before any rule was touched for them.
import { crash, dependentsSuffer, uncreated } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, custom, victimDown } from './makers.ts';
import { add, get, set, text, type Obj } from './tree.ts';

export const FOURTH_FAULTS_6: readonly Fault[] = [
  {
    kind: 'schedule of a place that is not on the map',
    family: 'scale',
    bring: (c) => {
      const on = c.put(c.meta('CronJob', 'morning-mail', c.ns));
      Object.assign(on, {
        spec: {
          schedule: '0 6 * * *',
          timeZone: 'Europe/Berln',
          jobTemplate: { spec: { template: { spec: { containers: [{ name: 'mail', image: 'mail:1' }], restartPolicy: 'Never' } } } },
        },
        status: {},
      });
      c.say(on, 'Warning', 'UnknownTimeZone', 'invalid timeZone: "Europe/Berln": unknown time zone Europe/Berln');
      return truth(on, 'job-schedule');
    },
  },
  {
    kind: 'schedule that has to start within seconds',
    family: 'scale',
    bring: (c) => {
      const on = c.put(c.meta('CronJob', 'reconcile', c.ns));
      Object.assign(on, {
        spec: {
          schedule: '*/5 * * * *',
          startingDeadlineSeconds: 5,
          jobTemplate: { spec: { template: { spec: { containers: [{ name: 'run', image: 'run:1' }], restartPolicy: 'Never' } } } },
        },
        status: { lastScheduleTime: '2026-06-01T02:00:00Z' },
      });
      return truth(on, 'job-schedule');
    },
  },
  {
    kind: 'autoscaler of events has nothing to scale',
    family: 'scale',
    bring: (c) => {
      const app = c.victim();
      const on = custom(c, 'keda.sh/v1alpha1', 'ScaledObject', `${app.name}-by-queue`, {
        spec: { scaleTargetRef: { name: `${app.name}-worker` }, minReplicaCount: 1, triggers: [{ type: 'rabbitmq', metadata: { queueName: 'orders' } }] },
        status: {
          conditions: [
            { type: 'Ready', status: 'False', reason: 'ScaledObjectCheckFailed', message: "ScaledObject doesn't have correct scaleTargetRef specification" },
          ],
        },
      });
      return truth(on, 'autoscaler-target-missing', 'scaled-object-check-failed');
    },
  },
  victimDown('process may start no more threads', 'limit', ['process-limit', 'process-limit-reached', 'pids-exhausted'], (c, app) => {
    crash(c, app, 1);
    c.logs.push({
      entity: app.object,
      level: 'error',
      message: 'runtime: failed to create new OS thread (have 512 already; errno=11): pthread_create failed: Resource temporarily unavailable',
    });
  }),
  {
    kind: 'kernel of the nodes allows too little',
    family: 'node',
    bring: (c) => {
      const app = c.victim();
      crash(c, app, 78);
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: 'bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]',
      });
      dependentsSuffer(c, app);
      const places = new Set(app.pods.map((p) => get(p, 'spec.nodeName')));
      return truth([app.object, ...c.nodes.filter((n) => places.has(text(n, 'metadata.name')))], 'kernel-limit', 'kernel-parameter-too-low', 'kernel-setting');
    },
  },
  {
    kind: 'runtime of a node starts again and again',
    family: 'node',
    bring: (c) => {
      const on = c.random.pick(c.nodes);
      add(on, 'status.conditions', {
        type: 'FrequentContainerdRestart',
        status: 'True',
        reason: 'FrequentContainerdRestart',
        message: 'Found 6 matching logs, which meets the threshold of 5',
        lastTransitionTime: '2026-06-01T08:00:00Z',
      });
      return truth(on, 'frequent-containerd-restart', 'container-runtime-unavailable', 'container-runtime-restarting');
    },
  },
  {
    kind: 'data store of the cluster is full',
    family: 'node',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('Pod', 'etcd-control-plane', 'kube-system', { labels: { component: 'etcd' } }));
      on['spec'] = { containers: [{ name: 'etcd', image: 'registry.k8s.io/etcd:3.5.12-0' }], nodeName: 'control-plane' };
      on['status'] = {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [{ name: 'etcd', ready: true, restartCount: 0, state: { running: {} } }],
      };
      c.logs.push({ entity: on, level: 'warn', message: 'alarm raised NOSPACE; mvcc: database space exceeded' });
      uncreated(c, app, 'etcdserver: mvcc: database space exceeded');
      dependentsSuffer(c, app);
      return truth(on, 'etcd-unavailable', 'etcd-space-exceeded', 'disk-full');
    },
  },
  {
    kind: 'operator asks for a version that its kind does not serve',
    family: 'permission',
    bring: (c) => {
      const app = c.victim();
      const on = custom(
        c,
        'apiextensions.k8s.io/v1',
        'CustomResourceDefinition',
        'widgets.example.com',
        {
          spec: { group: 'example.com', names: { kind: 'Widget', plural: 'widgets' }, versions: [{ name: 'v1', served: true, storage: true }] },
          status: { conditions: [{ type: 'Established', status: 'True' }] },
        },
        null,
      );
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'unable to start manager: no matches for kind "Widget" in version "example.com/v1beta1"' });
      dependentsSuffer(c, app);
      return truth([on, app.object], 'custom-resource-version-missing', 'custom-resource-definition-missing', 'missing-custom-resource-definition');
    },
  },
  {
    kind: 'delivery cannot read its source',
    family: 'others',
    bring: (c) => {
      const on = custom(c, 'argoproj.io/v1alpha1', 'Application', 'storefront', {
        spec: { source: { repoURL: 'https://git.example.com/shop.git', path: 'deploy' }, destination: { namespace: c.ns } },
        status: {
          sync: { status: 'Unknown' },
          health: { status: 'Healthy' },
          conditions: [
            {
              type: 'ComparisonError',
              message: 'failed to load target state: failed to generate manifest: deploy: app path does not exist',
              lastTransitionTime: '2026-06-01T08:00:00Z',
            },
          ],
        },
      });
      return truth(on, 'comparison-error', 'sync-failed');
    },
  },
  {
    kind: 'delivery fails to build',
    family: 'others',
    bring: (c) => {
      const on = custom(c, 'kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'apps', {
        spec: { path: './apps', prune: true },
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'BuildFailed',
              message: 'kustomize build failed: accumulating resources: apps/cart.yaml: no such file or directory',
              lastTransitionTime: '2026-06-01T08:00:00Z',
            },
          ],
        },
      });
      return truth(on, 'build-failed');
    },
  },
  {
    kind: 'issuer of certificates is not ready',
    family: 'others',
    bring: (c) => {
      const issuer = custom(
        c,
        'cert-manager.io/v1',
        'ClusterIssuer',
        'letsencrypt',
        {
          spec: { acme: { server: 'https://acme.example.com/directory' } },
          status: {
            conditions: [
              {
                type: 'Ready',
                status: 'False',
                reason: 'ErrRegisterACMEAccount',
                message: 'Failed to register ACME account: 429: too many registrations',
                lastTransitionTime: '2026-06-01T07:55:00Z',
              },
            ],
          },
        },
        null,
      );
      custom(c, 'cert-manager.io/v1', 'Certificate', 'front-cert', {
        spec: { secretName: 'front-cert', issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt' }, dnsNames: ['www.example.com'] },
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'IssuerNotReady',
              message: 'Referenced issuer does not have a Ready status condition',
              lastTransitionTime: '2026-06-01T07:56:00Z',
            },
          ],
        },
      });
      return truth(issuer, 'err-register-acme-account', 'issuer-not-ready');
    },
  },
  {
    kind: 'object of an operator says that it failed',
    family: 'others',
    bring: (c) => {
      const app = c.victim('store');
      const on = custom(c, 'db.example.com/v1', 'DatabaseCluster', app.name, {
        spec: { replicas: 1, version: '16' },
        status: { phase: 'Failed', reason: 'InvalidSpec', message: 'parameter max_connections: "many" is not a number' },
      });
      set(app.object, 'metadata.ownerReferences', [{ kind: 'DatabaseCluster', name: app.name, controller: true }]);
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: i/o timeout`);
      return truth(on, 'invalid-spec', 'failed');
    },
  },
  {
    kind: 'a flag that makes it fail is on',
    family: 'store',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('ConfigMap', 'flagd-config', c.ns));
      const flag = (state: string): Obj => ({ state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: state });
      set(on, 'data', {
        'demo.flagd.json': JSON.stringify({ flags: { [`${app.role}Failure`]: flag('on'), [`${app.role}HighCpu`]: flag('off'), newCheckout: flag('on') } }),
      });
      callersFail(c, app, `rpc error: code = Internal desc = Error: ${app.role} Service Fail Feature Flag Enabled`);
      return truth(on, 'feature-flag-fault', 'fault-injected', 'feature-flag');
    },
  },
];
