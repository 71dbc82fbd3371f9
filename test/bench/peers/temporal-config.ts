// The Temporal server's configuration: its own sample for PostgreSQL with our ports. Pure.

/** `ports`: frontend, its membership and HTTP, then history, matching and worker with a membership port each. */
export function temporalConfig(postgresPort: number, ports: readonly number[]): string {
  const [frontend, frontendMembership, http, history, historyMembership, matching, matchingMembership, worker, workerMembership] = ports;
  const store = (database: string, connections: number) =>
    `      sql:
        pluginName: "postgres12"
        databaseName: "${database}"
        connectAddr: "127.0.0.1:${postgresPort}"
        connectProtocol: "tcp"
        user: "bench"
        password: ""
        maxConns: ${connections}
        maxIdleConns: ${connections}
        maxConnLifetime: "1h"`;
  const service = (name: string, grpc = 0, membership = 0, more = '') =>
    `  ${name}:
    rpc:
      grpcPort: ${grpc}
      membershipPort: ${membership}
      bindOnLocalHost: true${more}`;
  return `log:
  stdout: true
  level: error
persistence:
  defaultStore: default
  visibilityStore: visibility
  numHistoryShards: 4
  datastores:
    default:
${store('temporal', 20)}
    visibility:
${store('temporal_visibility', 4)}
global:
  membership:
    maxJoinDuration: 30s
    broadcastAddress: "127.0.0.1"
services:
${service('frontend', frontend, frontendMembership, `\n      httpPort: ${http}`)}
${service('history', history, historyMembership)}
${service('matching', matching, matchingMembership)}
${service('worker', worker, workerMembership)}
clusterMetadata:
  enableGlobalNamespace: false
  failoverVersionIncrement: 10
  masterClusterName: "active"
  currentClusterName: "active"
  clusterInformation:
    active:
      enabled: true
      initialFailoverVersion: 1
      rpcName: "frontend"
      rpcAddress: "127.0.0.1:${frontend}"
dcRedirectionPolicy:
  policy: "noop"
archival:
  history:
    state: "disabled"
  visibility:
    state: "disabled"
`;
}
