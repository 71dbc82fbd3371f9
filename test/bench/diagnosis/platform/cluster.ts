// A namespace of some dozen workloads as the API of Kubernetes gives it, healthy but for the marks that time leaves.
import type { Random } from '../random.ts';
import { add, get, listAt, set, text, type Obj } from './tree.ts';

export type Style = { labels: 'app' | 'recommended' | 'k8s-app' | 'both'; address: 'host-port' | 'two' | 'url' | 'fqdn' | 'config-map'; prefix: string; suffix: string; named: boolean };
export type App = { name: string; role: string; port: number; labels: Record<string, string>; calls: string[]; store: string | null; object: Obj; set: Obj | null; pods: Obj[]; service: Obj; endpoints: Obj; slice: Obj; config: Obj | null };
export type Happening = { about: Obj; type: 'Normal' | 'Warning'; reason: string; message: string; count: number; ago: number };

const ROLES = 'web cart catalog checkout payment currency shipping mail recommend ads search profile rate geo booking user review basket order inventory seat route price station travel notify food assurance contacts config security voucher wallet ledger media feed timeline post graph text url unique'.split(' ');
const STORES = [
  { role: 'mysql', port: 3306, image: 'mysql:8.0', password: 'MYSQL_ROOT_PASSWORD', user: 'root' },
  { role: 'postgres', port: 5432, image: 'postgres:16', password: 'POSTGRES_PASSWORD', user: 'app' },
  { role: 'mongodb', port: 27017, image: 'mongo:6', password: 'MONGO_INITDB_ROOT_PASSWORD', user: 'root' },
  { role: 'redis', port: 6379, image: 'redis:7-alpine', password: 'REDIS_PASSWORD', user: '' },
] as const;

export class Cluster {
  readonly random: Random;
  readonly ns: string;
  readonly style: Style;
  readonly apps: App[] = [];
  readonly nodes: Obj[] = [];
  readonly objects: Obj[] = [];
  readonly happenings: Happening[] = [];
  /** Log lines of the incident, where a fault shows in them. */
  readonly logs: { entity: Obj; level: string; message: string }[] = [];

  constructor(random: Random) {
    this.random = random;
    this.ns = random.pick(['shop', 'boutique', 'ticketing', 'hotel', 'prod', 'default', 'media-prod', 'apps']);
    this.style = {
      labels: random.pick(['app', 'recommended', 'k8s-app', 'both']),
      address: random.pick(['host-port', 'two', 'url', 'fqdn', 'config-map']),
      prefix: random.pick(['', '', 'ts-', 'ms-']),
      suffix: random.pick(['', 'service', '-service', '-svc']),
      named: random.chance(0.3),
    };
    this.#platform();
    const count = random.int(8, 26);
    const roles = random.shuffle(ROLES).slice(0, count);
    const stores = random.shuffle(STORES).slice(0, random.int(2, 3));
    for (const store of stores) this.#app(store.role, store.port, store);
    // From the leaves up, so that whoever calls finds whom it calls.
    for (const [i, role] of [...roles, 'frontend'].entries()) {
      const made = this.apps.filter((a) => STORES.every((s) => s.role !== a.role));
      const calls = role === 'frontend' ? made.slice(-6) : random.shuffle(made).slice(0, i < 3 ? 0 : random.int(0, 3));
      this.#app(role, random.pick([8080, 3000, 5000, 7070, 9555, 50051, 12340 + i]), null, calls, random.chance(0.5) ? random.pick(stores).role : null);
    }
    this.#edge();
    this.#wear();
  }

  meta(kind: string, name: string, namespace: string | null, more: Obj = {}): Obj {
    const group: Record<string, string> = { Deployment: 'apps/v1', StatefulSet: 'apps/v1', ReplicaSet: 'apps/v1', DaemonSet: 'apps/v1', Ingress: 'networking.k8s.io/v1', NetworkPolicy: 'networking.k8s.io/v1', EndpointSlice: 'discovery.k8s.io/v1', HorizontalPodAutoscaler: 'autoscaling/v2', PodDisruptionBudget: 'policy/v1', StorageClass: 'storage.k8s.io/v1', Role: 'rbac.authorization.k8s.io/v1', RoleBinding: 'rbac.authorization.k8s.io/v1', Job: 'batch/v1', CronJob: 'batch/v1', PriorityClass: 'scheduling.k8s.io/v1' };
    return {
      apiVersion: group[kind] ?? 'v1',
      kind,
      metadata: { name, ...(namespace === null ? {} : { namespace }), uid: `${this.random.word(8)}-${this.random.word(4)}`, resourceVersion: String(this.random.int(1000, 99999)), creationTimestamp: '2026-05-01T08:00:00Z', ...more },
    };
  }
  put(object: Obj): Obj {
    this.objects.push(object);
    return object;
  }
  drop(object: Obj): void {
    this.objects.splice(this.objects.indexOf(object), 1);
  }
  app(role: string): App {
    const found = this.apps.find((a) => a.role === role);
    if (found === undefined) throw new Error(`No application of role ${role}.`);
    return found;
  }
  /** An application that others call; a plain service unless a store is asked for. */
  victim(kind: 'service' | 'store' | 'client' = 'service'): App {
    const stores: readonly string[] = STORES.map((s) => s.role);
    const plain = this.apps.filter((a) => !stores.includes(a.role) && a.role !== 'frontend');
    if (kind === 'store') return this.random.pick(this.apps.filter((a) => stores.includes(a.role) && this.callers(a).length > 0));
    if (kind === 'client') return this.random.pick(plain.filter((a) => a.store !== null));
    return this.random.pick(plain.filter((a) => this.callers(a).length > 0));
  }
  callers(of: App): App[] {
    return this.apps.filter((a) => a.calls.includes(of.name) || (a.store === of.role && a !== of));
  }
  find(kind: string, name?: string): Obj | undefined {
    return this.objects.find((o) => o['kind'] === kind && (name === undefined || text(o, 'metadata.name') === name));
  }
  say(about: Obj, type: 'Normal' | 'Warning', reason: string, message: string, ago = this.random.int(20, 240), count = this.random.int(1, 12)): void {
    this.happenings.push({ about, type, reason, message, count, ago });
  }
  podName(app: App): string {
    return text(app.pods[0], 'metadata.name') || `${app.name}-${this.random.word(5)}`;
  }

  labelsOf(name: string): Record<string, string> {
    switch (this.style.labels) {
      case 'app':
        return { app: name };
      case 'k8s-app':
        return { 'k8s-app': name };
      case 'recommended':
        return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'main' };
      case 'both':
        return { app: name, tier: 'backend' };
    }
  }

  #platform(): void {
    for (let i = 0; i < this.random.int(3, 5); i += 1) {
      const name = `${this.random.pick(['worker', 'node', 'ip-10-0-1'])}-${i + 1}`;
      const node = this.meta('Node', name, null, { labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', 'topology.kubernetes.io/zone': this.random.pick(['a', 'b']), disktype: 'hdd' } });
      node['spec'] = { podCIDR: `10.244.${i}.0/24` };
      const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({ type, status: 'False', reason: `KubeletHasSufficient${type}`, message: 'kubelet has sufficient resources' }));
      node['status'] = { capacity: { cpu: '8', memory: '32886324Ki', pods: '110' }, allocatable: { cpu: '7900m', memory: '31Gi', pods: '110' }, conditions: [...conditions, { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }], nodeInfo: { kubeletVersion: 'v1.30.2', architecture: 'amd64' } };
      this.nodes.push(this.put(node));
    }
    for (const name of [this.ns, 'kube-system', 'monitoring']) set(this.put(this.meta('Namespace', name, null, { labels: { 'kubernetes.io/metadata.name': name } })), 'status.phase', 'Active');
    for (const name of ['default']) this.put(this.meta('ServiceAccount', name, this.ns));
    set(this.put(this.meta('ConfigMap', 'kube-root-ca.crt', this.ns)), 'data', { 'ca.crt': '-----BEGIN CERTIFICATE-----' });
    const standard = this.put(this.meta('StorageClass', 'standard', null, { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }));
    Object.assign(standard, { provisioner: 'rancher.io/local-path', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
    for (const [name, kind, n] of [['coredns', 'Deployment', 2], ['kube-proxy', 'DaemonSet', this.nodes.length], ['metrics-server', 'Deployment', 1]] as const) {
      const part = this.put(this.meta(kind, name, 'kube-system', { labels: { 'k8s-app': name } }));
      part['spec'] = { ...(kind === 'Deployment' ? { replicas: n } : {}), selector: { matchLabels: { 'k8s-app': name } }, template: { metadata: { labels: { 'k8s-app': name } }, spec: { containers: [{ name, image: `registry.k8s.io/${name}:v1` }], serviceAccountName: name } } };
      part['status'] = kind === 'Deployment' ? { replicas: n, readyReplicas: n, availableReplicas: n, updatedReplicas: n } : { desiredNumberScheduled: n, currentNumberScheduled: n, numberReady: n, numberAvailable: n };
    }
    set(this.put(this.meta('ConfigMap', 'coredns', 'kube-system')), 'data', { Corefile: '.:53 {\n    errors\n    health\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n       pods insecure\n    }\n    forward . /etc/resolv.conf\n    cache 30\n}\n' });
    const scheduler = this.put(this.meta('Pod', `kube-scheduler-control-plane`, 'kube-system', { labels: { component: 'kube-scheduler' } }));
    scheduler['spec'] = { containers: [{ name: 'kube-scheduler', image: 'registry.k8s.io/kube-scheduler:v1.30.2' }], nodeName: 'control-plane' };
    scheduler['status'] = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ name: 'kube-scheduler', ready: true, restartCount: 1, state: { running: {} } }] };
    const quota = this.put(this.meta('ResourceQuota', this.random.pick(['compute', 'team-quota', 'default-quota']), this.ns));
    quota['spec'] = { hard: { 'requests.cpu': '40', 'requests.memory': '80Gi', pods: '200', services: '80', 'requests.storage': '500Gi' } };
    quota['status'] = { hard: { ...(get(quota, 'spec.hard') as Obj) }, used: { 'requests.cpu': '6100m', 'requests.memory': '9Gi', pods: '41', services: '22', 'requests.storage': '20Gi' } };
  }

  #address(target: App, container: Obj, config: Obj | null): void {
    const key = target.role.toUpperCase().replaceAll('-', '_');
    const port = text(target.service, 'spec.ports.0.port');
    const put = (name: string, value: string): void => (this.style.address === 'config-map' && config !== null ? set(config, ['data', name], value) : add(container, 'env', { name, value }));
    switch (this.style.address) {
      case 'two':
        put(`${key}_HOST`, target.name);
        return put(`${key}_PORT`, port);
      case 'url':
        return put(`${key}_URL`, `http://${target.name}:${port}/`);
      case 'fqdn':
        return put(`${key}_ADDR`, `${target.name}.${this.ns}.svc.cluster.local:${port}`);
      default:
        return put(`${key}_SERVICE_ADDR`, `${target.name}:${port}`);
    }
  }

  #app(role: string, port: number, store: (typeof STORES)[number] | null, calls: readonly App[] = [], storeRole: string | null = null): App {
    const { random, ns, style } = this;
    const name = store !== null ? `${style.prefix}${role}` : `${style.prefix}${role}${style.suffix}`;
    const labels = this.labelsOf(name);
    const config = style.address === 'config-map' && store === null ? this.meta('ConfigMap', `${name}-config`, ns) : null;
    if (config !== null) set(config, 'data', { LOG_LEVEL: 'info' });
    const portName = style.named ? 'http' : undefined;
    const probe = store === null && random.chance(0.7) ? { httpGet: { path: random.pick(['/healthz', '/health', '/_ready']), port: portName ?? port, scheme: 'HTTP' } } : { tcpSocket: { port: portName ?? port } };
    const container: Obj = {
      name: store === null ? random.pick([name, 'server', 'main', 'app']) : role,
      image: store?.image ?? `registry.example.com/${ns}/${role}:v${random.int(1, 4)}.${random.int(0, 9)}.0`,
      imagePullPolicy: 'IfNotPresent',
      ports: [{ ...(portName === undefined ? {} : { name: portName }), containerPort: port, protocol: 'TCP' }],
      env: [{ name: 'PORT', value: String(port) }, { name: 'DISABLE_PROFILER', value: '1' }],
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '300m', memory: store ? '512Mi' : '256Mi' } },
      terminationMessagePath: '/dev/termination-log',
      volumeMounts: [{ name: 'kube-api-access-x7', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }],
    };
    if (random.chance(0.8)) container['readinessProbe'] = { ...structuredClone(probe), initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 };
    if (random.chance(0.7)) container['livenessProbe'] = { ...structuredClone(probe), initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 };
    const spec: Obj = { containers: [container], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', serviceAccountName: 'default', schedulerName: 'default-scheduler', securityContext: {} };
    const app = { name, role, port, labels, calls: calls.map((c) => c.name), store: storeRole, set: null, pods: [] } as unknown as App;
    app.config = config;
    for (const target of calls) this.#address(target, container, config);
    if (storeRole !== null) {
      const target = this.app(storeRole);
      this.#address(target, container, config);
      add(container, 'env', { name: `${storeRole.toUpperCase()}_PASSWORD`, valueFrom: { secretKeyRef: { name: `${target.name}-credentials`, key: 'password' } } });
    }
    if (config !== null) {
      container['envFrom'] = [{ configMapRef: { name: `${name}-config` } }];
      this.put(config);
    }
    if (store !== null) {
      set(this.put(this.meta('Secret', `${name}-credentials`, ns)), 'data', { password: Buffer.from(`pw-${random.word(6)}`).toString('base64') });
      add(container, 'env', { name: store.password, valueFrom: { secretKeyRef: { name: `${name}-credentials`, key: 'password' } } });
      spec['volumes'] = [{ name: 'data', persistentVolumeClaim: { claimName: `${name}-data` } }];
      add(container, 'volumeMounts', { name: 'data', mountPath: '/data' });
      const pv = `pvc-${random.word(8)}`;
      const claim = this.put(this.meta('PersistentVolumeClaim', `${name}-data`, ns));
      Object.assign(claim, { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } }, storageClassName: 'standard', volumeName: pv, volumeMode: 'Filesystem' }, status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } } });
      const volume = this.put(this.meta('PersistentVolume', pv, null));
      Object.assign(volume, { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' }, claimRef: { kind: 'PersistentVolumeClaim', name: `${name}-data`, namespace: ns }, storageClassName: 'standard', persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: `/opt/${pv}` } }, status: { phase: 'Bound' } });
    }
    add(spec, 'volumes', { name: 'kube-api-access-x7', projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }] } });
    const kind = store !== null && random.chance(0.5) ? 'StatefulSet' : 'Deployment';
    const replicas = store === null ? random.int(1, 3) : 1;
    const object = this.put(this.meta(kind, name, ns, { labels, annotations: { 'deployment.kubernetes.io/revision': '3' } }));
    object['spec'] = { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec }, ...(kind === 'Deployment' ? { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } } : { serviceName: name }) };
    object['status'] = { replicas, readyReplicas: replicas, availableReplicas: replicas, updatedReplicas: replicas, observedGeneration: 3, conditions: kind === 'Deployment' ? [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }, { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: `ReplicaSet "${name}" has successfully progressed.` }] : [] };
    app.object = object;
    const hash = random.word(9);
    if (kind === 'Deployment') {
      app.set = this.put(this.meta('ReplicaSet', `${name}-${hash}`, ns, { labels: { ...labels, 'pod-template-hash': hash }, ownerReferences: [{ kind, name, controller: true }] }));
      Object.assign(app.set, { spec: { replicas, selector: { matchLabels: { ...labels, 'pod-template-hash': hash } }, template: { metadata: { labels: { ...labels, 'pod-template-hash': hash } }, spec: structuredClone(spec) } }, status: { replicas, readyReplicas: replicas, availableReplicas: replicas } });
    }
    for (let i = 0; i < replicas; i += 1) app.pods.push(this.pod(app, i));
    const service = this.put(this.meta('Service', name, ns, { labels }));
    service['spec'] = { type: 'ClusterIP', clusterIP: `10.96.${random.int(0, 255)}.${random.int(1, 254)}`, selector: labels, sessionAffinity: 'None', ports: [{ name: store === null ? 'http' : role, port: store === null && random.chance(0.4) ? 80 : port, protocol: 'TCP', targetPort: portName ?? port }] };
    service['status'] = { loadBalancer: {} };
    app.service = service;
    app.endpoints = this.put(this.meta('Endpoints', name, ns));
    app.slice = this.put(this.meta('EndpointSlice', `${name}-${random.word(5)}`, ns, { labels: { 'kubernetes.io/service-name': name } }));
    this.apps.push(app);
    this.route(app);
    return app;
  }

  pod(app: App, ordinal: number): Obj {
    const { random } = this;
    const owner = app.set ?? app.object;
    const name = app.set === null ? `${app.name}-${ordinal}` : `${text(app.set, 'metadata.name')}-${random.word(5)}`;
    const pod = this.put(this.meta('Pod', name, this.ns, { labels: { ...app.labels, ...(app.set === null ? {} : { 'pod-template-hash': text(app.set, ['metadata', 'labels', 'pod-template-hash']) }) }, ownerReferences: [{ kind: owner['kind'], name: text(owner, 'metadata.name'), controller: true }] }));
    pod['spec'] = { ...structuredClone(get(app.object, 'spec.template.spec') as Obj), nodeName: text(random.pick(this.nodes), 'metadata.name'), tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }] };
    pod['status'] = {
      phase: 'Running',
      podIP: `10.244.${random.int(0, 4)}.${random.int(2, 250)}`,
      qosClass: 'Burstable',
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({ type, status: 'True' })),
      containerStatuses: listAt(pod, 'spec.containers').map((c) => ({ name: c['name'], image: c['image'], ready: true, started: true, restartCount: 0, state: { running: { startedAt: '2026-05-03T08:00:00Z' } }, lastState: {} })),
    };
    return pod;
  }

  /** Endpoints as their controllers keep them. */
  route(app: App): void {
    const selector = Object.entries(get(app.service, 'spec.selector') as Record<string, string>);
    const behind = this.apps.flatMap((a) => a.pods).filter((p) => this.objects.includes(p) && selector.every(([k, v]) => text(p, ['metadata', 'labels', k]) === v) && text(p, 'status.podIP') !== '');
    const isReady = (p: Obj): boolean => listAt(p, 'status.conditions').some((c) => c['type'] === 'Ready' && c['status'] === 'True');
    const address = (p: Obj): Obj => ({ ip: get(p, 'status.podIP'), targetRef: { kind: 'Pod', name: get(p, 'metadata.name') } });
    const [ready, other] = [behind.filter(isReady), behind.filter((p) => !isReady(p))];
    set(app.endpoints, 'subsets', behind.length === 0 ? undefined : [{ ...(ready.length > 0 ? { addresses: ready.map(address) } : {}), ...(other.length > 0 ? { notReadyAddresses: other.map(address) } : {}), ports: [{ port: app.port }] }]);
    set(app.slice, 'endpoints', behind.map((p) => ({ addresses: [get(p, 'status.podIP')], conditions: { ready: isReady(p) }, targetRef: { kind: 'Pod', name: get(p, 'metadata.name') } })));
  }

  #edge(): void {
    const front = this.app('frontend');
    const ingress = this.put(this.meta('Ingress', 'public', this.ns));
    ingress['spec'] = { ingressClassName: 'nginx', rules: [{ host: 'www.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: front.name, port: { number: Number(text(front.service, 'spec.ports.0.port')) } } } }] } }] };
    this.put(this.meta('IngressClass', 'nginx', null));
    const lb = this.put(this.meta('Service', `${front.name}-external`, this.ns));
    lb['spec'] = { type: 'LoadBalancer', selector: front.labels, ports: [{ port: 80, targetPort: front.port, protocol: 'TCP' }] };
    const target = this.random.pick(this.apps.filter((a) => a.role !== 'frontend'));
    const hpa = this.put(this.meta('HorizontalPodAutoscaler', target.name, this.ns));
    Object.assign(hpa, { spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef: { kind: text(target.object, 'kind'), name: target.name, apiVersion: 'apps/v1' }, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }] }, status: { currentReplicas: get(target.object, 'spec.replicas'), desiredReplicas: get(target.object, 'spec.replicas'), conditions: [{ type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' }, { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' }] } });
    const budget = this.put(this.meta('PodDisruptionBudget', `${front.name}-pdb`, this.ns));
    Object.assign(budget, { spec: { minAvailable: 1, selector: { matchLabels: front.labels } }, status: { disruptionsAllowed: Math.max(0, Number(get(front.object, 'spec.replicas')) - 1), currentHealthy: get(front.object, 'spec.replicas') } });
    // A policy that is well: it lets everybody of the namespace in.
    const policy = this.put(this.meta('NetworkPolicy', 'same-namespace', this.ns));
    policy['spec'] = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] };
  }

  /** Marks of the past that are no fault: old restarts, warnings of a start, a finished job, an unused object. */
  #wear(): void {
    const { random } = this;
    for (const app of random.shuffle(this.apps).slice(0, 4)) {
      const pod = app.pods[0];
      if (pod === undefined) continue;
      if (random.chance(0.5)) {
        set(pod, 'status.containerStatuses.0.restartCount', random.int(1, 4));
        set(pod, 'status.containerStatuses.0.lastState', { terminated: { exitCode: random.pick([137, 1, 255, 2]), reason: random.pick(['Error', 'Error', 'Completed']), startedAt: '2026-05-02T08:00:00Z', finishedAt: '2026-05-03T07:59:00Z' } });
      } else {
        const port = text(get(pod, 'spec.containers.0.readinessProbe'), 'httpGet.port') || app.port;
        this.say(pod, 'Warning', 'Unhealthy', `Readiness probe failed: dial tcp ${text(pod, 'status.podIP')}:${port}: connect: connection refused`, 4000, 2);
      }
    }
    for (const app of random.shuffle(this.apps).slice(0, 8)) {
      const [pod] = app.pods;
      if (pod === undefined) continue;
      this.say(pod, 'Normal', 'Scheduled', `Successfully assigned ${this.ns}/${text(pod, 'metadata.name')} to ${text(pod, 'spec.nodeName')}`, 5000, 1);
      this.say(pod, 'Normal', 'Pulled', `Container image "${text(pod, 'spec.containers.0.image')}" already present on machine`, 4990, 1);
      this.say(pod, 'Normal', 'Started', `Started container ${text(pod, 'spec.containers.0.name')}`, 4980, 1);
    }
    if (random.chance(0.5)) {
      const job = this.put(this.meta('Job', `seed-data-${random.int(1, 99)}`, this.ns));
      Object.assign(job, { spec: { template: { metadata: { labels: { job: 'seed' } }, spec: { containers: [{ name: 'seed', image: 'busybox:1.36', command: ['sh', '-c', 'echo ok'] }], restartPolicy: 'Never' } } }, status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } });
    }
    if (random.chance(0.4)) set(this.put(this.meta('ConfigMap', 'legacy-settings', this.ns)), 'data', { OLD_URL: 'http://decommissioned.example.com:8080/' });
    if (random.chance(0.3)) {
      const idle = this.put(this.meta('Deployment', 'load-generator', this.ns, { labels: { app: 'load-generator' } }));
      Object.assign(idle, { spec: { replicas: 0, selector: { matchLabels: { app: 'load-generator' } }, template: { metadata: { labels: { app: 'load-generator' } }, spec: { containers: [{ name: 'main', image: 'locust:2' }] } } }, status: { observedGeneration: 2 } });
    }
    this.say(random.pick(this.nodes), 'Normal', 'NodeHasSufficientMemory', 'Node status is now: NodeHasSufficientMemory', 9000, 3);
  }
}
