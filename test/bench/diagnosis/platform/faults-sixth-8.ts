// The sixth list: policies of the network, and names.
import { breakPods, crash, dependentsSuffer, podSpec, rollOut } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, policy, timesOut } from './makers.ts';
import { recorded, tool } from './suite.ts';
import { set, text, type Obj } from './tree.ts';
import type { Cluster } from './cluster.ts';

/** A policy that shuts somebody off, where the one that lets all in is not there. */
const shut = (kind: string, causes: string[], bring: (c: Cluster, app: ReturnType<Cluster['victim']>) => [string, Obj]): Fault => ({
  kind,
  family: 'policy',
  bring: (c) => {
    const open = c.find('NetworkPolicy', 'same-namespace');
    if (open !== undefined) c.drop(open);
    const app = c.victim();
    const [name, spec] = bring(c, app);
    const on = policy(c, name, spec);
    callersFail(c, app, timesOut(app));
    return truth(on, ...causes);
  },
});

export const SIXTH_FAULTS_8: readonly Fault[] = recorded([
  {
    kind: 'controller of the ingress was scaled down',
    family: 'ingress',
    bring: (c) => {
      const { deployment, pod } = tool(c, 'ingress-nginx', 'ingress-nginx-controller', 80);
      c.drop(pod);
      set(deployment, 'spec.replicas', 0);
      deployment['status'] = { observedGeneration: 3 };
      set(c.find('Endpoints', 'ingress-nginx-controller') ?? {}, 'subsets', undefined);
      set(c.find('IngressClass', 'nginx') ?? {}, 'spec', { controller: 'k8s.io/ingress-nginx' });
      return truth(deployment, 'zero-replicas');
    },
  },
  shut('nobody may come in', ['network-policy-blocks'], (c) => [
    c.random.pick(['default-deny-ingress', 'deny-all', 'lockdown']),
    { podSelector: {}, policyTypes: ['Ingress'] },
  ]),
  shut('nobody may go out', ['network-policy-blocks', 'network-policy-blocks-dns'], () => [
    'default-deny-egress',
    { podSelector: {}, policyTypes: ['Egress'] },
  ]),
  shut('only those with a label that none has may come in', ['network-policy-blocks'], (_, app) => [
    `allow-${app.name}`,
    { podSelector: { matchLabels: app.labels }, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: { matchLabels: { role: 'gateway' } } }] }] },
  ]),
  shut('policy lets another port in', ['network-policy-blocks'], (_, app) => [
    `${app.name}-ingress`,
    {
      podSelector: { matchLabels: app.labels },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: app.port + 1 }] }],
    },
  ]),
  shut('policy shuts one off', ['network-policy-blocks'], (_, app) => [
    `deny-all-${app.name}`,
    { podSelector: { matchLabels: app.labels }, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] },
  ]),
  {
    kind: 'names may not be asked for',
    family: 'policy',
    bring: (c) => {
      const app = c.victim('client');
      const to = c.app(app.store ?? '');
      const on = policy(c, `${app.name}-egress`, {
        podSelector: { matchLabels: app.labels },
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: to.port }] }],
      });
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp: lookup ${to.name}: i/o timeout` });
      crash(c, app, 1);
      return truth(on, 'network-policy-blocks-dns', 'network-policy-blocks');
    },
  },
  {
    kind: 'name server was scaled down',
    family: 'dns',
    bring: (c) => {
      const on = c.find('Deployment', 'coredns') ?? {};
      set(on, 'spec.replicas', 0);
      on['status'] = { observedGeneration: 4 };
      const app = c.victim('client');
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `dial tcp: lookup ${c.app(app.store ?? '').name} on 10.96.0.10:53: read: connection refused`,
      });
      crash(c, app, 1);
      return truth(on, 'zero-replicas', 'cluster-dns-unavailable');
    },
  },
  {
    kind: 'settings of the name server cannot be read',
    family: 'dns',
    bring: (c) => {
      const map = c.find('ConfigMap', 'coredns') ?? {};
      set(
        map,
        'data.Corefile',
        '.:53 {\n    errors\n    health\n    kubernets cluster.local in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n    cache 30\n}\n',
      );
      const on = c.find('Deployment', 'coredns') ?? {};
      on['status'] = {
        replicas: 2,
        unavailableReplicas: 2,
        updatedReplicas: 2,
        conditions: [{ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' }],
      };
      for (let i = 0; i < 2; i += 1) {
        const pod = c.put(
          c.meta('Pod', `coredns-7db6d8ff4d-${c.random.word(5)}`, 'kube-system', {
            labels: { 'k8s-app': 'coredns' },
            ownerReferences: [{ kind: 'Deployment', name: 'coredns', controller: true }],
          }),
        );
        pod['spec'] = { containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns:v1' }], nodeName: text(c.nodes[0], 'metadata.name') };
        pod['status'] = {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
          containerStatuses: [
            {
              name: 'coredns',
              ready: false,
              restartCount: 7,
              state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=coredns' } },
              lastState: {
                terminated: { exitCode: 1, reason: 'Error', message: "/etc/coredns/Corefile:4 - Error during parsing: Unknown directive 'kubernets'" },
              },
            },
          ],
        };
        c.say(pod, 'Warning', 'BackOff', `Back-off restarting failed container coredns in pod ${text(pod, 'metadata.name')}_kube-system`);
      }
      return truth([map, on], 'cluster-dns-configuration', 'cluster-dns-unavailable');
    },
  },
  {
    kind: 'name server says that names of the cluster are not there',
    family: 'dns',
    bring: (c) => {
      const map = c.find('ConfigMap', 'coredns') ?? {};
      set(
        map,
        'data.Corefile',
        '.:53 {\n    errors\n    health\n    template ANY ANY svc.cluster.local {\n       match ".*"\n       rcode NXDOMAIN\n    }\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n    cache 30\n}\n',
      );
      const app = c.victim('client');
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp: lookup ${c.app(app.store ?? '').name} on 10.96.0.10:53: no such host` });
      crash(c, app, 1);
      return truth(map, 'cluster-dns-configuration');
    },
  },
  {
    kind: 'pods ask another name server',
    family: 'dns',
    bring: (c) => {
      const app = c.victim('client');
      set(podSpec(app), 'dnsPolicy', 'None');
      set(podSpec(app), 'dnsConfig', { nameservers: ['8.8.8.8'] });
      rollOut(c, app);
      c.logs.push({ entity: app.object, level: 'error', message: `getaddrinfo ENOTFOUND ${c.app(app.store ?? '').name}` });
      crash(c, app, 1);
      dependentsSuffer(c, app);
      return truth(app.object, 'pod-dns-policy');
    },
  },
  {
    kind: 'pods ask the name server of their node',
    family: 'dns',
    bring: (c) => {
      const app = c.victim('client');
      set(podSpec(app), 'dnsPolicy', 'Default');
      breakPods(c, app, { running: true }, [['Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503']]);
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp: lookup ${c.app(app.store ?? '').name} on 192.168.65.2:53: no such host` });
      return truth(app.object, 'pod-dns-policy');
    },
  },
  {
    kind: 'service of the name server selects nobody',
    family: 'dns',
    bring: (c) => {
      const on = c.put(c.meta('Service', 'kube-dns', 'kube-system', { labels: { 'k8s-app': 'kube-dns' } }));
      on['spec'] = { clusterIP: '10.96.0.10', selector: { 'k8s-app': 'kube-dns-v2' }, ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }] };
      c.put(c.meta('Endpoints', 'kube-dns', 'kube-system'));
      const pod = c.put(
        c.meta('Pod', 'coredns-7db6d8ff4d-x2v8k', 'kube-system', {
          labels: { 'k8s-app': 'kube-dns' },
          ownerReferences: [{ kind: 'Deployment', name: 'coredns', controller: true }],
        }),
      );
      Object.assign(pod, {
        spec: { containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns:v1', ports: [{ containerPort: 53, protocol: 'UDP' }] }] },
        status: { phase: 'Running', podIP: '10.244.0.3', conditions: [{ type: 'Ready', status: 'True' }] },
      });
      const app = c.victim('client');
      c.logs.push({ entity: app.object, level: 'error', message: `dial tcp: lookup ${c.app(app.store ?? '').name} on 10.96.0.10:53: i/o timeout` });
      crash(c, app, 1);
      return truth(on, 'service-selector-mismatch', 'cluster-dns-unavailable');
    },
  },
]);
