// Kinds of faults that were written down after the rules had been worked on, and measured before any of them was looked at.
import { breakPods, crash, dependentsSuffer, killedByProbe, main, notReady, podSpec, pullFails, rollOut, unscheduled } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { objAt, set, text } from './tree.ts';
import { victimDown, SAYS } from './makers.ts';

export const LATE_FAULTS_1: readonly Fault[] = [
  victimDown('registry limits pulls', 'image', ['image-registry-unreachable', 'image-registry-limit'], (c, app) =>
    pullFails(
      c,
      app,
      `Failed to pull image "${text(main(app), 'image')}": rpc error: code = Unknown desc = failed to copy: httpReadSeeker: failed open: unexpected status code 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit`,
    ),
  ),
  victimDown('pull secret named and missing', 'image', 'missing-image-pull-secret', (c, app) => {
    set(podSpec(app), 'imagePullSecrets', [{ name: 'regcred' }]);
    pullFails(
      c,
      app,
      `Failed to pull image "${text(main(app), 'image')}": failed to resolve reference: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
    );
    c.say(
      app.pods[0] ?? app.object,
      'Warning',
      'FailedToRetrieveImagePullSecret',
      'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
    );
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
    set(main(app), 'livenessProbe', {
      httpGet: { path: '/healthz', port: app.port },
      initialDelaySeconds: 5,
      periodSeconds: 2,
      timeoutSeconds: 1,
      failureThreshold: 1,
    });
    killedByProbe(
      c,
      app,
      `Liveness probe failed: Get "http://10.244.1.4:${app.port}/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    );
  }),
  victimDown('readiness command is not there', 'probe', 'readiness-probe-command', (c, app) => {
    set(main(app), 'readinessProbe', { exec: { command: ['/opt/ready.sh'] }, periodSeconds: 10 });
    notReady(
      c,
      app,
      'Readiness probe errored: rpc error: code = Unknown desc = failed to exec in container: OCI runtime exec failed: exec failed: unable to start container process: exec: "/opt/ready.sh": stat /opt/ready.sh: no such file or directory: unknown',
    );
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
    breakPods(c, app, { waiting: 'ContainerCreating', phase: 'Pending' }, [
      ['FailedAttachVolume', 'AttachVolume.Attach failed for volume "pvc-1" : CSINode worker-1 does not contain driver ebs.csi.aws.com'],
      ['FailedMount', 'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition'],
    ]);
  }),
  victimDown('mount over a file', 'storage', 'volume-mount-path', (c, app) => {
    crash(
      c,
      app,
      128,
      [
        [
          'Failed',
          'Error: failed to create containerd task: OCI runtime create failed: error mounting "/var/lib/kubelet/pods/x/volumes/cfg" to rootfs at "/etc/app.conf": not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?',
        ],
      ],
      'StartError',
    );
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
      c.say(
        pvc,
        'Warning',
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "standard": rpc error: code = Internal desc = could not create volume: quota exceeded at provider',
      );
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
      Object.assign(objAt(hpa, 'status'), {
        currentReplicas: 1,
        desiredReplicas: 1,
        currentMetrics: [{ resource: { name: 'cpu', current: { averageUtilization: 310 } } }],
        conditions: [
          { type: 'AbleToScale', status: 'True' },
          { type: 'ScalingActive', status: 'True' },
          { type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' },
        ],
      });
      return truth(hpa, 'autoscaler-at-limit');
    },
  },
];
