// Faults of running: limits, probes, storage, data stores, scale, jobs.
import { crash, dependentsSuffer, main, podSpec } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { get, objAt, set, text } from './tree.ts';
import { rollOutNothing } from './makers.ts';

export const RUN_FAULTS_2: readonly Fault[] = [
  {
    kind: 'password of the store wrong',
    family: 'credentials',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      const env = get(main(app), 'env') as unknown[];
      set(
        main(app),
        'env',
        env.map((e) => (text(e, 'name').endsWith('_PASSWORD') ? { name: text(e, 'name'), value: 'not-this-one' } : e)),
      );
      crash(c, app, 1);
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: store.role === 'mysql' ? `Access denied for user 'root'@'10.244.1.7' (using password: YES)` : 'password authentication failed for user "app"',
      });
      dependentsSuffer(c, app);
      return truth(app.object, 'credentials-mismatch');
    },
  },
  {
    kind: 'port of the store wrong',
    family: 'credentials',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      const wrong = String(store.port + 1);
      const edit = (v: string): string => v.replaceAll(`:${store.port}`, `:${wrong}`);
      const env = (get(main(app), 'env') as unknown[]).map((e) =>
        text(e, 'name') === `${store.role.toUpperCase()}_PORT`
          ? { name: text(e, 'name'), value: wrong }
          : text(e, 'value') === ''
            ? e
            : { name: text(e, 'name'), value: edit(text(e, 'value')) },
      );
      set(main(app), 'env', env);
      if (app.config !== null) set(app.config, 'data', Object.fromEntries(Object.entries(objAt(app.config, 'data')).map(([k, v]) => [k, edit(String(v))])));
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp ${store.name}:${wrong}: i/o timeout` });
      dependentsSuffer(c, app);
      return truth(app.config === null ? app.object : [app.object, app.config], 'environment-port-mismatch');
    },
  },
  {
    kind: 'scaled to zero',
    family: 'scale',
    bring: (c) => {
      const app = c.victim();
      set(app.object, 'spec.replicas', 0);
      if (app.set !== null) set(app.set, 'spec.replicas', 0);
      for (const pod of app.pods) c.drop(pod);
      app.pods = [];
      app.object['status'] = {
        observedGeneration: 5,
        conditions: [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }],
      };
      c.route(app);
      c.say(app.object, 'Normal', 'ScalingReplicaSet', `Scaled down replica set ${text(app.set, 'metadata.name')} to 0 from 2`);
      dependentsSuffer(c, app);
      return truth(app.object, 'zero-replicas');
    },
  },
  {
    kind: 'autoscaler without requests',
    family: 'scale',
    bring: (c) => {
      const hpa = c.find('HorizontalPodAutoscaler') ?? {};
      set(hpa, 'status.conditions', [
        { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' },
        {
          type: 'ScalingActive',
          status: 'False',
          reason: 'FailedGetResourceMetric',
          message: 'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container server of Pod x',
        },
      ]);
      c.say(hpa, 'Warning', 'FailedGetResourceMetric', 'failed to get cpu utilization: missing request for cpu in container server');
      return truth(hpa, 'autoscaler-without-metrics');
    },
  },
  {
    kind: 'autoscaler of nobody',
    family: 'scale',
    bring: (c) => {
      const hpa = c.find('HorizontalPodAutoscaler') ?? {};
      set(hpa, 'spec.scaleTargetRef.name', 'gone-app');
      set(hpa, 'status.conditions', [
        {
          type: 'AbleToScale',
          status: 'False',
          reason: 'FailedGetScale',
          message: 'the HPA controller was unable to get the target\'s current scale: deployments.apps "gone-app" not found',
        },
      ]);
      return truth(hpa, 'autoscaler-target-missing');
    },
  },
  {
    kind: 'job gives up',
    family: 'scale',
    bring: (c) => {
      const job = c.put(c.meta('Job', 'migrate-schema', c.ns));
      Object.assign(job, {
        spec: {
          backoffLimit: 2,
          template: { metadata: { labels: { job: 'migrate' } }, spec: { containers: [{ name: 'migrate', image: 'migrate:1' }], restartPolicy: 'Never' } },
        },
        status: {
          failed: 3,
          conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }],
        },
      });
      c.say(job, 'Warning', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit');
      return truth(job, 'job-backoff');
    },
  },
  {
    kind: 'crash by a bug',
    family: 'application',
    bring: (c) => {
      const app = c.victim();
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'panic: runtime error: index out of range [3] with length 3' });
      c.logs.push({ entity: app.object, level: 'error', message: 'goroutine 1 [running]: main.main()' });
      dependentsSuffer(c, app);
      return truth(app.object, 'crash-loop', 'failing-component', 'application-error');
    },
  },
  {
    kind: 'variable missing',
    family: 'application',
    bring: (c) => {
      const app = c.victim();
      const env = get(main(app), 'env') as unknown[];
      set(
        main(app),
        'env',
        env.filter((e) => text(e, 'name') !== 'PORT'),
      );
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'panic: environment variable "PORT" not set' });
      dependentsSuffer(c, app);
      return truth(app.object, 'configuration', 'missing-environment-variable');
    },
  },
  {
    kind: 'rollout with the old pods still there',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      if (app.set === null) return { on: [], causes: [] };
      const set2 = structuredClone(app.set);
      const hash = c.random.word(9);
      set(set2, 'metadata.name', `${app.name}-${hash}`);
      set(set2, ['metadata', 'labels', 'pod-template-hash'], hash);
      set(main(app), 'image', `${text(main(app), 'image')}-rc`);
      set(set2, 'spec.template.spec', structuredClone(podSpec(app)));
      set2['status'] = { replicas: 1 };
      c.put(set2);
      const before = app.set;
      app.set = set2;
      const pod = c.pod(app, 0);
      app.set = before;
      const image = text(main(app), 'image');
      pod['status'] = {
        phase: 'Pending',
        conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [server]' }],
        containerStatuses: [
          {
            name: text(main(app), 'name'),
            image,
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } },
          },
        ],
      };
      c.say(pod, 'Warning', 'Failed', `Failed to pull image "${image}": rpc error: code = NotFound desc = ${image}: not found`);
      const replicas = Number(get(app.object, 'spec.replicas'));
      app.object['status'] = { replicas: replicas + 1, readyReplicas: replicas, availableReplicas: replicas, updatedReplicas: 1, unavailableReplicas: 1 };
      rollOutNothing(c, app);
      return truth(app.object, 'incorrect-image-reference');
    },
  },
];
