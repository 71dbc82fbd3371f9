// A fourth list of kinds: commands, variables, accounts, admission and scheduling. Written before any rule was touched for them.
import { breakPods, crash, dependentsSuffer, main, podSpec, rollOut, uncreated, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { beside, callersFail, tail, victimDown } from './makers.ts';
import { add, listAt, set, text, type Obj } from './tree.ts';

export const FOURTH_FAULTS_2: readonly Fault[] = [
  victimDown('probe of a side container names a port that nobody has', 'probe', 'liveness-probe-port', (c, app) => {
    beside(app, {
      ports: [{ name: 'metrics', containerPort: 9100 }],
      livenessProbe: { httpGet: { path: '/', port: 'web' }, periodSeconds: 10, failureThreshold: 3 },
    });
    breakPods(c, app, { container: 'exporter', running: true }, [['Unhealthy', 'Liveness probe errored: strconv.Atoi: parsing "web": invalid syntax']]);
  }),
  victimDown('script cannot be executed', 'command', 'command-not-executable', (c, app) => {
    set(main(app), 'command', ['/app/start.sh']);
    crash(
      c,
      app,
      126,
      [
        [
          'Failed',
          'Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app/start.sh": permission denied: unknown',
        ],
      ],
      'StartError',
    );
  }),
  victimDown('working directory is not in the image', 'command', ['working-directory-missing', 'working-directory'], (c, app) => {
    set(main(app), 'workingDir', '/srv/appl');
    crash(
      c,
      app,
      128,
      [
        [
          'Failed',
          'Error: failed to create containerd task: OCI runtime create failed: runc create failed: unable to start container process: chdir to cwd ("/srv/appl") set in config.json failed: no such file or directory: unknown',
        ],
      ],
      'StartError',
    );
  }),
  victimDown('user of the image is a name', 'command', 'security-context', (c, app) => {
    set(podSpec(app), 'securityContext', { runAsNonRoot: true });
    const says = 'container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root';
    breakPods(c, app, { waiting: 'CreateContainerConfigError', message: says, phase: 'Pending' }, [['Failed', `Error: ${says}`]]);
  }),
  victimDown(
    'variable that is made of one that is not there',
    'application',
    ['environment-variable-unresolved', 'environment-reference-unresolved'],
    (c, app) => {
      add(main(app), 'env', { name: 'CALLBACK_URL', value: 'https://$(PUBLIC_HOST)/return' });
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'cannot start: callback "https://$(PUBLIC_HOST)/return" is not usable' });
    },
  ),
  victimDown('variables of service links get in the way', 'application', ['service-link-variable', 'configuration'], (c, app) => {
    set(
      main(app),
      'env',
      listAt(main(app), 'env').filter((e) => e['name'] !== 'PORT'),
    );
    crash(c, app, 1);
    const key = app.name.toUpperCase().replaceAll('-', '_');
    c.logs.push({
      entity: app.object,
      level: 'error',
      message: `strconv.ParseInt: parsing "tcp://${text(app.service, 'spec.clusterIP')}:80": invalid syntax (${key}_PORT)`,
    });
  }),
  {
    kind: 'password with a line end',
    family: 'credentials',
    bring: (c) => {
      const app = c.victim('client');
      const store = c.app(app.store ?? '');
      const held = c.find('Secret', `${store.name}-credentials`) ?? {};
      const copy = c.put(c.meta('Secret', `${app.name}-db`, c.ns));
      set(copy, 'data', { password: Buffer.from(`${Buffer.from(text(held, 'data.password'), 'base64').toString()}\n`).toString('base64') });
      for (const e of listAt(main(app), 'env').filter((one) => text(one, 'name').endsWith('_PASSWORD')))
        set(e, 'valueFrom.secretKeyRef', { name: `${app.name}-db`, key: 'password' });
      crash(c, app, 1);
      c.logs.push({ entity: app.object, level: 'error', message: 'could not connect: authentication failed for user' });
      dependentsSuffer(c, app);
      return truth([app.object, copy], 'credentials-mismatch');
    },
  },
  victimDown('what it may do was taken away', 'command', 'security-context', (c, app) => {
    set(main(app), 'securityContext', { capabilities: { drop: ['ALL'] } });
    crash(c, app, 1);
    c.logs.push({ entity: app.object, level: 'error', message: 'chown: changing ownership of /var/cache/app: Operation not permitted' });
  }),
  {
    kind: 'binding is for an account of another namespace',
    family: 'permission',
    bring: (c) => {
      const app = c.victim();
      const account = `${app.name}-sa`;
      set(podSpec(app), 'serviceAccountName', account);
      c.put(c.meta('ServiceAccount', account, c.ns));
      c.put({ ...c.meta('Role', `${app.name}-role`, c.ns), rules: [{ apiGroups: [''], resources: ['endpoints'], verbs: ['get', 'list', 'watch'] }] });
      const binding = c.put({
        ...c.meta('RoleBinding', `${app.name}-binding`, c.ns),
        roleRef: { kind: 'Role', name: `${app.name}-role`, apiGroup: 'rbac.authorization.k8s.io' },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'staging' }],
      });
      crash(c, app, 1);
      c.logs.push({
        entity: app.object,
        level: 'error',
        message: `endpoints is forbidden: User "system:serviceaccount:${c.ns}:${account}" cannot list resource "endpoints" in API group "" in the namespace "${c.ns}"`,
      });
      dependentsSuffer(c, app);
      return truth([binding, app.object], 'role-not-bound', 'rbac-forbidden', 'missing-service-account');
    },
  },
  victimDown('policy of the API refuses', 'admission', ['admission-policy-denies', 'admission-webhook'], (c, app) => {
    c.put({
      ...c.meta('ValidatingAdmissionPolicy', 'require-owner', null),
      spec: { failurePolicy: 'Fail', validations: [{ expression: 'has(object.metadata.labels.owner)' }] },
    });
    uncreated(
      c,
      app,
      `pods "${c.podName(app)}" is forbidden: ValidatingAdmissionPolicy 'require-owner' with binding 'require-owner-all' denied request: failed expression: has(object.metadata.labels.owner)`,
    );
  }),
  {
    kind: 'quota of a scope',
    family: 'admission',
    bring: (c) => {
      const app = c.victim();
      const on = c.put(c.meta('ResourceQuota', 'best-effort-pods', c.ns));
      Object.assign(on, { spec: { hard: { pods: '2' }, scopes: ['BestEffort'] }, status: { hard: { pods: '2' }, used: { pods: '2' } } });
      set(main(app), 'resources', {});
      uncreated(c, app, `pods "${c.podName(app)}" is forbidden: exceeded quota: best-effort-pods, requested: pods=1, used: pods=2, limited: pods=2`);
      dependentsSuffer(c, app);
      return truth(on, 'pod-quota-exceeded');
    },
  },
  victimDown('nodes carry no label of the spread', 'scheduling', ['topology-spread-conflict', 'topology-key-missing'], (c, app) => {
    set(podSpec(app), 'topologySpreadConstraints', [
      { maxSkew: 1, topologyKey: 'example.com/rack', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: app.labels } },
    ]);
    const n = c.nodes.length;
    unscheduled(c, app, `0/${n} nodes are available: ${n} node(s) didn't match pod topology spread constraints (missing required label).${tail(n)}`);
  }),
  victimDown('cluster is full', 'scheduling', 'cpu-capacity-exceeded', (c, app) => {
    const n = c.nodes.length;
    unscheduled(c, app, `0/${n} nodes are available: ${n} Insufficient cpu.${tail(n)}`);
    for (const pod of app.pods) c.say(pod, 'Normal', 'NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached");
  }),
  victimDown('gate keeps it from the scheduler', 'scheduling', ['scheduling-gate', 'scheduling-gated'], (c, app) => {
    set(podSpec(app), 'schedulingGates', [{ name: 'example.com/capacity-check' }]);
    rollOut(c, app);
    for (const pod of app.pods) {
      set(pod, 'spec.nodeName', undefined);
      pod['status'] = {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' }],
      };
    }
    Object.assign(app.object['status'] as Obj, { readyReplicas: undefined, availableReplicas: undefined });
    c.route(app);
  }),
  victimDown('gate of its readiness is not open', 'probe', ['readiness-gate', 'readiness-gates-not-ready'], (c, app) => {
    set(podSpec(app), 'readinessGates', [{ conditionType: 'target-health.elbv2.k8s.aws/k8s-main' }]);
    rollOut(c, app);
    for (const pod of app.pods) {
      set(pod, 'status.conditions', [
        { type: 'ContainersReady', status: 'True' },
        {
          type: 'Ready',
          status: 'False',
          reason: 'ReadinessGatesNotReady',
          message: 'corresponding condition of pod readiness gate "target-health.elbv2.k8s.aws/k8s-main" does not exist.',
        },
        { type: 'PodScheduled', status: 'True' },
      ]);
    }
    Object.assign(app.object['status'] as Obj, { readyReplicas: undefined, availableReplicas: undefined });
    c.route(app);
  }),
  {
    kind: 'hook before the stop outlasts the grace',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'terminationGracePeriodSeconds', 5);
      set(main(app), 'lifecycle', { preStop: { exec: { command: ['/bin/sh', '-c', 'sleep 60'] } } });
      rollOut(c, app);
      for (const pod of app.pods) c.say(pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
      callersFail(c, app, `read tcp 10.244.1.4:51234->${text(app.service, 'spec.clusterIP')}:${app.port}: read: connection reset by peer`);
      return truth(app.object, 'pre-stop-hook-failing', 'grace-period-too-short');
    },
  },
];
