// The sixth list: scaling and roll-outs.
import type { App, Cluster } from './cluster.ts';
import { dependentsSuffer, main, rollOut } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { recorded } from './suite.ts';
import { get, set, text, type Obj } from './tree.ts';
import { stateful } from './workloads.ts';

const scaler = (c: Cluster): Obj => c.find('HorizontalPodAutoscaler') ?? {};
const down = (c: Cluster, app: App): void => {
  set(app.object, 'spec.replicas', 0);
  if (app.set !== null) set(app.set, 'spec.replicas', 0);
  for (const pod of app.pods) c.drop(pod);
  app.pods = [];
  app.object['status'] = { observedGeneration: 5 };
  if (app.set !== null) app.set['status'] = { replicas: 0 };
  c.route(app);
};
export const SIXTH_FAULTS_6: readonly Fault[] = recorded([
  {
    kind: 'nobody measures for the scaler',
    family: 'scaling',
    bring: (c) => {
      const on = scaler(c);
      const message =
        'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';
      set(on, 'status.conditions', [
        { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' },
        { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message },
      ]);
      c.say(on, 'Warning', 'FailedGetResourceMetric', message);
      const server = c.find('Deployment', 'metrics-server');
      if (server !== undefined) c.drop(server);
      return truth(on, 'autoscaler-without-metrics', 'metrics-server-unavailable');
    },
  },
  {
    kind: 'scaler reckons with requests that are not there',
    family: 'scaling',
    bring: (c) => {
      const on = scaler(c);
      const app = c.apps.find((a) => a.name === get(on, 'spec.scaleTargetRef.name'));
      if (app === undefined) return truth([], 'none');
      set(main(app), 'resources', { limits: { memory: '256Mi' } });
      rollOut(c, app);
      const message = `the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container ${text(main(app), 'name')} of Pod ${c.podName(app)}`;
      set(on, 'status.conditions.1', { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message });
      c.say(on, 'Warning', 'FailedGetResourceMetric', message);
      return truth([on, app.object], 'autoscaler-without-metrics');
    },
  },
  {
    kind: 'scaler has reached its most',
    family: 'scaling',
    bring: (c) => {
      const on = scaler(c);
      set(on, 'spec.maxReplicas', 1);
      set(on, 'status', {
        currentReplicas: 1,
        desiredReplicas: 1,
        currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 285, averageValue: '285m' } } }],
        conditions: [
          { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' },
          { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
          { type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' },
        ],
      });
      return truth(on, 'autoscaler-at-limit', 'autoscaler-bounds');
    },
  },
  {
    kind: 'scaler of a deployment that is not there',
    family: 'scaling',
    bring: (c) => {
      const on = scaler(c);
      const name = `${text(on, 'spec.scaleTargetRef.name')}-v1`;
      set(on, 'spec.scaleTargetRef.name', name);
      const message = `the HPA controller was unable to get the target's current scale: deployments.apps "${name}" not found`;
      set(on, 'status.conditions', [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message }]);
      c.say(on, 'Warning', 'FailedGetScale', `deployments.apps "${name}" not found`);
      return truth(on, 'autoscaler-target-missing');
    },
  },
  {
    kind: 'budget lets no pod go',
    family: 'scaling',
    bring: (c) => {
      const app = c.victim();
      const n = app.pods.length;
      const on = c.put(c.meta('PodDisruptionBudget', `${app.name}-pdb`, c.ns));
      Object.assign(on, {
        spec: { minAvailable: '100%', selector: { matchLabels: app.labels } },
        status: {
          disruptionsAllowed: 0,
          currentHealthy: n,
          desiredHealthy: n,
          expectedPods: n,
          conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
        },
      });
      const node = c.nodes.find((x) => text(x, 'metadata.name') === text(app.pods[0], 'spec.nodeName')) ?? {};
      set(node, 'spec.unschedulable', true);
      c.say(node, 'Normal', 'NodeNotSchedulable', `Node ${text(node, 'metadata.name')} status is now: NodeNotSchedulable`);
      c.say(app.pods[0] ?? {}, 'Warning', 'FailedEviction', "Cannot evict pod as it would violate the pod's disruption budget.");
      return truth(on, 'disruption-budget-blocks');
    },
  },
  {
    kind: 'scaled to none',
    family: 'scaling',
    bring: (c) => {
      const app = c.victim();
      down(c, app);
      dependentsSuffer(c, app);
      return truth(app.object, 'zero-replicas');
    },
  },
  {
    kind: 'stateful set of a store scaled to none',
    family: 'scaling',
    bring: (c) => {
      const app = stateful(c, c.victim('store'));
      down(c, app);
      dependentsSuffer(c, app);
      return truth(app.object, 'zero-replicas');
    },
  },
  {
    kind: 'roll-out is paused',
    family: 'rollout',
    bring: (c) => {
      const app = c.victim();
      set(app.object, 'spec.paused', true);
      set(main(app), 'image', `registry.example.com/${c.ns}/${app.role}:v9.0.1`);
      set(app.object, 'status.updatedReplicas', 0);
      set(app.object, 'status.conditions.1', { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' });
      return truth(app.object, 'rollout-paused');
    },
  },
]);
