// A fifth list, short: written when the rules had been mended for the fourth, and measured before any of it was looked at. Starting and admission.
import { breakPods, dependentsSuffer, main, podSpec, pullFails, rollOut, uncreated, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { beside, custom, tail, victimDown } from './makers.ts';
import { add, set, text } from './tree.ts';

export const FIFTH_FAULTS_1: readonly Fault[] = [
  {
    kind: 'image of a rollout of another controller',
    family: 'image',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.set !== null && c.callers(a).length > 0 && a.role !== 'frontend'));
      const image = `registry.example.com/${c.ns}/${app.role}:v9-rc`;
      set(main(app), 'image', image);
      app.object['kind'] = 'Rollout';
      app.object['apiVersion'] = 'argoproj.io/v1alpha1';
      set(app.set ?? {}, 'metadata.ownerReferences', [{ kind: 'Rollout', name: app.name, controller: true }]);
      pullFails(c, app, `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to resolve reference "${image}": not found`);
      dependentsSuffer(c, app);
      return truth(app.object, 'incorrect-image-reference');
    },
  },
  victimDown('image of another system', 'image', 'image-architecture-mismatch', (c, app) => {
    pullFails(c, app, `Failed to pull image "${text(main(app), 'image')}": no matching manifest for linux/amd64 in the manifest list entries`);
  }),
  victimDown('container that starts first and stays does not', 'command', ['init-container-failing', 'crash-loop', 'configuration'], (c, app) => {
    set(podSpec(app), 'initContainers', [{ name: 'log-shipper', image: 'registry.example.com/shipper:v1', restartPolicy: 'Always' }]);
    breakPods(c, app, { init: true, container: 'log-shipper', waiting: 'CrashLoopBackOff', restarts: 7, ended: { exitCode: 2, reason: 'Error' } });
  }),
  victimDown('template of a claim for devices is not there', 'reference', ['failed-resource-claim-creation', 'missing-resource-claim-template'], (c, app) => {
    set(podSpec(app), 'resourceClaims', [{ name: 'gpu', resourceClaimTemplateName: 'one-gpu' }]);
    unscheduled(c, app, '');
    for (const pod of app.pods)
      c.say(
        pod,
        'Warning',
        'FailedResourceClaimCreation',
        'PodResourceClaim gpu: resource claim template "one-gpu": resourceclaimtemplate.resource.k8s.io "one-gpu" not found',
      );
  }),
  victimDown('priority is not allowed in the namespace', 'admission', ['priority-class-forbidden', 'priority-not-permitted'], (c, app) => {
    set(podSpec(app), 'priorityClassName', 'system-node-critical');
    uncreated(c, app, `pods "${c.podName(app)}" is forbidden: pods with system-node-critical priorityClass is not permitted in ${c.ns} namespace`);
  }),
  victimDown('pool of nodes may not grow', 'scheduling', ['node-pool-limit-exceeded', 'node-pool-limit', 'cpu-capacity-exceeded'], (c, app) => {
    unscheduled(c, app, 'Failed to schedule pod, all available instance types exceed limits for nodepool: "default"');
  }),
  victimDown('class of secrets of the vault is not there', 'reference', ['missing-secret-provider-class', 'missing-secret-class'], (c, app) => {
    add(podSpec(app), 'volumes', {
      name: 'vault',
      csi: { driver: 'secrets-store.csi.k8s.io', volumeAttributes: { secretProviderClass: `${app.name}-vault` } },
    });
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
      [
        'FailedMount',
        `MountVolume.SetUp failed for volume "vault" : rpc error: code = Unknown desc = failed to get secretproviderclass ${c.ns}/${app.name}-vault, error: SecretProviderClass.secrets-store.csi.x-k8s.io "${app.name}-vault" not found`,
      ],
    ]);
  }),
  victimDown(
    'init container may not ask for the job that it waits for',
    'permission',
    ['rbac-forbidden', 'role-not-bound', 'init-container-stuck'],
    (c, app) => {
      set(podSpec(app), 'initContainers', [{ name: 'wait-for-migration', image: 'registry.example.com/wait-for:v2', args: ['job', 'migrate'] }]);
      breakPods(c, app, { init: true, running: true, container: 'wait-for-migration', phase: 'Pending' });
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `Error from server (Forbidden): jobs.batch "migrate" is forbidden: User "system:serviceaccount:${c.ns}:default" cannot get resource "jobs" in API group "batch" in the namespace "${c.ns}"`,
      });
    },
  ),
  {
    kind: 'requests that another controller wrote are too large',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      const on = custom(c, 'autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', app.name, {
        spec: { targetRef: { kind: text(app.object, 'kind'), name: app.name }, updatePolicy: { updateMode: 'Auto' } },
        status: { conditions: [{ type: 'RecommendationProvided', status: 'True' }] },
      });
      const n = c.nodes.length;
      unscheduled(c, app, `0/${n} nodes are available: ${n} Insufficient memory.${tail(n)}`);
      for (const pod of app.pods) set(pod, 'spec.containers.0.resources.requests.memory', '96Gi');
      dependentsSuffer(c, app);
      return truth([app.object, on], 'memory-capacity-exceeded');
    },
  },
  {
    kind: 'who offers the devices of a node does not start',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      const n = c.nodes.length;
      set(main(app), 'resources.limits', { 'nvidia.com/gpu': '1' });
      unscheduled(c, app, `0/${n} nodes are available: ${n} Insufficient nvidia.com/gpu.${tail(n)}`);
      dependentsSuffer(c, app);
      const spec = { containers: [{ name: 'plugin', image: 'nvcr.io/nvidia/k8s-device-plugin:v0.99.0' }] };
      const on = c.put(c.meta('DaemonSet', 'nvidia-device-plugin-daemonset', 'kube-system', { labels: { name: 'nvidia-device-plugin' } }));
      Object.assign(on, {
        spec: { selector: { matchLabels: { name: 'nvidia-device-plugin' } }, template: { metadata: { labels: { name: 'nvidia-device-plugin' } }, spec } },
        status: { desiredNumberScheduled: n, currentNumberScheduled: n, numberReady: 0, numberUnavailable: n },
      });
      const pod = c.put(
        c.meta('Pod', 'nvidia-device-plugin-daemonset-7kq2x', 'kube-system', {
          labels: { name: 'nvidia-device-plugin' },
          ownerReferences: [{ kind: 'DaemonSet', name: 'nvidia-device-plugin-daemonset', controller: true }],
        }),
      );
      Object.assign(pod, {
        spec: { ...spec, nodeName: text(c.nodes[0], 'metadata.name') },
        status: {
          phase: 'Pending',
          conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
          containerStatuses: [
            {
              name: 'plugin',
              ready: false,
              restartCount: 0,
              state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "nvcr.io/nvidia/k8s-device-plugin:v0.99.0"' } },
            },
          ],
        },
      });
      c.say(pod, 'Warning', 'Failed', 'Failed to pull image "nvcr.io/nvidia/k8s-device-plugin:v0.99.0": not found');
      return truth(on, 'incorrect-image-reference');
    },
  },
  victimDown('pods are ended by a deadline of their own', 'scale', ['pod-deadline-exceeded', 'active-deadline-exceeded', 'deadline-exceeded'], (c, app) => {
    set(podSpec(app), 'activeDeadlineSeconds', 600);
    rollOut(c, app);
    for (const pod of app.pods) {
      pod['status'] = { phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };
      c.say(pod, 'Normal', 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline');
    }
    set(app.object, 'status.readyReplicas', undefined);
    c.route(app);
  }),
  victimDown('side container has no right to its own port', 'command', ['security-context', 'permission-denied'], (c, app) => {
    beside(app, { ports: [{ containerPort: 80 }], securityContext: { runAsUser: 1000 } });
    breakPods(c, app, {
      container: 'exporter',
      waiting: 'CrashLoopBackOff',
      restarts: 6,
      ended: { exitCode: 1, reason: 'Error', message: 'listen tcp :80: bind: permission denied' },
    });
  }),
];
