// Kinds of faults that were written down after the rules had been worked on, and measured before any of them was looked at.
import { breakPods, crash, dependentsSuffer, killedByProbe, main, notReady, podSpec, pullFails, rollOut, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { add, get, objAt, set, text } from './tree.ts';

const victimDown = (kind: string, family: string, cause: string | string[], bring: (c: Parameters<Fault['bring']>[0], app: ReturnType<Parameters<Fault['bring']>[0]['victim']>) => void): Fault => ({
  kind,
  family,
  bring: (c) => {
    const app = c.victim();
    bring(c, app);
    dependentsSuffer(c, app);
    return truth(app.object, ...[cause].flat());
  },
});

/** In the words of each product. */
const SAYS: Readonly<Record<string, { readOnly: string; full: string; refused: string }>> = {
  mysql: { readOnly: 'ERROR 1290 (HY000): The MySQL server is running with the --read-only option so it cannot execute this statement', full: 'Error 1040: Too many connections', refused: "Access denied for user 'root'@'10.244.1.7' (using password: YES)" },
  postgres: { readOnly: 'ERROR: cannot execute INSERT in a read-only transaction', full: 'FATAL: sorry, too many clients already', refused: 'FATAL: password authentication failed for user "app"' },
  mongodb: { readOnly: 'MongoServerError: not master and slaveOk=false (NotWritablePrimary)', full: 'MongoServerError: too many connections', refused: 'MongoServerError: Authentication failed. SCRAM authentication failed, storedKey mismatch' },
  redis: { readOnly: "READONLY You can't write against a read only replica.", full: 'ERR max number of clients reached', refused: 'WRONGPASS invalid username-password pair or user is disabled.' },
};

export const LATE_FAULTS: readonly Fault[] = [
  victimDown('registry limits pulls', 'image', ['image-registry-unreachable', 'image-registry-limit'], (c, app) => pullFails(c, app, `Failed to pull image "${text(main(app), 'image')}": rpc error: code = Unknown desc = failed to copy: httpReadSeeker: failed open: unexpected status code 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit`)),
  victimDown('pull secret named and missing', 'image', 'missing-image-pull-secret', (c, app) => {
    set(podSpec(app), 'imagePullSecrets', [{ name: 'regcred' }]);
    pullFails(c, app, `Failed to pull image "${text(main(app), 'image')}": failed to resolve reference: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`);
    c.say(app.pods[0] ?? app.object, 'Warning', 'FailedToRetrieveImagePullSecret', 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.');
  }),
  victimDown('unknown flag', 'command', 'configuration', (c, app) => {
    set(main(app), 'args', ['--prot=8080']);
    crash(c, app, 2);
    c.logs.push({ entity: app.object, level: 'error', message: 'flag provided but not defined: unknown flag: --prot' });
  }),
  victimDown('configuration file malformed', 'application', 'configuration', (c, app) => {
    crash(c, app, 1);
    c.logs.push({ entity: app.object, level: 'error', message: 'failed to load config: yaml: line 7: did not find expected key' });
  }),
  victimDown('liveness answers too slowly', 'probe', 'liveness-probe-timing', (c, app) => {
    set(main(app), 'livenessProbe', { httpGet: { path: '/healthz', port: app.port }, initialDelaySeconds: 5, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 1 });
    killedByProbe(c, app, `Liveness probe failed: Get "http://10.244.1.4:${app.port}/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
  }),
  victimDown('readiness command is not there', 'probe', 'readiness-probe-command', (c, app) => {
    set(main(app), 'readinessProbe', { exec: { command: ['/opt/ready.sh'] }, periodSeconds: 10 });
    notReady(c, app, 'Readiness probe errored: rpc error: code = Unknown desc = failed to exec in container: OCI runtime exec failed: exec failed: unable to start container process: exec: "/opt/ready.sh": stat /opt/ready.sh: no such file or directory: unknown');
  }),
  victimDown('readiness never true by its command', 'probe', ['readiness-probe-command', 'readiness-probe-failing'], (c, app) => {
    set(main(app), 'readinessProbe', { exec: { command: ['cat', '/tmp/healthy'] }, periodSeconds: 10 });
    notReady(c, app, 'Readiness probe failed: cat: /tmp/healthy: No such file or directory');
  }),
  victimDown('evicted for its disk', 'limit', ['evicted', 'ephemeral-storage-exceeded'], (c, app) => {
    set(main(app), ['resources', 'limits', 'ephemeral-storage'], '10Mi');
    rollOut(c, app);
    for (const pod of app.pods) {
      pod['status'] = { phase: 'Failed', reason: 'Evicted', message: 'Pod ephemeral local storage usage exceeds the total limit of containers 10Mi.' };
      c.say(pod, 'Warning', 'Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 10Mi.');
    }
    set(app.object, 'status.readyReplicas', undefined);
    set(app.object, 'status.unavailableReplicas', app.pods.length);
    c.route(app);
  }),
  victimDown('sysctl', 'command', 'forbidden-sysctl', (c, app) => {
    set(podSpec(app), 'securityContext', { sysctls: [{ name: 'net.core.somaxconn', value: '1024' }] });
    rollOut(c, app);
    for (const pod of app.pods) {
      pod['status'] = { phase: 'Failed', reason: 'SysctlForbidden', message: 'forbidden sysctl: "net.core.somaxconn" not allowlisted' };
      c.say(pod, 'Warning', 'SysctlForbidden', 'forbidden sysctl: "net.core.somaxconn" not allowlisted');
    }
    set(app.object, 'status.readyReplicas', undefined);
    c.route(app);
  }),
  victimDown('claim waits for a driver that is not there', 'storage', ['volume-attach-failed', 'volume-provisioning-failed'], (c, app) => {
    void app;
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [['FailedAttachVolume', 'AttachVolume.Attach failed for volume "pvc-1" : CSINode worker-1 does not contain driver ebs.csi.aws.com'], ['FailedMount', 'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition']]);
  }),
  victimDown('mount over a file', 'storage', 'volume-mount-path', (c, app) => {
    crash(c, app, 128, [['Failed', 'Error: failed to create containerd task: OCI runtime create failed: error mounting "/var/lib/kubelet/pods/x/volumes/cfg" to rootfs at "/etc/app.conf": not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?']], 'StartError');
  }),
  {
    kind: 'claim without a class',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      const pvc = c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {};
      set(c.find('StorageClass', 'standard') ?? {}, 'metadata.annotations', {});
      set(pvc, 'spec.storageClassName', undefined);
      set(pvc, 'spec.volumeName', undefined);
      pvc['status'] = { phase: 'Pending' };
      c.say(pvc, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: pod has unbound immediate PersistentVolumeClaims.`);
      dependentsSuffer(c, app);
      return truth([pvc, app.object], 'no-default-storage-class', 'no-volume-available');
    },
  },
  {
    kind: 'volume lost',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      const pvc = c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {};
      const pv = c.find('PersistentVolume', text(pvc, 'spec.volumeName'));
      if (pv !== undefined) c.drop(pv);
      pvc['status'] = { phase: 'Lost' };
      c.say(pvc, 'Warning', 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: persistentvolumeclaim "${app.name}-data" bound to non-existent persistentvolume "pvc-x".`);
      dependentsSuffer(c, app);
      return truth([pvc, app.object], 'volume-lost');
    },
  },
  {
    kind: 'provisioner fails',
    family: 'storage',
    bring: (c) => {
      const app = c.victim('store');
      const pvc = c.find('PersistentVolumeClaim', `${app.name}-data`) ?? {};
      set(pvc, 'spec.volumeName', undefined);
      pvc['status'] = { phase: 'Pending' };
      c.say(pvc, 'Warning', 'ProvisioningFailed', 'failed to provision volume with StorageClass "standard": rpc error: code = Internal desc = could not create volume: quota exceeded at provider');
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: pod has unbound immediate PersistentVolumeClaims.`);
      dependentsSuffer(c, app);
      return truth([pvc, app.object], 'volume-provisioning-failed');
    },
  },
  {
    kind: 'store refuses writes',
    family: 'store',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      for (const caller of c.callers(store)) c.logs.push({ entity: caller.object, level: 'error', message: SAYS[store.role]?.readOnly ?? '' });
      return truth([store.object, store.service], 'data-store-read-only');
    },
  },
  {
    kind: 'store has no connection left',
    family: 'store',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      for (const caller of c.callers(store)) c.logs.push({ entity: caller.object, level: 'error', message: SAYS[store.role]?.full ?? '' });
      return truth([store.object, store.service], 'connections-exhausted');
    },
  },
  {
    kind: 'store was given another password',
    family: 'store',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      set(c.find('Secret', `${store.name}-credentials`) ?? {}, 'data', undefined);
      for (const caller of c.callers(store)) {
        crash(c, caller, 1);
        c.logs.push({ entity: caller.object, level: 'error', message: SAYS[store.role]?.refused ?? '' });
      }
      return truth([store.object, store.service, app.object], 'credentials-mismatch', 'missing-secret-key');
    },
  },
  {
    kind: 'rollout paused',
    family: 'scale',
    bring: (c) => {
      const app = c.victim();
      set(app.object, 'spec.paused', true);
      set(app.object, 'status.updatedReplicas', 0);
      set(app.object, 'status.conditions', [{ type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }]);
      return truth(app.object, 'rollout-paused');
    },
  },
  {
    kind: 'autoscaler is at its most',
    family: 'scale',
    bring: (c) => {
      const hpa = c.find('HorizontalPodAutoscaler') ?? {};
      set(hpa, 'spec.maxReplicas', 1);
      Object.assign(objAt(hpa, 'status'), { currentReplicas: 1, desiredReplicas: 1, currentMetrics: [{ resource: { name: 'cpu', current: { averageUtilization: 310 } } }], conditions: [{ type: 'AbleToScale', status: 'True' }, { type: 'ScalingActive', status: 'True' }, { type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' }] });
      return truth(hpa, 'autoscaler-at-limit');
    },
  },
  {
    kind: 'cron job suspended',
    family: 'scale',
    bring: (c) => {
      const job = c.put(c.meta('CronJob', 'nightly-report', c.ns));
      Object.assign(job, { spec: { schedule: '0 2 * * *', suspend: true, jobTemplate: { spec: { template: { spec: { containers: [{ name: 'report', image: 'report:1' }], restartPolicy: 'Never' } } } } }, status: {} });
      return truth(job, 'job-suspended');
    },
  },
  {
    kind: 'job past its deadline',
    family: 'scale',
    bring: (c) => {
      const job = c.put(c.meta('Job', 'export-data', c.ns));
      Object.assign(job, { spec: { activeDeadlineSeconds: 30, template: { metadata: { labels: { job: 'export' } }, spec: { containers: [{ name: 'export', image: 'export:1' }], restartPolicy: 'Never' } } }, status: { failed: 1, conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }] } });
      return truth(job, 'job-deadline-exceeded');
    },
  },
  {
    kind: 'budget blocks a drain',
    family: 'scale',
    bring: (c) => {
      const pdb = c.find('PodDisruptionBudget') ?? {};
      set(pdb, 'spec', { minAvailable: '100%', selector: get(pdb, 'spec.selector') });
      set(pdb, 'status', { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 });
      const node = c.random.pick(c.nodes);
      set(node, 'spec.unschedulable', true);
      c.say(node, 'Warning', 'DrainFailed', "Cannot evict pod as it would violate the pod's disruption budget.");
      return truth(pdb, 'disruption-budget-blocks');
    },
  },
  {
    kind: 'webhook of a service that is not there',
    family: 'admission',
    bring: (c) => {
      const on = c.put({ ...c.meta('ValidatingWebhookConfiguration', 'policy-check', null), webhooks: [{ name: 'check.policy.example.com', failurePolicy: 'Fail', clientConfig: { service: { name: 'policy-server', namespace: c.ns, path: '/validate' } }, rules: [{ apiGroups: [''], resources: ['pods'], operations: ['CREATE'] }] }] });
      const app = c.victim();
      for (const pod of app.pods) c.drop(pod);
      app.pods = [];
      c.say(app.set ?? app.object, 'Warning', 'FailedCreate', 'Error creating: Internal error occurred: failed calling webhook "check.policy.example.com": failed to call webhook: Post "https://policy-server.shop.svc:443/validate?timeout=10s": service "policy-server" not found');
      app.object['status'] = { unavailableReplicas: 2, conditions: [{ type: 'Available', status: 'False' }] };
      c.route(app);
      dependentsSuffer(c, app);
      return truth([on, app.object], 'admission-webhook');
    },
  },
  {
    kind: 'headless service of a set is missing',
    family: 'routing',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.store === null && a.calls.length === 0 && c.callers(a).length > 0));
      if (app.object['kind'] !== 'StatefulSet') return { on: [], causes: [] };
      set(app.object, 'spec.serviceName', `${app.name}-headless`);
      for (const caller of c.callers(app).slice(0, 2)) c.logs.push({ entity: caller.object, level: 'error', message: `dial tcp: lookup ${app.name}-0.${app.name}-headless.${c.ns}.svc.cluster.local: no such host` });
      return truth(app.object, 'missing-service');
    },
  },
  {
    kind: 'external name leads nowhere',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      app.service['spec'] = { type: 'ExternalName', externalName: `${app.name}.old-namespace.svc.cluster.local` };
      c.drop(app.endpoints);
      c.drop(app.slice);
      for (const caller of c.callers(app).slice(0, 3)) c.logs.push({ entity: caller.object, level: 'error', message: `dial tcp: lookup ${app.name}.old-namespace.svc.cluster.local on 10.96.0.10:53: no such host` });
      return truth(app.service, 'external-name-unknown');
    },
  },
  {
    kind: 'gateway route to a port that is not there',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('HTTPRoute', 'public-route', c.ns));
      on['spec'] = { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs: [{ name: app.name, port: 4711 }] }] };
      return truth(on, 'back-end-port-mismatch');
    },
  },
  {
    kind: 'ingress class is missing',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.ingressClassName', 'ngnix');
      return truth(on, 'missing-ingress-class');
    },
  },
  {
    kind: 'endpoints kept by hand',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      set(app.service, 'spec.selector', undefined);
      set(app.endpoints, 'subsets', [{ addresses: [{ ip: '10.244.99.99' }], ports: [{ port: app.port }] }]);
      c.drop(app.slice);
      for (const caller of c.callers(app).slice(0, 3)) c.logs.push({ entity: caller.object, level: 'error', message: `dial tcp ${text(app.service, 'spec.clusterIP')}:${app.port}: connect: no route to host` });
      return truth(app.service, 'service-selector-mismatch', 'endpoints-unknown');
    },
  },
  {
    kind: 'variable set twice',
    family: 'application',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0));
      const env = get(main(app), 'env');
      const known = Array.isArray(env) ? env.find((e) => app.calls.some((n) => text(e, 'value').includes(n))) : undefined;
      const name = known === undefined ? 'BACKEND_URL' : text(known, 'name');
      add(main(app), 'env', { name, value: 'http://localhost:1/' });
      rollOut(c, app);
      c.logs.push({ entity: app.object, level: 'error', message: 'dial tcp 127.0.0.1:1: connect: connection refused' });
      return truth(app.object, 'environment-shadowed', 'environment-address-wrong');
    },
  },
  {
    kind: 'strict mesh, client outside of it',
    family: 'mesh',
    bring: (c) => {
      const on = c.put(c.meta('PeerAuthentication', 'default', c.ns));
      on['spec'] = { mtls: { mode: 'STRICT' } };
      const app = c.victim();
      for (const caller of c.callers(app).slice(0, 3)) c.logs.push({ entity: caller.object, level: 'error', message: 'upstream connect error or disconnect/reset before headers: connection reset by peer' });
      return truth(on, 'mutual-tls-strict');
    },
  },
  {
    kind: 'certificate has expired',
    family: 'permission',
    bring: (c) => {
      const app = c.victim();
      for (const caller of c.callers(app).slice(0, 3)) c.logs.push({ entity: caller.object, level: 'error', message: `Get "https://${app.name}/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-06-01T08:00:00Z is after 2026-05-31T00:00:00Z` });
      return truth([app.object, app.service], 'certificate-invalid');
    },
  },
  {
    kind: 'preempted by what is more important',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      c.put({ ...c.meta('PriorityClass', 'batch-critical', null), value: 1000000 });
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} Insufficient cpu. preemption: 0/${c.nodes.length} nodes are available: ${c.nodes.length} No preemption victims found for incoming pod.`);
      for (const pod of app.pods) c.say(pod, 'Warning', 'Preempted', `Preempted by pod 1234 on node worker-1`);
      dependentsSuffer(c, app);
      return truth(app.object, 'cpu-capacity-exceeded', 'preempted');
    },
  },
  {
    kind: 'nodes are full of pods',
    family: 'scheduling',
    bring: (c) => {
      const app = c.victim();
      for (const node of c.nodes) set(node, 'status.allocatable.pods', '12');
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: ${c.nodes.length} Too many pods.`);
      dependentsSuffer(c, app);
      return truth(app.object, 'pod-capacity-exceeded');
    },
  },
  {
    kind: 'network not to be had on a node',
    family: 'node',
    bring: (c) => {
      const on = c.random.pick(c.nodes);
      set(on, 'status.conditions', [{ type: 'NetworkUnavailable', status: 'True', reason: 'NoRouteCreated', message: 'Node created without a route' }, { type: 'Ready', status: 'True' }]);
      return truth(on, 'node-network-unavailable');
    },
  },
  {
    kind: 'finalizer of something that is gone',
    family: 'scale',
    bring: (c) => {
      const app = c.victim();
      set(app.object, 'metadata.deletionTimestamp', '2026-06-01T07:00:00Z');
      set(app.object, 'metadata.finalizers', ['example.com/cleanup']);
      for (const pod of app.pods) c.drop(pod);
      app.pods = [];
      app.object['status'] = { observedGeneration: 3 };
      c.route(app);
      dependentsSuffer(c, app);
      return truth(app.object, 'finalizer-stuck');
    },
  },
];
