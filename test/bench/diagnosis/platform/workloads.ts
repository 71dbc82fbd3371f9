// The kinds of workloads beside deployments: the same fault looks otherwise in each.
import type { App, Cluster } from './cluster.ts';
import { get, listAt, set, text, type Obj } from './tree.ts';

/** Makes it a stateful set with the pods that such a one has. */
export function stateful(c: Cluster, app: App): App {
  if (app.set === null) return app;
  c.drop(app.set);
  app.set = null;
  app.object['kind'] = 'StatefulSet';
  set(app.object, 'spec.strategy', undefined);
  set(app.object, 'spec.serviceName', app.name);
  set(app.object, 'spec.podManagementPolicy', 'OrderedReady');
  set(app.object, 'spec.updateStrategy', { type: 'RollingUpdate', rollingUpdate: { partition: 0 } });
  set(app.object, 'metadata.annotations', undefined);
  set(app.object, 'status.conditions', undefined);
  for (const hpa of c.objects.filter((o) => o['kind'] === 'HorizontalPodAutoscaler' && get(o, 'spec.scaleTargetRef.name') === app.name))
    set(hpa, 'spec.scaleTargetRef.kind', 'StatefulSet');
  for (const [i, pod] of app.pods.entries()) {
    set(pod, 'metadata.name', `${app.name}-${i}`);
    set(pod, 'metadata.labels', { ...app.labels, 'statefulset.kubernetes.io/pod-name': `${app.name}-${i}` });
    set(pod, 'metadata.ownerReferences', [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: app.name, controller: true }]);
  }
  c.happenings.splice(0, c.happenings.length, ...c.happenings.filter((h) => !app.pods.includes(h.about)));
  c.route(app);
  return app;
}

/** A daemon set with one pod on each node. */
export function agent(c: Cluster, name = 'node-agent', port = 9100): App {
  const labels = { app: name };
  const spec: Obj = {
    containers: [
      {
        name: 'agent',
        image: `registry.example.com/tools/${name}:v1.8.0`,
        ports: [{ containerPort: port, protocol: 'TCP' }],
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      },
    ],
    restartPolicy: 'Always',
    serviceAccountName: 'default',
  };
  const object = c.put(c.meta('DaemonSet', name, c.ns, { labels }));
  object['spec'] = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec }, updateStrategy: { type: 'RollingUpdate' } };
  const app = { name, role: name, port, labels, calls: [], store: null, set: null, pods: [], object, config: null } as unknown as App;
  for (const node of c.nodes) {
    const pod = c.put(
      c.meta('Pod', `${name}-${c.random.word(5)}`, c.ns, { labels, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name, controller: true }] }),
    );
    Object.assign(pod, {
      spec: { ...structuredClone(spec), nodeName: text(node, 'metadata.name') },
      status: {
        phase: 'Running',
        podIP: `10.244.7.${c.random.int(2, 250)}`,
        conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({ type, status: 'True' })),
        containerStatuses: [{ name: 'agent', image: 'x', ready: true, started: true, restartCount: 0, state: { running: {} } }],
      },
    });
    app.pods.push(pod);
  }
  app.service = c.put(c.meta('Service', name, c.ns, { labels }));
  app.service['spec'] = { type: 'ClusterIP', clusterIP: 'None', selector: labels, ports: [{ name: 'metrics', port, targetPort: port, protocol: 'TCP' }] };
  app.endpoints = c.put(c.meta('Endpoints', name, c.ns));
  app.slice = c.put(c.meta('EndpointSlice', `${name}-${c.random.word(5)}`, c.ns, { labels: { 'kubernetes.io/service-name': name } }));
  c.apps.push(app);
  c.route(app);
  counted(app);
  return app;
}
/** A daemon set counts otherwise than a deployment. */
export function counted(app: App): void {
  const ready = app.pods.filter((p) => listAt(p, 'status.conditions').some((x) => x['type'] === 'Ready' && x['status'] === 'True')).length;
  const n = app.pods.length;
  app.object['status'] = {
    desiredNumberScheduled: n,
    currentNumberScheduled: n,
    updatedNumberScheduled: n,
    numberMisscheduled: 0,
    numberReady: ready,
    numberAvailable: ready,
    ...(ready < n ? { numberUnavailable: n - ready } : {}),
    observedGeneration: 3,
  };
}

export type Batch = { cron: Obj | null; job: Obj; pod: Obj };
/** A job, or the schedule that made it, with one pod. */
export function batch(
  c: Cluster,
  how: { name: string; cron?: Obj; job?: Obj; spec?: Obj; container?: Obj; phase: string; state: Obj; events?: readonly [string, string][] },
): Batch {
  const jobName = how.cron === undefined ? how.name : `${how.name}-29338570`;
  const template = {
    metadata: { labels: { app: how.name } },
    spec: {
      restartPolicy: 'Never',
      ...how.spec,
      containers: [{ name: 'job', image: 'registry.example.com/jobs/runner:v1.4', command: ['/run'], ...how.container }],
    },
  };
  const spec = { backoffLimit: 4, completions: 1, parallelism: 1, template };
  const cron = how.cron === undefined ? null : c.put(c.meta('CronJob', how.name, c.ns));
  if (cron !== null)
    Object.assign(cron, {
      spec: { schedule: '*/10 * * * *', concurrencyPolicy: 'Allow', suspend: false, jobTemplate: { spec }, ...how.cron },
      status: { active: [{ kind: 'Job', name: jobName }], lastScheduleTime: '2026-06-01T08:00:00Z' },
    });
  const job = c.put(
    c.meta('Job', jobName, c.ns, cron === null ? {} : { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: how.name, controller: true }] }),
  );
  Object.assign(job, { spec, status: { active: 1, startTime: '2026-06-01T08:00:00Z' }, ...how.job });
  const pod = c.put(
    c.meta('Pod', `${jobName}-${c.random.word(5)}`, c.ns, {
      labels: { app: how.name, 'job-name': jobName },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: jobName, controller: true }],
    }),
  );
  Object.assign(pod, {
    spec: { ...structuredClone(template.spec), nodeName: text(c.random.pick(c.nodes), 'metadata.name') },
    status: {
      phase: how.phase,
      conditions: [
        { type: 'Ready', status: 'False', reason: how.phase === 'Failed' ? 'PodFailed' : 'ContainersNotReady' },
        { type: 'PodScheduled', status: 'True' },
      ],
      containerStatuses: [{ name: 'job', image: 'x', ready: false, restartCount: 0, state: how.state }],
    },
  });
  for (const [reason, message] of how.events ?? []) c.say(pod, 'Warning', reason, message);
  return { cron, job, pod };
}
