// The sixth list: what runs in a container, and jobs.
import { breakPods, crash, dependentsSuffer, killedByProbe, main, notReady, podSpec } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { beside, victimDown } from './makers.ts';
import { recorded } from './suite.ts';
import { add, listAt, set, text } from './tree.ts';
import { batch, stateful } from './workloads.ts';

const runc = (what: string): string =>
  `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${what}: unknown`;
export const SIXTH_FAULTS_9: readonly Fault[] = recorded([
  victimDown('program of a stateful set', 'command', 'command-not-found', (c, app) => {
    stateful(c, app);
    set(main(app), 'command', ['python33', 'server.py']);
    const message = runc('exec: "python33": executable file not found in $PATH');
    crash(c, app, 128, [['Failed', `Error: ${message}`]], 'StartError', message);
  }),
  victimDown('shell is not in the image', 'command', 'command-not-found', (c, app) => {
    set(main(app), 'command', ['/bin/bash', '-c', './start.sh']);
    const message = runc('exec: "/bin/bash": stat /bin/bash: no such file or directory');
    breakPods(c, app, { waiting: 'RunContainerError', message, restarts: 5, phase: 'Running' }, [['Failed', `Error: ${message}`]]);
  }),
  victimDown('argument that it does not know', 'command', ['invalid-argument', 'configuration', 'application-error'], (c, app) => {
    set(main(app), 'args', ['--prot=8080']);
    crash(c, app, 2, [], 'Error', 'flag provided but not defined: -prot\nUsage of /app/server:\n');
  }),
  victimDown('container has nothing to do', 'command', 'container-ends', (c, app) => {
    set(main(app), 'command', ['sh', '-c', 'echo started']);
    crash(c, app, 0, [], 'Completed');
  }),
  victimDown(
    'init container waits for a name that is not there',
    'init',
    ['init-container-stuck', 'missing-service', 'environment-address-unknown'],
    (c, app) => {
      set(podSpec(app), 'initContainers', [
        { name: 'wait-for-db', image: 'busybox:1.36', command: ['sh', '-c', 'until nslookup database-service; do echo waiting; sleep 2; done'] },
      ]);
      breakPods(c, app, { init: true, running: true, phase: 'Pending' });
    },
  ),
  victimDown('init container fails', 'init', 'init-container-failing', (c, app) => {
    set(podSpec(app), 'initContainers', [
      { name: 'fetch-config', image: 'curlimages/curl:8.7.1', command: ['sh', '-c', 'curl -f http://config-server/config > /cfg/app.yaml'] },
    ]);
    breakPods(c, app, { init: true, waiting: 'CrashLoopBackOff', restarts: 6, ended: { exitCode: 6, reason: 'Error' } });
  }),
  victimDown('init container has no such program', 'init', ['command-not-found', 'init-container-failing'], (c, app) => {
    stateful(c, app);
    set(podSpec(app), 'initContainers', [{ name: 'chown', image: 'busybox:1.36', command: ['chwon', '-R', '1000', '/data'] }]);
    const message = runc('exec: "chwon": executable file not found in $PATH');
    breakPods(c, app, { init: true, waiting: 'CrashLoopBackOff', restarts: 6, ended: { exitCode: 128, reason: 'StartError', message } }, [
      ['Failed', `Error: ${message}`],
    ]);
  }),
  victimDown('side container crashes', 'command', ['crash-loop', 'application-error'], (c, app) => {
    beside(app, { args: ['--config=/etc/exporter.yml'] });
    breakPods(c, app, { container: 'exporter', waiting: 'CrashLoopBackOff', restarts: 11, ended: { exitCode: 1, reason: 'Error' } });
  }),
  victimDown('side container takes the same port', 'command', 'container-port-conflict', (c, app) => {
    beside(app, { ports: [{ containerPort: app.port, protocol: 'TCP' }] });
    breakPods(c, app, {
      container: 'exporter',
      waiting: 'CrashLoopBackOff',
      restarts: 8,
      ended: { exitCode: 1, reason: 'Error', message: `listen tcp :${app.port}: bind: address already in use` },
    });
  }),
  victimDown('it listens on another port than it declares', 'command', ['listen-port-mismatch', 'readiness-probe-port'], (c, app) => {
    set(
      main(app),
      'env',
      listAt(main(app), 'env').map((e) => (e['name'] === 'PORT' ? { name: 'PORT', value: String(app.port + 2) } : e)),
    );
    const ip = text(app.pods[0], 'status.podIP');
    set(main(app), 'readinessProbe', { tcpSocket: { port: app.port }, periodSeconds: 10, failureThreshold: 3 });
    notReady(c, app, `Readiness probe failed: dial tcp ${ip}:${app.port}: connect: connection refused`);
  }),
  victimDown('killed for memory', 'limit', ['oom-killed', 'memory-limit-too-low'], (c, app) => {
    set(main(app), 'resources.limits.memory', '20Mi');
    set(main(app), 'resources.requests.memory', '10Mi');
    crash(c, app, 137, [], 'OOMKilled');
  }),
  {
    kind: 'database is killed for memory',
    family: 'limit',
    bring: (c) => {
      const app = c.victim('store');
      set(main(app), 'resources.limits.memory', '48Mi');
      crash(c, app, 137, [], 'OOMKilled');
      dependentsSuffer(c, app);
      return truth(app.object, 'oom-killed', 'memory-limit-too-low');
    },
  },
  victimDown('init container is killed for memory', 'limit', ['oom-killed', 'memory-limit-too-low'], (c, app) => {
    set(podSpec(app), 'initContainers', [{ name: 'warm-up', image: 'registry.example.com/tools/warm:v1', resources: { limits: { memory: '16Mi' } } }]);
    breakPods(c, app, { init: true, waiting: 'CrashLoopBackOff', restarts: 5, ended: { exitCode: 137, reason: 'OOMKilled' } });
  }),
  victimDown('too little memory to start at all', 'limit', ['memory-limit-too-low', 'oom-killed'], (c, app) => {
    set(main(app), 'resources.limits.memory', '4Mi');
    set(main(app), 'resources.requests.memory', '4Mi');
    const message = runc('container init was OOM-killed (memory limit too low?)');
    breakPods(c, app, { waiting: 'RunContainerError', message, restarts: 4, phase: 'Running' }, [['Failed', `Error: ${message}`]]);
  }),
  victimDown('too little processor', 'limit', 'cpu-limit-too-low', (c, app) => {
    set(main(app), 'resources', { requests: { cpu: '1m', memory: '64Mi' }, limits: { cpu: '5m', memory: '256Mi' } });
    set(main(app), 'livenessProbe', {
      httpGet: { path: '/health', port: app.port },
      timeoutSeconds: 1,
      periodSeconds: 10,
      failureThreshold: 3,
      initialDelaySeconds: 15,
    });
    killedByProbe(
      c,
      app,
      `Liveness probe failed: Get "http://${text(app.pods[0], 'status.podIP')}:${app.port}/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    );
  }),
  {
    kind: 'job fails again and again',
    family: 'job',
    bring: (c) => {
      const { job } = batch(c, {
        name: 'import-orders',
        job: {
          status: {
            failed: 5,
            startTime: '2026-06-01T07:50:00Z',
            conditions: [
              {
                type: 'Failed',
                status: 'True',
                reason: 'BackoffLimitExceeded',
                message: 'Job has reached the specified backoff limit',
                lastTransitionTime: '2026-06-01T08:02:00Z',
              },
            ],
          },
        },
        phase: 'Failed',
        state: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-06-01T08:02:00Z' } },
      });
      c.say(job, 'Warning', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit');
      return truth(job, 'job-backoff', 'application-error');
    },
  },
  {
    kind: 'job had too little time',
    family: 'job',
    bring: (c) => {
      const { job, pod } = batch(c, { name: 'reindex', phase: 'Failed', state: {} });
      c.drop(pod);
      set(job, 'spec.activeDeadlineSeconds', 30);
      job['status'] = {
        failed: 1,
        conditions: [
          {
            type: 'Failed',
            status: 'True',
            reason: 'DeadlineExceeded',
            message: 'Job was active longer than specified deadline',
            lastTransitionTime: '2026-06-01T08:01:00Z',
          },
        ],
      };
      c.say(job, 'Warning', 'DeadlineExceeded', 'Job was active longer than specified deadline');
      return truth(job, 'job-deadline-exceeded');
    },
  },
  {
    kind: 'schedule is suspended',
    family: 'job',
    bring: (c) => {
      const { cron, job, pod } = batch(c, { name: 'send-invoices', cron: { suspend: true }, phase: 'Succeeded', state: {} });
      for (const o of [job, pod]) c.drop(o);
      set(cron ?? {}, 'status', { lastScheduleTime: '2026-05-30T06:00:00Z' });
      return truth(cron ?? job, 'job-suspended');
    },
  },
  {
    kind: 'schedule of a day that never comes',
    family: 'job',
    bring: (c) => {
      const { cron, job, pod } = batch(c, { name: 'monthly-close', cron: { schedule: '0 2 31 2 *' }, phase: 'Succeeded', state: {} });
      for (const o of [job, pod]) c.drop(o);
      set(cron ?? {}, 'status', undefined);
      return truth(cron ?? job, 'job-schedule');
    },
  },
  {
    kind: 'job waits for its side container',
    family: 'job',
    bring: (c) => {
      const { cron, job, pod } = batch(c, {
        name: 'sync-catalog',
        cron: { concurrencyPolicy: 'Forbid' },
        phase: 'Running',
        state: { terminated: { exitCode: 0, reason: 'Completed' } },
      });
      for (const at of [job, pod])
        add(at, at === job ? 'spec.template.spec.containers' : 'spec.containers', {
          name: 'proxy',
          image: 'registry.example.com/tools/proxy:v2',
          command: ['/proxy', '--listen=:15001'],
        });
      add(pod, 'status.containerStatuses', {
        name: 'proxy',
        image: 'x',
        ready: true,
        restartCount: 0,
        state: { running: { startedAt: '2026-06-01T04:00:00Z' } },
      });
      set(job, 'status.startTime', '2026-06-01T04:00:00Z');
      c.say(cron ?? job, 'Normal', 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid');
      return truth([cron ?? job, job], 'job-already-active', 'job-never-completes');
    },
  },
]);
