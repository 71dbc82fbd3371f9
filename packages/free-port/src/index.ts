// The public surface of @awo/free-port.
export { findFreePort, isFree, portFor } from './free-port.ts';
