// What the controllers, the scheduler and kubelet write when something is wrong, as they write it.
import type { App, Cluster } from './cluster.ts';
import { add, get, listAt, objAt, set, text, type Obj } from './tree.ts';

const template = (app: App): Obj => objAt(app.object, 'spec.template.spec');
export const main = (app: App): Obj => listAt(template(app), 'containers')[0] ?? {};
export const podSpec = template;

/** The template was changed: the pods that follow it carry the change as well. */
export function rollOut(c: Cluster, app: App): void {
  for (const pod of app.pods)
    pod['spec'] = {
      ...structuredClone(template(app)),
      ...(get(pod, 'spec.nodeName') === undefined ? {} : { nodeName: get(pod, 'spec.nodeName') }),
      tolerations: [
        ...listAt(template(app), 'tolerations'),
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
    };
  if (app.set !== null) set(app.set, 'spec.template.spec', structuredClone(template(app)));
  c.route(app);
}

function counted(c: Cluster, app: App): void {
  const wanted = Number(get(app.object, 'spec.replicas'));
  const live = app.pods.filter((p) => c.objects.includes(p));
  const ready = live.filter((p) => listAt(p, 'status.conditions').some((x) => x['type'] === 'Ready' && x['status'] === 'True')).length;
  const status = {
    observedGeneration: 4,
    replicas: live.length,
    updatedReplicas: live.length,
    ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
    ...(ready < wanted ? { unavailableReplicas: wanted - ready } : {}),
  };
  const kept = listAt(app.object, 'status.conditions').filter((x) => x['type'] === 'ReplicaFailure');
  const conditions =
    app.object['kind'] === 'Deployment'
      ? [
          ...kept,
          {
            type: 'Available',
            status: ready >= wanted ? 'True' : 'False',
            reason: ready >= wanted ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
            message: ready >= wanted ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
          },
        ]
      : [];
  if (ready < wanted && app.object['kind'] === 'Deployment')
    conditions.push({
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${text(app.set, 'metadata.name')}" has timed out progressing.`,
    });
  app.object['status'] = { ...status, conditions };
  if (app.set !== null) app.set['status'] = { replicas: live.length, ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}) };
  c.route(app);
}

export type Broken = {
  waiting?: string;
  message?: string;
  restarts?: number;
  ended?: { exitCode: number; reason: string; message?: string };
  init?: boolean;
  phase?: string;
  container?: string;
  running?: boolean;
};

/** Containers of its pods are in this state; `events` are said of every pod. */
export function breakPods(c: Cluster, app: App, how: Broken, events: readonly [reason: string, message: string][] = []): void {
  rollOut(c, app);
  for (const pod of app.pods) {
    const name = how.container ?? text(listAt(pod, how.init ? 'spec.initContainers' : 'spec.containers')[0], 'name');
    const state = how.waiting
      ? { waiting: { reason: how.waiting, ...(how.message ? { message: how.message } : {}) } }
      : how.running
        ? { running: { startedAt: '2026-06-01T08:00:00Z' } }
        : { terminated: how.ended };
    const statuses = (key: string, broken: boolean): Obj[] =>
      listAt(pod, key).map((k) => {
        const own = broken && k['name'] === name;
        const waits = how.init && key === 'spec.containers';
        return {
          name: k['name'],
          image: k['image'],
          ready: !own && !waits && !(how.waiting?.startsWith('CreateContainer') ?? false),
          started: !own,
          restartCount: own ? (how.restarts ?? 0) : 0,
          state: own ? state : waits ? { waiting: { reason: 'PodInitializing' } } : { running: { startedAt: '2026-06-01T08:00:00Z' } },
          lastState: own && how.ended && how.waiting ? { terminated: how.ended } : {},
        };
      });
    pod['status'] = {
      phase:
        how.phase ??
        (how.init || how.waiting?.startsWith('Err') || how.waiting?.startsWith('Image') || how.waiting?.startsWith('Create') ? 'Pending' : 'Running'),
      podIP: get(pod, 'status.podIP'),
      conditions: [
        {
          type: 'Initialized',
          status: how.init ? 'False' : 'True',
          ...(how.init ? { reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${name}]` } : {}),
        },
        { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${name}]` },
        { type: 'ContainersReady', status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${name}]` },
        { type: 'PodScheduled', status: 'True' },
      ],
      containerStatuses: statuses('spec.containers', !how.init),
      ...(listAt(pod, 'spec.initContainers').length > 0 ? { initContainerStatuses: statuses('spec.initContainers', how.init === true) } : {}),
    };
    for (const [reason, message] of events) c.say(pod, 'Warning', reason, message);
    if (how.restarts && how.waiting === 'CrashLoopBackOff')
      c.say(
        pod,
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${name} in pod ${text(pod, 'metadata.name')}_${c.ns}(${text(pod, 'metadata.uid')})`,
      );
  }
  counted(c, app);
}

const backOff = (c: Cluster, app: App, exitCode: number, reason = 'Error', message?: string): Broken => ({
  waiting: 'CrashLoopBackOff',
  message: `back-off 5m0s restarting failed container=${text(main(app), 'name')} pod=${c.podName(app)}_${c.ns}`,
  restarts: c.random.int(4, 20),
  ended: { exitCode, reason, ...(message ? { message } : {}) },
});
export const crash = (c: Cluster, app: App, exitCode: number, events: readonly [string, string][] = [], reason = 'Error', message?: string): void =>
  breakPods(c, app, backOff(c, app, exitCode, reason, message), events);

export const pullFails = (c: Cluster, app: App, error: string): void => {
  const image = text(main(app), 'image');
  breakPods(
    c,
    app,
    { waiting: c.random.pick(['ImagePullBackOff', 'ErrImagePull']), message: c.random.chance(0.5) ? `Back-off pulling image "${image}"` : error },
    [
      ['Failed', error],
      ['Failed', 'Error: ErrImagePull'],
      ['BackOff', `Back-off pulling image "${image}"`],
    ],
  );
};

/** Pods of the new template that no node takes. */
export function unscheduled(c: Cluster, app: App, message: string): void {
  rollOut(c, app);
  for (const pod of app.pods) {
    set(pod, 'spec.nodeName', undefined);
    pod['status'] = {
      phase: 'Pending',
      qosClass: 'Burstable',
      conditions: message === '' ? [] : [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    };
    if (message !== '') c.say(pod, 'Warning', 'FailedScheduling', message);
  }
  counted(c, app);
}

/** The API refuses the pods. */
export function uncreated(c: Cluster, app: App, message: string): void {
  rollOut(c, app);
  for (const pod of app.pods) c.drop(pod);
  app.pods = [];
  const about = app.set ?? app.object;
  if (app.object['kind'] === 'Deployment') add(app.object, 'status.conditions', { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message });
  c.say(
    about,
    'Warning',
    'FailedCreate',
    app.set === null ? `create Pod ${app.name}-0 in StatefulSet ${app.name} failed error: ${message}` : `Error creating: ${message}`,
  );
  counted(c, app);
}

/** Runs, and its probe fails. */
export const notReady = (c: Cluster, app: App, message: string): void => breakPods(c, app, { running: true }, [['Unhealthy', message]]);
export const killedByProbe = (c: Cluster, app: App, message: string): void =>
  crash(c, app, 137, [
    ['Unhealthy', message],
    ['Killing', `Container ${text(main(app), 'name')} failed liveness probe, will be restarted`],
  ]);

/** Whoever calls it is hurt as well: not ready with 503, or restarting, or only logging. */
export function dependentsSuffer(c: Cluster, app: App): void {
  const upstream = [...c.callers(app)];
  for (const caller of upstream.slice(0, 3)) {
    const port = text(app.service, 'spec.ports.0.port');
    c.logs.push({
      entity: caller.object,
      level: 'error',
      message: `rpc error: code = Unavailable desc = connection error: dial tcp ${app.name}:${port}: connect: connection refused`,
    });
    const kind = c.random.int(0, 3);
    if (caller.role === 'frontend' || caller.store === app.role ? kind === 0 : kind <= 1)
      notReady(c, caller, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
    else if (kind === 2 && caller.role !== 'frontend') crash(c, caller, 1);
  }
}
