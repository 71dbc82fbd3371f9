// The sixth list: probes.
import { breakPods, dependentsSuffer, killedByProbe, main, notReady } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { beside, probe, victimDown } from './makers.ts';
import { recorded } from './suite.ts';
import { set, text } from './tree.ts';
import { agent, counted, stateful } from './workloads.ts';

const status = (code: number): string => `HTTP probe failed with statuscode: ${code}`;

export const SIXTH_FAULTS_4: readonly Fault[] = recorded([
  probe(
    'readiness asks for another path',
    'readiness-probe-path',
    'readinessProbe',
    (port) => ({ httpGet: { path: '/healthz/ready', port, scheme: 'HTTP' } }),
    () => status(404),
  ),
  probe(
    'liveness asks for another path',
    'liveness-probe-path',
    'livenessProbe',
    (port) => ({ httpGet: { path: '/live', port, scheme: 'HTTP' } }),
    () => status(404),
  ),
  probe(
    'readiness asks over TLS',
    'readiness-probe-protocol',
    'readinessProbe',
    (port) => ({ httpGet: { path: '/health', port, scheme: 'HTTPS' } }),
    (ip, port) => `Get "https://${ip}:${port}/health": http: server gave HTTP response to HTTPS client`,
  ),
  probe(
    'liveness speaks gRPC to a server that does not',
    'liveness-probe-protocol',
    'livenessProbe',
    (port) => ({ grpc: { port, service: '' } }),
    () => 'timeout: health rpc did not complete within 1s',
  ),
  probe(
    'readiness speaks gRPC, and there is no health service',
    'readiness-probe-protocol',
    'readinessProbe',
    (port) => ({ grpc: { port } }),
    () => 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): Unimplemented',
  ),
  probe(
    'readiness runs a program that is not there',
    'readiness-probe-command',
    'readinessProbe',
    (port) => ({ exec: { command: ['curl', '-sf', `http://localhost:${port}/health`] } }),
    () =>
      'rpc error: code = Unknown desc = failed to exec in container: failed to start exec "ab": OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
  ),
  probe(
    'liveness looks for a file that nobody writes',
    'liveness-probe-command',
    'livenessProbe',
    () => ({ exec: { command: ['cat', '/tmp/healthy'] } }),
    () => "cat: can't open '/tmp/healthy': No such file or directory",
  ),
  probe(
    'liveness has no patience',
    'liveness-probe-timing',
    'livenessProbe',
    (port) => ({ httpGet: { path: '/health', port, scheme: 'HTTP' }, initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1 }),
    (ip, port) => `Get "http://${ip}:${port}/health": dial tcp ${ip}:${port}: connect: connection refused`,
  ),
  probe(
    'start-up is given five seconds',
    'startup-probe-timing',
    'startupProbe',
    (port) => ({ httpGet: { path: '/health', port, scheme: 'HTTP' }, initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 1, failureThreshold: 1 }),
    (ip, port) => `Get "http://${ip}:${port}/health": dial tcp ${ip}:${port}: connect: connection refused`,
  ),
  probe(
    'readiness is sent to another host',
    'readiness-probe-host',
    'readinessProbe',
    (port) => ({ httpGet: { path: '/health', port, host: '127.0.0.1', scheme: 'HTTP' } }),
    (_, port) => `Get "http://127.0.0.1:${port}/health": dial tcp 127.0.0.1:${port}: connect: connection refused`,
  ),
  victimDown('readiness port of a stateful set', 'probe', 'readiness-probe-port', (c, app) => {
    stateful(c, app);
    set(main(app), 'readinessProbe', { httpGet: { path: '/health', port: app.port + 10, scheme: 'HTTP' }, periodSeconds: 10, failureThreshold: 3 });
    const ip = text(app.pods[0], 'status.podIP');
    notReady(c, app, `Readiness probe failed: Get "http://${ip}:${app.port + 10}/health": dial tcp ${ip}:${app.port + 10}: connect: connection refused`);
  }),
  victimDown('liveness port has a name that is not there', 'probe', 'liveness-probe-port', (c, app) => {
    set(main(app), 'livenessProbe', { httpGet: { path: '/health', port: 'healthcheck', scheme: 'HTTP' }, periodSeconds: 10, failureThreshold: 3 });
    killedByProbe(c, app, 'Liveness probe errored: strconv.Atoi: parsing "healthcheck": invalid syntax');
  }),
  {
    kind: 'liveness port of a database',
    family: 'probe',
    bring: (c) => {
      const app = c.victim('store');
      set(main(app), 'livenessProbe', { tcpSocket: { port: app.port + 1 }, initialDelaySeconds: 10, periodSeconds: 5, failureThreshold: 3 });
      const ip = text(app.pods[0], 'status.podIP');
      killedByProbe(c, app, `Liveness probe failed: dial tcp ${ip}:${app.port + 1}: connect: connection refused`);
      dependentsSuffer(c, app);
      return truth(app.object, 'liveness-probe-port');
    },
  },
  {
    kind: 'liveness port of a daemon set',
    family: 'probe',
    bring: (c) => {
      const app = agent(c, 'node-exporter', 9100);
      set(main(app), 'livenessProbe', { httpGet: { path: '/', port: 9101 }, initialDelaySeconds: 5, periodSeconds: 10 });
      killedByProbe(c, app, 'Liveness probe failed: Get "http://10.244.7.9:9101/": dial tcp 10.244.7.9:9101: connect: connection refused');
      counted(app);
      return truth(app.object, 'liveness-probe-port');
    },
  },
  victimDown('readiness port of a side container', 'probe', 'readiness-probe-port', (c, app) => {
    beside(app, { ports: [{ containerPort: 9187 }], readinessProbe: { httpGet: { path: '/metrics', port: 9178 }, periodSeconds: 10 } });
    breakPods(c, app, { container: 'exporter', running: true }, [
      ['Unhealthy', `Readiness probe failed: Get "http://${text(app.pods[0], 'status.podIP')}:9178/metrics": dial tcp: connect: connection refused`],
    ]);
  }),
]);
