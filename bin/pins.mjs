// Which Node and pnpm the project runs on. Exact, so that two machines are alike.
export const NODE_VERSION = '24.21.0';
export const PNPM_VERSION = '12.21.0';
/** A Node of this age or younger runs the project itself; an older one brings NODE_VERSION. */
export const NODE_FLOOR = [24, 12];

/** True where the Node that runs this line can run the project. */
export function runningNodeSuffices(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
}
