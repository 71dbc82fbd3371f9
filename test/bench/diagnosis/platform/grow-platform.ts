// Nodes, the parts of the platform itself, and what a namespace has from the start.
import type { Cluster } from './cluster.ts';
import { get, set, type Obj } from './tree.ts';

export function platform(c: Cluster): void {
  for (let i = 0; i < c.random.int(3, 5); i += 1) {
    const name = `${c.random.pick(['worker', 'node', 'ip-10-0-1'])}-${i + 1}`;
    const node = c.meta('Node', name, null, {
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': c.random.pick(['a', 'b']),
        disktype: 'hdd',
      },
    });
    node['spec'] = { podCIDR: `10.244.${i}.0/24` };
    const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
      type,
      status: 'False',
      reason: `KubeletHasSufficient${type}`,
      message: 'kubelet has sufficient resources',
    }));
    node['status'] = {
      capacity: { cpu: '8', memory: '32886324Ki', pods: '110' },
      allocatable: { cpu: '7900m', memory: '31Gi', pods: '110' },
      conditions: [...conditions, { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }].map((one) => ({
        ...one,
        lastHeartbeatTime: '2026-06-01T08:09:20Z',
        lastTransitionTime: '2026-05-01T08:00:00Z',
      })),
      nodeInfo: { kubeletVersion: 'v1.30.2', architecture: 'amd64' },
    };
    c.nodes.push(c.put(node));
  }
  for (const name of [c.ns, 'kube-system', 'monitoring'])
    set(c.put(c.meta('Namespace', name, null, { labels: { 'kubernetes.io/metadata.name': name } })), 'status.phase', 'Active');
  for (const name of ['default']) c.put(c.meta('ServiceAccount', name, c.ns));
  set(c.put(c.meta('ConfigMap', 'kube-root-ca.crt', c.ns)), 'data', { 'ca.crt': '-----BEGIN CERTIFICATE-----' });
  const standard = c.put(c.meta('StorageClass', 'standard', null, { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }));
  Object.assign(standard, { provisioner: 'rancher.io/local-path', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  for (const [name, kind, n] of [
    ['coredns', 'Deployment', 2],
    ['kube-proxy', 'DaemonSet', c.nodes.length],
    ['metrics-server', 'Deployment', 1],
  ] as const) {
    const part = c.put(c.meta(kind, name, 'kube-system', { labels: { 'k8s-app': name } }));
    part['spec'] = {
      ...(kind === 'Deployment' ? { replicas: n } : {}),
      selector: { matchLabels: { 'k8s-app': name } },
      template: {
        metadata: { labels: { 'k8s-app': name } },
        spec: { containers: [{ name, image: `registry.k8s.io/${name}:v1` }], serviceAccountName: name },
      },
    };
    part['status'] =
      kind === 'Deployment'
        ? { replicas: n, readyReplicas: n, availableReplicas: n, updatedReplicas: n }
        : { desiredNumberScheduled: n, currentNumberScheduled: n, numberReady: n, numberAvailable: n };
  }
  set(c.put(c.meta('ConfigMap', 'coredns', 'kube-system')), 'data', {
    Corefile:
      '.:53 {\n    errors\n    health\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n       pods insecure\n    }\n    forward . /etc/resolv.conf\n    cache 30\n}\n',
  });
  const scheduler = c.put(c.meta('Pod', `kube-scheduler-control-plane`, 'kube-system', { labels: { component: 'kube-scheduler' } }));
  scheduler['spec'] = { containers: [{ name: 'kube-scheduler', image: 'registry.k8s.io/kube-scheduler:v1.30.2' }], nodeName: 'control-plane' };
  scheduler['status'] = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'kube-scheduler', ready: true, restartCount: 1, state: { running: {} } }],
  };
  const quota = c.put(c.meta('ResourceQuota', c.random.pick(['compute', 'team-quota', 'default-quota']), c.ns));
  quota['spec'] = { hard: { 'requests.cpu': '40', 'requests.memory': '80Gi', pods: '200', services: '80', 'requests.storage': '500Gi' } };
  quota['status'] = {
    hard: { ...(get(quota, 'spec.hard') as Obj) },
    used: { 'requests.cpu': '6100m', 'requests.memory': '9Gi', pods: '41', services: '22', 'requests.storage': '20Gi' },
  };
}
