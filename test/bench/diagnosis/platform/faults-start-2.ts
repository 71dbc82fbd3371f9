// Faults of starting: admission, scheduling, images, references, commands.
import { breakPods, crash, dependentsSuffer, main, podSpec, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { add, set, text } from './tree.ts';
import { unpulled } from './makers.ts';

export const START_FAULTS_2: readonly Fault[] = [
  {
    kind: 'scheduler down',
    family: 'cluster',
    bring: (c) => {
      const app = c.victim();
      const scheduler = c.find('Pod', 'kube-scheduler-control-plane') ?? {};
      scheduler['status'] = {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [
          {
            name: 'kube-scheduler',
            ready: false,
            restartCount: 8,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error' } },
          },
        ],
      };
      unscheduled(c, app, '');
      dependentsSuffer(c, app);
      return truth(scheduler, 'scheduler-unavailable');
    },
  },
  unpulled(
    'image tag',
    'incorrect-image-reference',
    (m) => set(m, 'image', `${text(m, 'image')}-typo`),
    (i) =>
      `Failed to pull image "${i}": rpc error: code = NotFound desc = failed to pull and unpack image "${i}": failed to resolve reference "${i}": ${i}: not found`,
  ),
  unpulled(
    'image private name',
    'incorrect-image-reference',
    (m) => set(m, 'image', 'docker.io/acme/does-not-exist:1'),
    (i) =>
      `Failed to pull image "${i}": rpc error: code = Unknown desc = failed to resolve reference "${i}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
  ),
  unpulled(
    'registry name',
    'image-registry-dns-failure',
    (m) => set(m, 'image', 'images.exmaple.invalid/app:1'),
    (i) =>
      `Failed to pull image "${i}": failed to do request: Head "https://images.exmaple.invalid/v2/app/manifests/1": dial tcp: lookup images.exmaple.invalid on 10.96.0.10:53: no such host`,
  ),
  unpulled(
    'registry credentials',
    'missing-image-pull-secret',
    (m) => set(m, 'image', 'private.example.com/team/app:1'),
    (i) =>
      `Failed to pull image "${i}": rpc error: code = Unknown desc = failed to resolve reference "${i}": failed to authorize: failed to fetch anonymous token: 401 Unauthorized`,
  ),
  unpulled(
    'registry out of reach',
    'image-registry-unreachable',
    (m) => set(m, 'image', '10.9.9.9:5000/app:1'),
    (i) => `Failed to pull image "${i}": failed to do request: Head "https://10.9.9.9:5000/v2/app/manifests/1": dial tcp 10.9.9.9:5000: i/o timeout`,
  ),
  {
    kind: 'image never pulled',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'imagePullPolicy', 'Never');
      breakPods(c, app, { waiting: 'ErrImageNeverPull', message: `Container image "${text(main(app), 'image')}" is not present with pull policy of Never` }, [
        ['ErrImageNeverPull', `Container image "${text(main(app), 'image')}" is not present with pull policy of Never`],
      ]);
      return truth(app.object, 'image-pull-policy');
    },
  },
  {
    kind: 'image name invalid',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'image', 'registry.example.com/App:latest:1');
      breakPods(
        c,
        app,
        {
          waiting: 'InvalidImageName',
          message:
            'Failed to apply default image tag "registry.example.com/App:latest:1": couldn\'t parse image name "registry.example.com/App:latest:1": invalid reference format',
        },
        [['InspectFailed', 'Failed to apply default image tag: invalid reference format']],
      );
      return truth(app.object, 'incorrect-image-reference');
    },
  },
  {
    kind: 'image of another architecture',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'image', `${text(main(app), 'image')}-arm64`);
      crash(c, app, 255, [], 'Error', 'exec /app/server: exec format error');
      dependentsSuffer(c, app);
      c.logs.push({ entity: app.object, level: 'info', message: 'exec /app/server: exec format error' });
      return truth(app.object, 'command-not-found', 'image-architecture-mismatch');
    },
  },
  ...(['ConfigMap', 'Secret'] as const).flatMap((kind): Fault[] => [
    {
      kind: `${kind} missing`,
      family: 'reference',
      bring: (c) => {
        const app = c.victim();
        const ref = kind === 'ConfigMap' ? 'configMapRef' : 'secretRef';
        add(main(app), 'envFrom', { [ref]: { name: `${app.name}-settings` } });
        const noun = kind === 'ConfigMap' ? 'configmap' : 'secret';
        breakPods(c, app, { waiting: 'CreateContainerConfigError', message: `${noun} "${app.name}-settings" not found` }, [
          ['Failed', `Error: ${noun} "${app.name}-settings" not found`],
        ]);
        dependentsSuffer(c, app);
        return truth(app.object, kind === 'ConfigMap' ? 'missing-config-map' : 'missing-secret');
      },
    },
    {
      kind: `${kind} missing as volume`,
      family: 'reference',
      bring: (c) => {
        const app = c.victim();
        add(
          podSpec(app),
          'volumes',
          kind === 'ConfigMap' ? { name: 'extra', configMap: { name: `${app.name}-files` } } : { name: 'extra', secret: { secretName: `${app.name}-files` } },
        );
        add(main(app), 'volumeMounts', { name: 'extra', mountPath: '/etc/extra' });
        breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
          ['FailedMount', `MountVolume.SetUp failed for volume "extra" : ${kind.toLowerCase()} "${app.name}-files" not found`],
        ]);
        dependentsSuffer(c, app);
        return truth(app.object, kind === 'ConfigMap' ? 'missing-config-map' : 'missing-secret');
      },
    },
    {
      kind: `${kind} key missing`,
      family: 'reference',
      bring: (c) => {
        const app = c.victim();
        const object = c.put(c.meta(kind, `${app.name}-values`, c.ns));
        set(object, 'data', { mode: kind === 'Secret' ? 'ZmFzdA==' : 'fast' });
        add(main(app), 'env', {
          name: 'MODE',
          valueFrom: { [kind === 'ConfigMap' ? 'configMapKeyRef' : 'secretKeyRef']: { name: `${app.name}-values`, key: 'mod' } },
        });
        breakPods(c, app, { waiting: 'CreateContainerConfigError', message: `couldn't find key mod in ${kind} ${c.ns}/${app.name}-values` }, [
          ['Failed', `Error: couldn't find key mod in ${kind} ${c.ns}/${app.name}-values`],
        ]);
        return truth(app.object, kind === 'ConfigMap' ? 'missing-config-key' : 'missing-secret-key');
      },
    },
  ]),
  {
    kind: 'command missing',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'command', ['/bin/run-servr']);
      const message =
        'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/bin/run-servr": stat /bin/run-servr: no such file or directory: unknown';
      crash(c, app, 128, [['Failed', `Error: ${message}`]], 'StartError', message);
      dependentsSuffer(c, app);
      return truth(app.object, 'command-not-found');
    },
  },
  {
    kind: 'command ends at once',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'command', ['sh', '-c', 'exit 0']);
      crash(c, app, 0, [], 'Completed');
      dependentsSuffer(c, app);
      return truth(app.object, 'container-ends', 'crash-loop');
    },
  },
  {
    kind: 'init container fails',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'initContainers', [{ name: 'prepare', image: 'busybox:1.36', command: ['sh', '-c', 'exit 1'] }]);
      breakPods(c, app, { init: true, waiting: 'CrashLoopBackOff', restarts: 7, ended: { exitCode: 1, reason: 'Error' } });
      dependentsSuffer(c, app);
      return truth(app.object, 'init-container-failing');
    },
  },
  {
    kind: 'init container hangs',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(podSpec(app), 'initContainers', [{ name: 'wait-for', image: 'busybox:1.36', command: ['sh', '-c', 'until nslookup nobody; do sleep 2; done'] }]);
      breakPods(c, app, { init: true, running: true });
      dependentsSuffer(c, app);
      return truth(app.object, 'init-container-stuck');
    },
  },
  {
    kind: 'must not run as root',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'securityContext', { runAsNonRoot: true });
      breakPods(c, app, { waiting: 'CreateContainerConfigError', message: 'container has runAsNonRoot and image will run as root' }, [
        ['Failed', `Error: container has runAsNonRoot and image will run as root (pod: "${c.podName(app)}", container: ${text(main(app), 'name')})`],
      ]);
      return truth(app.object, 'security-context');
    },
  },
];
