// What a reader of a running installation needs: nothing that starts one, so that `awo ps` loads none of that.
export { connectSupervisor } from './control-client.ts';
export type { SupervisorControl } from './control-client.ts';
export type { SupervisorStatus } from './control-protocol.ts';
export { installationInfo } from './installation-info.ts';
export type { InstallationInfo } from './installation-info.ts';
export { identify, isRunning } from './process-identity.ts';
export { until } from './until.ts';
export { keyFile } from './home.ts';
