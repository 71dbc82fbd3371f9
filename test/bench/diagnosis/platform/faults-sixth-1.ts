// A sixth list: ordinary mistakes as public fault suites have them, in many forms, laid out as those record them. Written without a look at the rules. Images and what containers refer to.
import { breakPods, crash, dependentsSuffer, main, podSpec, pullFails, rollOut } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { victimDown } from './makers.ts';
import { recorded } from './suite.ts';
import { add, get, listAt, set, text, type Obj } from './tree.ts';
import { agent, batch, counted, stateful } from './workloads.ts';

const gone = (image: string): string =>
  `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
const denied = (image: string): string =>
  `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
const wrongTag = (image: string): string => `${image.split(':')[0] ?? image}:v99.99`;
const starts = (message: string): { waiting: string; message: string; phase: string } => ({ waiting: 'CreateContainerConfigError', message, phase: 'Pending' });

export const SIXTH_FAULTS_1: readonly Fault[] = recorded([
  victimDown('tag of a stateful set', 'image', 'incorrect-image-reference', (c, app) => {
    stateful(c, app);
    set(main(app), 'image', wrongTag(text(main(app), 'image')));
    pullFails(c, app, gone(text(main(app), 'image')));
  }),
  {
    kind: 'tag of a daemon set',
    family: 'image',
    bring: (c) => {
      const app = agent(c, 'log-collector', 2020);
      set(main(app), 'image', 'registry.example.com/tools/log-collector:v1.80');
      pullFails(c, app, gone(text(main(app), 'image')));
      counted(app);
      return truth(app.object, 'incorrect-image-reference');
    },
  },
  {
    kind: 'repository of a job',
    family: 'image',
    bring: (c) => {
      const image = 'registry.example.com/job/runner:v1.4';
      const { job } = batch(c, {
        name: 'db-migrate',
        container: { image },
        phase: 'Pending',
        state: { waiting: { reason: 'ErrImagePull', message: denied(image) } },
        events: [
          ['Failed', denied(image)],
          ['Failed', 'Error: ErrImagePull'],
        ],
      });
      return truth(job, 'incorrect-image-reference');
    },
  },
  {
    // Old pods go on to serve, the new one has no image.
    kind: 'roll-out to a tag that is not there',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      const before = structuredClone(get(app.object, 'spec.template')) as Obj;
      set(main(app), 'image', wrongTag(text(main(app), 'image')));
      const image = text(main(app), 'image');
      const hash = c.random.word(9);
      const made = c.put(
        c.meta('ReplicaSet', `${app.name}-${hash}`, c.ns, {
          labels: { ...app.labels, 'pod-template-hash': hash },
          ownerReferences: [{ kind: 'Deployment', name: app.name, controller: true }],
        }),
      );
      Object.assign(made, {
        spec: { ...structuredClone(get(app.set, 'spec') as Obj), replicas: 1, template: structuredClone(get(app.object, 'spec.template')) },
        status: { replicas: 1, fullyLabeledReplicas: 1 },
      });
      set(app.set ?? {}, 'spec.template', before);
      const pod = c.put(
        c.meta('Pod', `${app.name}-${hash}-x2k9p`, c.ns, {
          labels: { ...app.labels, 'pod-template-hash': hash },
          ownerReferences: [{ kind: 'ReplicaSet', name: `${app.name}-${hash}`, controller: true }],
        }),
      );
      pod['spec'] = { ...structuredClone(podSpec(app)), nodeName: text(c.nodes[0], 'metadata.name') };
      pod['status'] = {
        phase: 'Pending',
        podIP: '10.244.1.251',
        conditions: [
          { type: 'Ready', status: 'False', reason: 'ContainersNotReady' },
          { type: 'PodScheduled', status: 'True' },
        ],
        containerStatuses: [
          {
            name: text(main(app), 'name'),
            image,
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } },
          },
        ],
      };
      c.say(pod, 'Warning', 'Failed', gone(image));
      c.say(pod, 'Warning', 'BackOff', `Back-off pulling image "${image}"`);
      set(app.object, 'status.updatedReplicas', 1);
      set(app.object, 'status.unavailableReplicas', 1);
      set(app.object, 'status.conditions.1', {
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: `ReplicaSet "${app.name}-${hash}" has timed out progressing.`,
      });
      return truth(app.object, 'incorrect-image-reference');
    },
  },
  victimDown('pull secret is in another namespace', 'image', 'missing-image-pull-secret', (c, app) => {
    c.put({ ...c.meta('Secret', 'registry-credentials', 'monitoring'), type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } });
    set(podSpec(app), 'imagePullSecrets', [{ name: 'registry-credentials' }]);
    pullFails(c, app, denied(text(main(app), 'image')));
    for (const pod of app.pods)
      c.say(
        pod,
        'Warning',
        'FailedToRetrieveImagePullSecret',
        'Unable to retrieve some image pull secrets (registry-credentials); attempting to pull the image may not succeed.',
      );
  }),
  {
    kind: 'pull secret is for another registry',
    family: 'image',
    bring: (c) => {
      const app = c.victim();
      const auths = Buffer.from(JSON.stringify({ auths: { 'https://index.docker.io/v1/': { auth: 'eDp5' } } })).toString('base64');
      const secret = c.put({ ...c.meta('Secret', 'regcred', c.ns), type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': auths } });
      set(podSpec(app), 'imagePullSecrets', [{ name: 'regcred' }]);
      const image = text(main(app), 'image');
      pullFails(c, app, `Failed to pull image "${image}": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized`);
      dependentsSuffer(c, app);
      return truth([app.object, secret], 'missing-image-pull-secret', 'credentials-mismatch');
    },
  },
  victimDown('image name is no name', 'image', 'incorrect-image-reference', (c, app) => {
    set(main(app), 'image', `registry.example.com/Shop/${app.role}:v1 latest`);
    const image = text(main(app), 'image');
    breakPods(c, app, { waiting: 'InvalidImageName', message: `Failed to apply default image tag "${image}": couldn't parse image name`, phase: 'Pending' }, [
      ['InspectFailed', `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`],
      ['Failed', 'Error: InvalidImageName'],
    ]);
  }),
  victimDown('image is never pulled', 'image', 'image-pull-policy', (c, app) => {
    set(main(app), 'imagePullPolicy', 'Never');
    const image = text(main(app), 'image');
    breakPods(c, app, { waiting: 'ErrImageNeverPull', message: `Container image "${image}" is not present with pull policy of Never`, phase: 'Pending' }, [
      ['ErrImageNeverPull', `Container image "${image}" is not present with pull policy of Never`],
      ['Failed', 'Error: ErrImageNeverPull'],
    ]);
  }),
  victimDown('key of a config map is spelt otherwise', 'reference', 'missing-config-key', (c, app) => {
    c.put({ ...c.meta('ConfigMap', 'shared-settings', c.ns), data: { 'log-level': 'info', 'cache-ttl': '30' } });
    add(main(app), 'env', { name: 'LOG_LEVEL', valueFrom: { configMapKeyRef: { name: 'shared-settings', key: 'log_level' } } });
    const message = `couldn't find key log_level in ConfigMap ${c.ns}/shared-settings`;
    breakPods(c, app, starts(message), [['Failed', `Error: ${message}`]]);
  }),
  victimDown('config map of a stateful set is not there', 'reference', 'missing-config-map', (c, app) => {
    stateful(c, app);
    add(podSpec(app), 'volumes', { name: 'init-scripts', configMap: { name: `${app.name}-init`, defaultMode: 420 } });
    add(main(app), 'volumeMounts', { name: 'init-scripts', mountPath: '/docker-entrypoint-initdb.d' });
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
      ['FailedMount', `MountVolume.SetUp failed for volume "init-scripts" : configmap "${app.name}-init" not found`],
    ]);
  }),
  victimDown('config map is in another namespace', 'reference', 'missing-config-map', (c, app) => {
    c.put({ ...c.meta('ConfigMap', 'feature-config', 'monitoring'), data: { beta: 'off' } });
    add(main(app), 'envFrom', { configMapRef: { name: 'feature-config' } });
    breakPods(c, app, starts('configmap "feature-config" not found'), [['Failed', 'Error: configmap "feature-config" not found']]);
  }),
  victimDown('config map has another hash', 'reference', 'missing-config-map', (c, app) => {
    c.put({ ...c.meta('ConfigMap', 'app-settings-9h2tkm4b57', c.ns), data: { 'app.yaml': 'level: info\n' } });
    add(podSpec(app), 'volumes', { name: 'settings', configMap: { name: 'app-settings-5f8tg2mbd9' } });
    add(main(app), 'volumeMounts', { name: 'settings', mountPath: '/etc/app' });
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
      ['FailedMount', 'MountVolume.SetUp failed for volume "settings" : configmap "app-settings-5f8tg2mbd9" not found'],
    ]);
  }),
  {
    kind: 'secret of a daemon set',
    family: 'reference',
    bring: (c) => {
      const app = agent(c, 'metrics-agent', 9102);
      add(podSpec(app), 'volumes', { name: 'certs', secret: { secretName: 'metrics-agent-tls' } });
      add(main(app), 'volumeMounts', { name: 'certs', mountPath: '/certs', readOnly: true });
      breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
        ['FailedMount', 'MountVolume.SetUp failed for volume "certs" : secret "metrics-agent-tls" not found'],
      ]);
      counted(app);
      return truth(app.object, 'missing-secret');
    },
  },
  {
    kind: 'key of a secret for a schedule',
    family: 'reference',
    bring: (c) => {
      c.put({ ...c.meta('Secret', 'backup-credentials', c.ns), type: 'Opaque', data: { AWS_KEY: 'eA==', AWS_SECRET: 'eA==' } });
      const message = `couldn't find key AWS_ACCESS_KEY_ID in Secret ${c.ns}/backup-credentials`;
      const { cron, job } = batch(c, {
        name: 'database-backup',
        cron: {},
        container: { env: [{ name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'backup-credentials', key: 'AWS_ACCESS_KEY_ID' } } }] },
        phase: 'Pending',
        state: { waiting: { reason: 'CreateContainerConfigError', message } },
        events: [['Failed', `Error: ${message}`]],
      });
      return truth([cron ?? job, job], 'missing-secret-key');
    },
  },
  victimDown('secret of all environment names', 'reference', 'missing-secret', (c, app) => {
    add(main(app), 'envFrom', { secretRef: { name: `${app.name}-secrets` } });
    breakPods(c, app, starts(`secret "${app.name}-secrets" not found`), [['Failed', `Error: secret "${app.name}-secrets" not found`]]);
  }),
  victimDown('item of a mounted config map', 'reference', 'missing-config-key', (c, app) => {
    c.put({ ...c.meta('ConfigMap', 'nginx-conf', c.ns), data: { 'default.conf': 'server { listen 80; }' } });
    add(podSpec(app), 'volumes', { name: 'conf', configMap: { name: 'nginx-conf', items: [{ key: 'nginx.conf', path: 'nginx.conf' }] } });
    add(main(app), 'volumeMounts', { name: 'conf', mountPath: '/etc/nginx/conf.d' });
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
      ['FailedMount', 'MountVolume.SetUp failed for volume "conf" : configmap references non-existent config key: nginx.conf'],
    ]);
  }),
  {
    // A sub path that is no key becomes a folder where the image has a file.
    kind: 'sub path is no key of its config map',
    family: 'reference',
    bring: (c) => {
      const app = c.victim();
      const map = c.put({ ...c.meta('ConfigMap', `${app.name}-files`, c.ns), data: { 'application.yml': 'server:\n  port: 8080\n' } });
      add(podSpec(app), 'volumes', { name: 'files', configMap: { name: `${app.name}-files` } });
      add(main(app), 'volumeMounts', { name: 'files', mountPath: '/app/application.yaml', subPath: 'application.yaml' });
      const message =
        'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/var/lib/kubelet/pods/0a/volume-subpaths/files/app/1" to rootfs at "/app/application.yaml": not a directory: Are you trying to mount a directory onto a file (or vice-versa)?: unknown';
      crash(c, app, 128, [['Failed', `Error: ${message}`]], 'StartError', message);
      dependentsSuffer(c, app);
      return truth([app.object, map], 'missing-config-key', 'volume-mount-path');
    },
  },
  victimDown('an empty volume hides the program', 'storage', 'volume-mount-path', (c, app) => {
    set(main(app), 'command', ['/app/server']);
    add(podSpec(app), 'volumes', { name: 'scratch', emptyDir: {} });
    add(main(app), 'volumeMounts', { name: 'scratch', mountPath: '/app' });
    const message =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app/server": stat /app/server: no such file or directory: unknown';
    crash(c, app, 128, [['Failed', `Error: ${message}`]], 'StartError', message);
  }),
  {
    kind: 'config map that cannot be parsed',
    family: 'configuration',
    bring: (c) => {
      const app = c.victim();
      const map = c.put({ ...c.meta('ConfigMap', `${app.name}-app`, c.ns), data: { 'config.json': '{"port": 8080, "timeout": 30,, "retries": 3' } });
      add(podSpec(app), 'volumes', { name: 'app', configMap: { name: `${app.name}-app` } });
      add(main(app), 'volumeMounts', { name: 'app', mountPath: '/etc/app' });
      crash(c, app, 1, [], 'Error', "panic: invalid character ',' looking for beginning of object key string in /etc/app/config.json");
      dependentsSuffer(c, app);
      return truth([map, app.object], 'configuration');
    },
  },
  {
    kind: 'environment name is missing',
    family: 'configuration',
    bring: (c) => {
      const app = c.victim();
      set(
        main(app),
        'env',
        listAt(main(app), 'env').filter((e) => e['name'] !== 'PORT'),
      );
      crash(c, app, 1, [], 'Error', 'panic: environment variable "PORT" not set');
      dependentsSuffer(c, app);
      return truth(app.object, 'environment-variable-unresolved', 'configuration', 'missing-environment-variable');
    },
  },
  {
    kind: 'image of a bare pod',
    family: 'image',
    bring: (c) => {
      const image = 'nginx:1.255-alpin';
      const pod = c.put(c.meta('Pod', 'debug-proxy', c.ns, { labels: { run: 'debug-proxy' } }));
      Object.assign(pod, {
        spec: { containers: [{ name: 'debug-proxy', image }], restartPolicy: 'Always', nodeName: text(c.nodes[0], 'metadata.name') },
        status: {
          phase: 'Pending',
          conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
          containerStatuses: [
            { name: 'debug-proxy', image, ready: false, restartCount: 0, state: { waiting: { reason: 'ErrImagePull', message: gone(image) } } },
          ],
        },
      });
      c.say(pod, 'Warning', 'Failed', gone(image));
      return truth(pod, 'incorrect-image-reference');
    },
  },
  victimDown('optional settings are not there and it needs them', 'reference', ['missing-config-map', 'environment-variable-unresolved'], (c, app) => {
    add(main(app), 'envFrom', { configMapRef: { name: `${app.name}-runtime`, optional: true } });
    crash(c, app, 1, [], 'Error', 'fatal: required setting RUNTIME_MODE is empty');
    rollOut(c, app);
  }),
]);
