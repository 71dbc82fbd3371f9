// A second list of kinds that the rules had not seen: written before any rule was touched for them, from what goes wrong on clusters of others.
import { breakPods, crash, dependentsSuffer, killedByProbe, main, notReady, podSpec, rollOut, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { callersFail, victimDown } from './makers.ts';
import { add, get, listAt, set, text } from './tree.ts';

export const SECOND_FAULTS_1: readonly Fault[] = [
  victimDown('listens on another port by its variable', 'application', ['listen-port-mismatch', 'readiness-probe-port', 'liveness-probe-port'], (c, app) => {
    const env = listAt(main(app), 'env').find((e) => e['name'] === 'PORT') ?? {};
    env['value'] = String(app.port + 1000);
    set(main(app), 'readinessProbe', { tcpSocket: { port: app.port }, periodSeconds: 10 });
    set(main(app), 'livenessProbe', undefined);
    notReady(c, app, `Readiness probe failed: dial tcp ${text(app.pods[0], 'status.podIP')}:${app.port}: connect: connection refused`);
  }),
  {
    kind: 'listens on another port by its argument, without probes',
    family: 'application',
    bring: (c) => {
      const app = c.victim();
      for (const key of ['readinessProbe', 'livenessProbe']) set(main(app), key, undefined);
      set(
        main(app),
        'env',
        listAt(main(app), 'env').filter((e) => e['name'] !== 'PORT'),
      );
      set(main(app), 'args', ['serve', `--port=${app.port + 1}`]);
      rollOut(c, app);
      callersFail(c, app, `dial tcp ${text(app.service, 'spec.clusterIP')}:${text(app.service, 'spec.ports.0.port')}: connect: connection refused`);
      return truth([app.object, app.service], 'listen-port-mismatch', 'service-port-mismatch');
    },
  },
  {
    kind: 'address in an argument names nobody',
    family: 'application',
    bring: (c) => {
      const app = c.victim();
      const target = c.random.pick(c.apps.filter((a) => a !== app));
      set(main(app), 'args', ['--backend', `${target.name.slice(0, -1)}x:${text(target.service, 'spec.ports.0.port')}`]);
      crash(c, app, 1);
      dependentsSuffer(c, app);
      return truth(app.object, 'environment-address-unknown', 'argument-address-unknown');
    },
  },
  {
    kind: 'init container waits for a service of a wrong name',
    family: 'application',
    bring: (c) => {
      const app = c.victim();
      const target = c.random.pick(c.apps.filter((a) => a !== app));
      set(podSpec(app), 'initContainers', [
        { name: 'wait', image: 'busybox:1.36', command: ['sh', '-c', `until nc -z ${target.name}-db ${target.port}; do echo waiting; sleep 2; done`] },
      ]);
      breakPods(c, app, { init: true, running: true, container: 'wait', phase: 'Pending' });
      dependentsSuffer(c, app);
      return truth(app.object, 'environment-address-unknown', 'argument-address-unknown', 'init-container-stuck');
    },
  },
  {
    kind: 'service moved to another namespace',
    family: 'application',
    bring: (c) => {
      const app = c.victim('store');
      const space = c.put(c.meta('Namespace', 'data-stores', null));
      space['status'] = { phase: 'Active' };
      for (const o of [app.object, app.service, app.endpoints, app.slice, ...app.pods, ...(app.set === null ? [] : [app.set])])
        set(o, 'metadata.namespace', 'data-stores');
      for (const caller of c.callers(app)) {
        crash(c, caller, 1);
        c.logs.push({ entity: caller.object, level: 'error', message: `dial tcp: lookup ${app.name} on 10.96.0.10:53: no such host` });
      }
      return truth(
        [...c.callers(app).map((a) => a.object), app.service, ...c.callers(app).flatMap((a) => (a.config === null ? [] : [a.config]))],
        'environment-address-unknown',
        'missing-service',
        'config-address-unknown',
      );
    },
  },
  {
    kind: 'role lacks what its account needs',
    family: 'permission',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'serviceAccountName', `${app.name}-sa`);
      c.put(c.meta('ServiceAccount', `${app.name}-sa`, c.ns));
      const role = c.put({ ...c.meta('Role', `${app.name}-role`, c.ns), rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }] });
      c.put({
        ...c.meta('RoleBinding', `${app.name}-binding`, c.ns),
        roleRef: { kind: 'Role', name: `${app.name}-role`, apiGroup: 'rbac.authorization.k8s.io' },
        subjects: [{ kind: 'ServiceAccount', name: `${app.name}-sa`, namespace: c.ns }],
      });
      crash(c, app, 1);
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `configmaps is forbidden: User "system:serviceaccount:${c.ns}:${app.name}-sa" cannot list resource "configmaps" in API group "" in the namespace "${c.ns}"`,
      });
      dependentsSuffer(c, app);
      return truth([role, app.object], 'role-lacks-permission', 'rbac-forbidden', 'permission-denied');
    },
  },
  {
    kind: 'binding names another account',
    family: 'permission',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'serviceAccountName', `${app.name}-sa`);
      for (const name of [`${app.name}-sa`, `${app.name}-admin`]) c.put(c.meta('ServiceAccount', name, c.ns));
      c.put({ ...c.meta('Role', `${app.name}-role`, c.ns), rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] });
      const binding = c.put({
        ...c.meta('RoleBinding', `${app.name}-binding`, c.ns),
        roleRef: { kind: 'Role', name: `${app.name}-role`, apiGroup: 'rbac.authorization.k8s.io' },
        subjects: [{ kind: 'ServiceAccount', name: `${app.name}-admin`, namespace: c.ns }],
      });
      crash(c, app, 1);
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `pods is forbidden: User "system:serviceaccount:${c.ns}:${app.name}-sa" cannot list resource "pods" in API group "" in the namespace "${c.ns}"`,
      });
      dependentsSuffer(c, app);
      return truth([binding, app.object], 'rbac-forbidden', 'permission-denied', 'role-lacks-permission', 'role-not-bound');
    },
  },
  {
    kind: 'binding of a role that is not there',
    family: 'permission',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'serviceAccountName', `${app.name}-sa`);
      c.put(c.meta('ServiceAccount', `${app.name}-sa`, c.ns));
      c.put({ ...c.meta('Role', 'other-reader', c.ns), rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] });
      const binding = c.put({
        ...c.meta('RoleBinding', `${app.name}-binding`, c.ns),
        roleRef: { kind: 'Role', name: `${app.name}-reader`, apiGroup: 'rbac.authorization.k8s.io' },
        subjects: [{ kind: 'ServiceAccount', name: `${app.name}-sa`, namespace: c.ns }],
      });
      crash(c, app, 1);
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `secrets "token" is forbidden: User "system:serviceaccount:${c.ns}:${app.name}-sa" cannot get resource "secrets" in API group "" in the namespace "${c.ns}"`,
      });
      dependentsSuffer(c, app);
      return truth(binding, 'missing-role');
    },
  },
  victimDown('token of its account not mounted', 'permission', ['service-account-token-missing', 'permission-denied'], (c, app) => {
    set(podSpec(app), 'automountServiceAccountToken', false);
    set(
      podSpec(app),
      'volumes',
      listAt(podSpec(app), 'volumes').filter((v) => v['projected'] === undefined),
    );
    set(
      main(app),
      'volumeMounts',
      listAt(main(app), 'volumeMounts').filter((v) => !text(v, 'name').startsWith('kube-api')),
    );
    crash(c, app, 1);
    c.logs.push({ entity: app.object, level: 'error', message: 'panic: open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory' });
  }),
  {
    kind: 'ready and not available for a day',
    family: 'scale',
    bring: (c) => {
      const app = c.random.pick(c.apps.filter((a) => a.object['kind'] === 'Deployment' && c.callers(a).length > 0));
      set(app.object, 'spec.minReadySeconds', 86400);
      set(app.object, 'status.availableReplicas', undefined);
      set(app.object, 'status.unavailableReplicas', app.pods.length);
      set(app.object, 'status.conditions', [
        { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' },
        {
          type: 'Progressing',
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          message: `ReplicaSet "${text(app.set, 'metadata.name')}" has timed out progressing.`,
        },
      ]);
      return truth(app.object, 'min-ready-seconds', 'rollout-stuck');
    },
  },
  victimDown('default limit of the namespace is too low', 'limit', ['oom-killed'], (c, app) => {
    const range = c.put(c.meta('LimitRange', 'defaults', c.ns));
    range['spec'] = { limits: [{ type: 'Container', default: { memory: '32Mi', cpu: '500m' }, defaultRequest: { memory: '16Mi', cpu: '50m' } }] };
    set(main(app), 'resources', {});
    crash(c, app, 137, [], 'OOMKilled');
    for (const pod of app.pods) set(listAt(pod, 'spec.containers')[0] ?? {}, 'resources', { limits: { memory: '32Mi', cpu: '500m' } });
  }),
  {
    kind: 'certificate secret without a certificate',
    family: 'routing',
    bring: (c) => {
      const on = c.find('Ingress') ?? {};
      set(on, 'spec.tls', [{ hosts: ['www.example.com'], secretName: 'www-tls' }]);
      const secret = c.put(c.meta('Secret', 'www-tls', c.ns));
      Object.assign(secret, { type: 'Opaque', data: { 'cert.pem': 'Y2VydA==', 'key.pem': 'a2V5' } });
      return truth([on, secret], 'missing-secret-key', 'missing-tls-secret');
    },
  },
  {
    kind: 'two ways in for one path',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('Ingress', 'canary-test', c.ns));
      const first = c.find('Ingress', 'public') ?? {};
      on['spec'] = structuredClone(get(first, 'spec'));
      set(on, 'spec.rules.0.http.paths.0.backend.service', { name: app.name, port: { number: Number(text(app.service, 'spec.ports.0.port')) } });
      return truth([on, first], 'route-conflict');
    },
  },
  {
    kind: 'load balancer cannot be made',
    family: 'routing',
    bring: (c) => {
      const on = c.objects.find((o) => get(o, 'spec.type') === 'LoadBalancer') ?? {};
      on['status'] = { loadBalancer: {} };
      c.say(
        on,
        'Warning',
        'SyncLoadBalancerFailed',
        'Error syncing load balancer: failed to ensure load balancer: could not find any suitable subnets for creating the ELB',
      );
      return truth(on, 'load-balancer-failed');
    },
  },
  victimDown('hook after the start fails', 'command', ['post-start-hook-failing'], (c, app) => {
    set(main(app), 'lifecycle', { postStart: { exec: { command: ['/bin/sh', '-c', 'register.sh'] } } });
    breakPods(
      c,
      app,
      {
        waiting: 'PostStartHookError',
        message: "Exec lifecycle hook failed: command '/bin/sh -c register.sh' exited with 127: register.sh: not found",
        restarts: 5,
        phase: 'Running',
      },
      [['FailedPostStartHook', 'PostStartHook failed']],
    );
  }),
  victimDown('probe asks another host', 'probe', ['liveness-probe-host', 'liveness-probe-port', 'liveness-probe-failing'], (c, app) => {
    set(main(app), 'livenessProbe', {
      httpGet: { host: 'internal.example.com', path: '/healthz', port: app.port },
      periodSeconds: 10,
      failureThreshold: 3,
      initialDelaySeconds: 20,
    });
    killedByProbe(c, app, `Liveness probe failed: Get "http://internal.example.com:${app.port}/healthz": dial tcp: lookup internal.example.com: no such host`);
  }),
  victimDown('port under 1024 without the right', 'command', ['security-context', 'permission-denied', 'privileged-port'], (c, app) => {
    set(podSpec(app), 'securityContext', { runAsUser: 1000, runAsNonRoot: true });
    crash(c, app, 1);
    c.logs.push({ entity: app.object, level: 'error', message: 'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)' });
  }),
  victimDown('seccomp profile is not on the node', 'command', ['security-context', 'seccomp-profile-missing'], (c, app) => {
    set(podSpec(app), 'securityContext', { seccompProfile: { type: 'Localhost', localhostProfile: 'profiles/strict.json' } });
    breakPods(
      c,
      app,
      {
        waiting: 'CreateContainerError',
        message:
          'failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/strict.json": open /var/lib/kubelet/seccomp/profiles/strict.json: no such file or directory',
      },
      [
        [
          'Failed',
          'Error: failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/strict.json": open: no such file or directory',
        ],
      ],
    );
  }),
  {
    kind: 'claim is being deleted',
    family: 'storage',
    bring: (c) => {
      const app = c.victim();

      const claim = c.put(
        c.meta('PersistentVolumeClaim', `${app.name}-cache`, c.ns, { deletionTimestamp: '2026-06-01T07:40:00Z', finalizers: ['kubernetes.io/pvc-protection'] }),
      );
      Object.assign(claim, { spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', volumeName: 'pv-x' }, status: { phase: 'Bound' } });
      add(podSpec(app), 'volumes', { name: 'cache', persistentVolumeClaim: { claimName: `${app.name}-cache` } });
      unscheduled(c, app, `0/${c.nodes.length} nodes are available: persistentvolumeclaim "${app.name}-cache" is being deleted.`);
      dependentsSuffer(c, app);
      return truth([claim, app.object], 'finalizer-stuck', 'volume-claim-ending');
    },
  },
];
