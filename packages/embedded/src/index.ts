// The public surface of @awo/embedded.
export { watchBus } from './bus-watch.ts';
export { BUS_FILE, readBusUsers } from './bus-users.ts';
export type { BusUser, BusUsers } from './bus-users.ts';
export { CHECKOUT, homePaths, prepareHome } from './home.ts';
export * from './running.ts';
export { startInstallation, stopInstallation } from './installation.ts';
export type { Installation, StartOptions } from './installation.ts';
export { startNatsCluster, SYSTEM_USER } from './nats-cluster.ts';
export type { NatsCluster } from './nats-cluster.ts';
export { NATS_VERSION, findNatsServer, onPath } from './nats-binary.ts';
export { renderNatsConfig } from './nats-config.ts';
export { ensureKeys } from './nats-keys.ts';
export { startNatsServer } from './nats-server.ts';
export type { NatsServer } from './nats-server.ts';
export type { Progress, Report } from './progress.ts';
export { serviceEnvironment } from './service-environment.ts';
export { readServiceList } from './service-list.ts';
export type { ServiceEntry } from './service-list.ts';
