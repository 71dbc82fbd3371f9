// How a report says which process sends it.

export const LAUNCH_HEADER = 'x-awo-launch';
