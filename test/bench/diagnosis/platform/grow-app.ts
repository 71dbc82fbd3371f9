// One application: workload, pods, service, endpoints, settings, storage.
import type { App, Cluster, STORES } from './cluster.ts';
import { add, get, listAt, set, text, type Obj } from './tree.ts';

function address(c: Cluster, target: App, container: Obj, config: Obj | null): void {
  const key = target.role.toUpperCase().replaceAll('-', '_');
  const port = text(target.service, 'spec.ports.0.port');
  const put = (name: string, value: string): void =>
    c.style.address === 'config-map' && config !== null ? set(config, ['data', name], value) : add(container, 'env', { name, value });
  switch (c.style.address) {
    case 'two':
      put(`${key}_HOST`, target.name);
      return put(`${key}_PORT`, port);
    case 'url':
      return put(`${key}_URL`, `http://${target.name}:${port}/`);
    case 'fqdn':
      return put(`${key}_ADDR`, `${target.name}.${c.ns}.svc.cluster.local:${port}`);
    default:
      return put(`${key}_SERVICE_ADDR`, `${target.name}:${port}`);
  }
}

export function app(
  c: Cluster,
  role: string,
  port: number,
  store: (typeof STORES)[number] | null,
  calls: readonly App[] = [],
  storeRole: string | null = null,
): App {
  const { random, ns, style } = c;
  const name = store !== null ? `${style.prefix}${role}` : `${style.prefix}${role}${style.suffix}`;
  const labels = c.labelsOf(name);
  const config = style.address === 'config-map' && store === null ? c.meta('ConfigMap', `${name}-config`, ns) : null;
  if (config !== null) set(config, 'data', { LOG_LEVEL: 'info' });
  const portName = style.named ? 'http' : undefined;
  const probe =
    store === null && random.chance(0.7)
      ? { httpGet: { path: random.pick(['/healthz', '/health', '/_ready']), port: portName ?? port, scheme: 'HTTP' } }
      : { tcpSocket: { port: portName ?? port } };
  const container: Obj = {
    name: store === null ? random.pick([name, 'server', 'main', 'app']) : role,
    image: store?.image ?? `registry.example.com/${ns}/${role}:v${random.int(1, 4)}.${random.int(0, 9)}.0`,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ ...(portName === undefined ? {} : { name: portName }), containerPort: port, protocol: 'TCP' }],
    env: [
      { name: 'PORT', value: String(port) },
      { name: 'DISABLE_PROFILER', value: '1' },
    ],
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '300m', memory: store ? '512Mi' : '256Mi' } },
    terminationMessagePath: '/dev/termination-log',
    volumeMounts: [{ name: 'kube-api-access-x7', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }],
  };
  if (random.chance(0.8))
    container['readinessProbe'] = {
      ...structuredClone(probe),
      initialDelaySeconds: 10,
      periodSeconds: 10,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
    };
  if (random.chance(0.7))
    container['livenessProbe'] = {
      ...structuredClone(probe),
      initialDelaySeconds: 15,
      periodSeconds: 10,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
    };
  const spec: Obj = {
    containers: [container],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'default',
    schedulerName: 'default-scheduler',
    securityContext: {},
  };
  const app = { name, role, port, labels, calls: calls.map((k) => k.name), store: storeRole, set: null, pods: [] } as unknown as App;
  app.config = config;
  for (const target of calls) address(c, target, container, config);
  if (storeRole !== null) {
    const target = c.app(storeRole);
    address(c, target, container, config);
    add(container, 'env', {
      name: `${storeRole.toUpperCase()}_PASSWORD`,
      valueFrom: { secretKeyRef: { name: `${target.name}-credentials`, key: 'password' } },
    });
  }
  if (config !== null) {
    container['envFrom'] = [{ configMapRef: { name: `${name}-config` } }];
    c.put(config);
  }
  if (store !== null) {
    set(c.put(c.meta('Secret', `${name}-credentials`, ns)), 'data', { password: Buffer.from(`pw-${random.word(6)}`).toString('base64') });
    add(container, 'env', { name: store.password, valueFrom: { secretKeyRef: { name: `${name}-credentials`, key: 'password' } } });
    spec['volumes'] = [{ name: 'data', persistentVolumeClaim: { claimName: `${name}-data` } }];
    add(container, 'volumeMounts', { name: 'data', mountPath: '/data' });
    const pv = `pvc-${random.word(8)}`;
    const claim = c.put(c.meta('PersistentVolumeClaim', `${name}-data`, ns));
    Object.assign(claim, {
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '5Gi' } },
        storageClassName: 'standard',
        volumeName: pv,
        volumeMode: 'Filesystem',
      },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } },
    });
    const volume = c.put(c.meta('PersistentVolume', pv, null));
    Object.assign(volume, {
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '5Gi' },
        claimRef: { kind: 'PersistentVolumeClaim', name: `${name}-data`, namespace: ns },
        storageClassName: 'standard',
        persistentVolumeReclaimPolicy: 'Delete',
        hostPath: { path: `/opt/${pv}` },
      },
      status: { phase: 'Bound' },
    });
  }
  add(spec, 'volumes', {
    name: 'kube-api-access-x7',
    projected: {
      sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }],
    },
  });
  const kind = store !== null && random.chance(0.5) ? 'StatefulSet' : 'Deployment';
  const replicas = store === null ? random.int(1, 3) : 1;
  const object = c.put(c.meta(kind, name, ns, { labels, annotations: { 'deployment.kubernetes.io/revision': '3' } }));
  object['spec'] = {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec },
    ...(kind === 'Deployment' ? { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } } : { serviceName: name }),
  };
  object['status'] = {
    replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    updatedReplicas: replicas,
    observedGeneration: 3,
    conditions:
      kind === 'Deployment'
        ? [
            { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' },
            { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: `ReplicaSet "${name}" has successfully progressed.` },
          ]
        : [],
  };
  app.object = object;
  const hash = random.word(9);
  if (kind === 'Deployment') {
    app.set = c.put(
      c.meta('ReplicaSet', `${name}-${hash}`, ns, {
        labels: { ...labels, 'pod-template-hash': hash },
        ownerReferences: [{ kind, name, controller: true }],
      }),
    );
    Object.assign(app.set, {
      spec: {
        replicas,
        selector: { matchLabels: { ...labels, 'pod-template-hash': hash } },
        template: { metadata: { labels: { ...labels, 'pod-template-hash': hash } }, spec: structuredClone(spec) },
      },
      status: { replicas, readyReplicas: replicas, availableReplicas: replicas },
    });
  }
  for (let i = 0; i < replicas; i += 1) app.pods.push(pod(c, app, i));
  const service = c.put(c.meta('Service', name, ns, { labels }));
  service['spec'] = {
    type: 'ClusterIP',
    clusterIP: `10.96.${random.int(0, 255)}.${random.int(1, 254)}`,
    selector: labels,
    sessionAffinity: 'None',
    ports: [{ name: store === null ? 'http' : role, port: store === null && random.chance(0.4) ? 80 : port, protocol: 'TCP', targetPort: portName ?? port }],
  };
  service['status'] = { loadBalancer: {} };
  app.service = service;
  app.endpoints = c.put(c.meta('Endpoints', name, ns));
  app.slice = c.put(c.meta('EndpointSlice', `${name}-${random.word(5)}`, ns, { labels: { 'kubernetes.io/service-name': name } }));
  c.apps.push(app);
  route(c, app);
  return app;
}

export function pod(c: Cluster, app: App, ordinal: number): Obj {
  const { random } = c;
  const owner = app.set ?? app.object;
  const name = app.set === null ? `${app.name}-${ordinal}` : `${text(app.set, 'metadata.name')}-${random.word(5)}`;
  const pod = c.put(
    c.meta('Pod', name, c.ns, {
      labels: { ...app.labels, ...(app.set === null ? {} : { 'pod-template-hash': text(app.set, ['metadata', 'labels', 'pod-template-hash']) }) },
      ownerReferences: [{ kind: owner['kind'], name: text(owner, 'metadata.name'), controller: true }],
    }),
  );
  pod['spec'] = {
    ...structuredClone(get(app.object, 'spec.template.spec') as Obj),
    nodeName: text(random.pick(c.nodes), 'metadata.name'),
    tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
  };
  pod['status'] = {
    phase: 'Running',
    podIP: `10.244.${random.int(0, 4)}.${random.int(2, 250)}`,
    qosClass: 'Burstable',
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({ type, status: 'True' })),
    containerStatuses: listAt(pod, 'spec.containers').map((c) => ({
      name: c['name'],
      image: c['image'],
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: '2026-05-03T08:00:00Z' } },
      lastState: {},
    })),
  };
  return pod;
}

/** Endpoints as their controllers keep them. */
export function route(c: Cluster, app: App): void {
  const selector = Object.entries(get(app.service, 'spec.selector') as Record<string, string>);
  const behind = c.apps
    .flatMap((a) => a.pods)
    .filter((p) => c.objects.includes(p) && selector.every(([k, v]) => text(p, ['metadata', 'labels', k]) === v) && text(p, 'status.podIP') !== '');
  const isReady = (p: Obj): boolean => listAt(p, 'status.conditions').some((c) => c['type'] === 'Ready' && c['status'] === 'True');
  const address = (p: Obj): Obj => ({ ip: get(p, 'status.podIP'), targetRef: { kind: 'Pod', name: get(p, 'metadata.name') } });
  const [ready, other] = [behind.filter(isReady), behind.filter((p) => !isReady(p))];
  set(
    app.endpoints,
    'subsets',
    behind.length === 0
      ? undefined
      : [
          {
            ...(ready.length > 0 ? { addresses: ready.map(address) } : {}),
            ...(other.length > 0 ? { notReadyAddresses: other.map(address) } : {}),
            ports: [{ port: app.port }],
          },
        ],
  );
  set(
    app.slice,
    'endpoints',
    behind.map((p) => ({
      addresses: [get(p, 'status.podIP')],
      conditions: { ready: isReady(p) },
      targetRef: { kind: 'Pod', name: get(p, 'metadata.name') },
    })),
  );
}
