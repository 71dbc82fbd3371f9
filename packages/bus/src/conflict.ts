// Whether the server refused a guarded write because somebody else was first.
import { JetStreamApiError } from '@nats-io/jetstream';

/**
 * 10071: the last sequence is another one. 10164: the same on a stream with several copies, also while somebody else's write is still under way, so that
 * a look may find nothing newer. nats-server's errors.json; the client library knows the first one only.
 */
const CODES = new Set([10071, 10164]);

/** True for commits, keys and objects alike: read what stands there now, and decide again. */
export const isConflict = (error: unknown): boolean => error instanceof JetStreamApiError && CODES.has(error.code);
