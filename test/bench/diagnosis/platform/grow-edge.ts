// The way in from outside, and the marks that time leaves on a platform that is well.
import type { Cluster } from './cluster.ts';
import { get, set, text } from './tree.ts';

export function edge(c: Cluster): void {
  const front = c.app('frontend');
  const ingress = c.put(c.meta('Ingress', 'public', c.ns));
  ingress['spec'] = {
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'www.example.com',
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: front.name, port: { number: Number(text(front.service, 'spec.ports.0.port')) } } } },
          ],
        },
      },
    ],
  };
  c.put(c.meta('IngressClass', 'nginx', null));
  const lb = c.put(c.meta('Service', `${front.name}-external`, c.ns));
  lb['spec'] = { type: 'LoadBalancer', selector: front.labels, ports: [{ port: 80, targetPort: front.port, protocol: 'TCP' }] };
  const target = c.random.pick(c.apps.filter((a) => a.role !== 'frontend'));
  const hpa = c.put(c.meta('HorizontalPodAutoscaler', target.name, c.ns));
  Object.assign(hpa, {
    spec: {
      minReplicas: 1,
      maxReplicas: 5,
      scaleTargetRef: { kind: text(target.object, 'kind'), name: target.name, apiVersion: 'apps/v1' },
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
    status: {
      currentReplicas: get(target.object, 'spec.replicas'),
      desiredReplicas: get(target.object, 'spec.replicas'),
      conditions: [
        { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' },
        { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
      ],
    },
  });
  const budget = c.put(c.meta('PodDisruptionBudget', `${front.name}-pdb`, c.ns));
  Object.assign(budget, {
    spec: { minAvailable: 1, selector: { matchLabels: front.labels } },
    status: { disruptionsAllowed: Math.max(0, Number(get(front.object, 'spec.replicas')) - 1), currentHealthy: get(front.object, 'spec.replicas') },
  });
  // A policy that is well: it lets everybody of the namespace in.
  const policy = c.put(c.meta('NetworkPolicy', 'same-namespace', c.ns));
  policy['spec'] = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] };
}

/** Marks of the past that are no fault: old restarts, warnings of a start, a finished job, an unused object. */
export function wear(c: Cluster): void {
  const { random } = c;
  for (const app of random.shuffle(c.apps).slice(0, 4)) {
    const pod = app.pods[0];
    if (pod === undefined) continue;
    if (random.chance(0.5)) {
      set(pod, 'status.containerStatuses.0.restartCount', random.int(1, 4));
      set(pod, 'status.containerStatuses.0.lastState', {
        terminated: {
          exitCode: random.pick([137, 1, 255, 2]),
          reason: random.pick(['Error', 'Error', 'Completed']),
          startedAt: '2026-05-02T08:00:00Z',
          finishedAt: '2026-05-03T07:59:00Z',
        },
      });
    } else {
      const port = text(get(pod, 'spec.containers.0.readinessProbe'), 'httpGet.port') || app.port;
      c.say(pod, 'Warning', 'Unhealthy', `Readiness probe failed: dial tcp ${text(pod, 'status.podIP')}:${port}: connect: connection refused`, 4000, 2);
    }
  }
  for (const app of random.shuffle(c.apps).slice(0, 8)) {
    const [pod] = app.pods;
    if (pod === undefined) continue;
    c.say(pod, 'Normal', 'Scheduled', `Successfully assigned ${c.ns}/${text(pod, 'metadata.name')} to ${text(pod, 'spec.nodeName')}`, 5000, 1);
    c.say(pod, 'Normal', 'Pulled', `Container image "${text(pod, 'spec.containers.0.image')}" already present on machine`, 4990, 1);
    c.say(pod, 'Normal', 'Started', `Started container ${text(pod, 'spec.containers.0.name')}`, 4980, 1);
  }
  if (random.chance(0.5)) {
    const job = c.put(c.meta('Job', `seed-data-${random.int(1, 99)}`, c.ns));
    Object.assign(job, {
      spec: {
        template: {
          metadata: { labels: { job: 'seed' } },
          spec: { containers: [{ name: 'seed', image: 'busybox:1.36', command: ['sh', '-c', 'echo ok'] }], restartPolicy: 'Never' },
        },
      },
      status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] },
    });
  }
  if (random.chance(0.4)) set(c.put(c.meta('ConfigMap', 'legacy-settings', c.ns)), 'data', { OLD_URL: 'http://decommissioned.example.com:8080/' });
  if (random.chance(0.3)) {
    const idle = c.put(c.meta('Deployment', 'load-generator', c.ns, { labels: { app: 'load-generator' } }));
    Object.assign(idle, {
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'load-generator' } },
        template: { metadata: { labels: { app: 'load-generator' } }, spec: { containers: [{ name: 'main', image: 'locust:2' }] } },
      },
      status: { observedGeneration: 2 },
    });
  }
  c.say(random.pick(c.nodes), 'Normal', 'NodeHasSufficientMemory', 'Node status is now: NodeHasSufficientMemory', 9000, 3);
}
