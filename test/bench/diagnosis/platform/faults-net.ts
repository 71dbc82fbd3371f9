// Faults of routing, names, policies, meshes and of what the cluster stands on.
import { crash, dependentsSuffer, main, notReady, podSpec, rollOut } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { add, get, objAt, set, text, type Obj } from './tree.ts';
import type { App, Cluster } from './cluster.ts';

/** Callers fail while all pods are well. */
function callersFail(c: Cluster, app: App, message: string): void {
  for (const caller of c.callers(app).slice(0, 3)) {
    c.logs.push({ entity: caller.object, level: 'error', message });
    if (c.random.chance(0.4)) notReady(c, caller, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
  }
}
const routed = (kind: string, cause: string, change: (app: App, c: Cluster) => void): Fault => ({
  kind,
  family: 'routing',
  bring: (c) => {
    const app = c.victim();
    change(app, c);
    c.route(app);
    callersFail(c, app, `rpc error: code = Unavailable desc = connection error: dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: i/o timeout`);
    return truth(app.service, cause);
  },
});
const node = (kind: string, cause: string, conditions: (n: string) => Obj[], event: readonly [string, string] | null): Fault => ({
  kind,
  family: 'node',
  bring: (c) => {
    const on = c.random.pick(c.nodes.filter((n) => c.apps.some((a) => a.pods.some((p) => get(p, 'spec.nodeName') === text(n, 'metadata.name')))));
    const name = text(on, 'metadata.name');
    set(on, 'status.conditions', conditions(name));
    if (event !== null) c.say(on, 'Warning', ...event);
    if (conditions(name).some((x) => x['type'] === 'Ready' && x['status'] !== 'True')) {
      set(on, 'spec.taints', [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }]);
      for (const app of c.apps)
        for (const pod of app.pods.filter((p) => get(p, 'spec.nodeName') === name)) {
          set(pod, 'status.conditions', [{ type: 'Ready', status: 'False', reason: 'NodeNotReady' }, { type: 'PodScheduled', status: 'True' }]);
          c.say(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
          set(app.object, 'status.readyReplicas', Math.max(0, Number(get(app.object, 'status.readyReplicas')) - 1));
          c.route(app);
        }
    }
    return truth(on, cause);
  },
});
const unknown = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({ type, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }));
const pressure = (type: string, reason: string) => (): Obj[] => [
  { type, status: 'True', reason, message: 'kubelet has pressure' },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
];
const policy = (c: Cluster, name: string, spec: Obj): Obj => {
  const on = c.put(c.meta('NetworkPolicy', name, c.ns));
  on['spec'] = spec;
  return on;
};

export const NET_FAULTS: readonly Fault[] = [
  routed('selector', 'service-selector-mismatch', (app) => {
    const [key = 'app'] = Object.keys(app.labels);
    set(app.service, ['spec', 'selector'], { ...app.labels, [key]: `${app.name}-v2` });
  }),
  routed('selector with one label too many', 'service-selector-mismatch', (app) => set(app.service, ['spec', 'selector'], { ...app.labels, version: 'v9' })),
  routed('selector of another application', 'service-selector-mismatch', (app, c) => set(app.service, ['spec', 'selector'], c.random.pick(c.apps.filter((a) => a !== app && a.role !== 'frontend')).labels)),
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
      set(main(app), 'env', (get(main(app), 'env') as unknown[]).map((e) => (text(e, 'value') === '' ? e : { name: text(e, 'name'), value: edit(text(e, 'value')) })));
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
      const edit = (name: string, v: string): string => (name.startsWith(key) ? v.replace(one, two).replace(text(a?.service, 'spec.ports.0.port'), text(b?.service, 'spec.ports.0.port')) : v);
      set(main(app), 'env', (get(main(app), 'env') as unknown[]).map((e) => (text(e, 'value') === '' ? e : { name: text(e, 'name'), value: edit(text(e, 'name'), text(e, 'value')) })));
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
      const on = policy(c, `only-admin-${app.role}`, { podSelector: { matchLabels: app.labels }, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: { matchLabels: { role: 'admin' } } }] }] });
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
      const on = policy(c, `ports-${app.role}`, { podSelector: { matchLabels: app.labels }, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 65000 }] }] });
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
      const on = policy(c, `egress-${app.role}`, { podSelector: { matchLabels: app.labels }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }], ports: [1, 65535].map(() => ({ protocol: 'TCP' })) }] });
      set(on, 'spec.egress.0.ports', c.apps.map((a) => ({ protocol: 'TCP', port: a.port })));
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp: lookup ${app.calls[0] ?? ''} on 10.96.0.10:53: read udp 10.244.1.9:4411->10.96.0.10:53: i/o timeout` });
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
      set(on, 'data.Corefile', text(on, 'data.Corefile').replace('    health\n', `    health\n    template ANY ANY ${app.name}.${c.ns}.svc.cluster.local {\n      rcode NXDOMAIN\n    }\n`));
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
  {
    kind: 'kube-proxy down',
    family: 'cluster',
    bring: (c) => {
      const on = c.find('DaemonSet', 'kube-proxy') ?? {};
      const n = c.nodes.length;
      on['status'] = { desiredNumberScheduled: n, currentNumberScheduled: n, numberReady: n - 1, numberUnavailable: 1 };
      const pod = c.put(c.meta('Pod', 'kube-proxy-x9f2k', 'kube-system', { labels: { 'k8s-app': 'kube-proxy' }, ownerReferences: [{ kind: 'DaemonSet', name: 'kube-proxy' }] }));
      Object.assign(pod, { spec: { nodeName: text(c.nodes[0], 'metadata.name'), containers: [{ name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1' }] }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }], containerStatuses: [{ name: 'kube-proxy', ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } }] } });
      callersFail(c, c.victim(), 'dial tcp 10.96.12.7:8080: i/o timeout');
      return truth([on, pod, c.nodes[0] ?? {}], 'kube-proxy-unavailable');
    },
  },
  node('kubelet down', 'kubelet-unavailable', () => unknown, ['NodeNotReady', 'Node status is now: NodeNotReady']),
  node('container runtime down', 'container-runtime-unavailable', () => [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: '[container runtime is down, PLEG is not healthy: pleg was last seen active 5m12s ago; threshold is 3m0s]' }], ['ContainerGCFailed', 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"']),
  node('network plugin down', 'node-network-plugin-unavailable', () => [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized' }], null),
  node('disk pressure', 'node-disk-pressure', pressure('DiskPressure', 'KubeletHasDiskPressure'), ['EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage']),
  node('memory pressure', 'node-memory-pressure', pressure('MemoryPressure', 'KubeletHasInsufficientMemory'), ['EvictionThresholdMet', 'Attempting to reclaim memory']),
  node('process pressure', 'node-pid-pressure', pressure('PIDPressure', 'KubeletHasInsufficientPID'), null),
  {
    kind: 'traffic kept on the node',
    family: 'routing',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.pods.length < c.nodes.length && c.callers(a).length > 0));
      set(app.service, 'spec.internalTrafficPolicy', 'Local');
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: connect: connection refused`);
      return truth(app.service, 'internal-traffic-policy');
    },
  },
  {
    kind: 'mesh route to a subset that is not there',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const rule = c.put(c.meta('DestinationRule', app.name, c.ns));
      rule['spec'] = { host: app.name, subsets: [{ name: 'v1', labels: app.labels }] };
      const on = c.put(c.meta('VirtualService', app.name, c.ns));
      on['spec'] = { hosts: [app.name], http: [{ route: [{ destination: { host: app.name, subset: 'v2' } }] }] };
      callersFail(c, app, 'upstream connect error: no healthy upstream (503 NC)');
      return truth([on, rule], 'missing-subset');
    },
  },
  {
    kind: 'mesh denies',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('AuthorizationPolicy', `deny-${app.role}`, c.ns));
      on['spec'] = { selector: { matchLabels: app.labels }, action: 'DENY', rules: [{}] };
      callersFail(c, app, 'RBAC: access denied (403)');
      return truth(on, 'authorization-policy-denies');
    },
  },
  {
    kind: 'mesh injects faults',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('VirtualService', app.name, c.ns));
      on['spec'] = { hosts: [app.name], http: [{ fault: { abort: { httpStatus: 500, percentage: { value: 60 } } }, route: [{ destination: { host: app.name } }] }] };
      callersFail(c, app, 'fault filter abort (500)');
      return truth(on, 'fault-injected');
    },
  },
  {
    kind: 'an experiment is running',
    family: 'mesh',
    bring: (c) => {
      const app = c.victim();
      const on = c.put({ ...c.meta('NetworkChaos', `delay-${app.role}`, c.ns), apiVersion: 'chaos-mesh.org/v1alpha1' });
      on['spec'] = { action: 'delay', mode: 'all', selector: { namespaces: [c.ns], labelSelectors: app.labels }, delay: { latency: '2s' } };
      callersFail(c, app, 'context deadline exceeded');
      return truth([on, app.object], 'fault-injected');
    },
  },
  {
    kind: 'account may not',
    family: 'permission',
    bring: (c) => {
      const app = c.victim();
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: `configmaps "settings" is forbidden: User "system:serviceaccount:${c.ns}:default" cannot get resource "configmaps" in API group "" in the namespace "${c.ns}"` });
      dependentsSuffer(c, app);
      return truth(app.object, 'rbac-forbidden', 'permission-denied');
    },
  },
  {
    kind: 'certificate missing at the edge',
    family: 'permission',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.tls', [{ hosts: ['www.example.com'], secretName: 'www-cert' }]);
      const other = c.put(c.meta('Secret', 'other-cert', c.ns));
      Object.assign(other, { type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } });
      return truth(on, 'missing-tls-secret');
    },
  },
  {
    kind: 'namespace is going',
    family: 'cluster',
    bring: (c) => {
      const on = c.find('Namespace', c.ns) ?? {};
      set(on, 'status', { phase: 'Terminating', conditions: [{ type: 'NamespaceFinalizersRemaining', status: 'True', message: 'Some content in the namespace has finalizers remaining' }] });
      set(on, 'metadata.deletionTimestamp', '2026-06-01T07:00:00Z');
      add(c.victim().object, 'status.conditions', { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: `pods "x" is forbidden: unable to create new content in namespace ${c.ns} because it is being terminated` });
      return truth(on, 'namespace-terminating');
    },
  },
];
