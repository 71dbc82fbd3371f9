// Errors that say what happens next. `settle()` in @awo/bus is the one place that turns them into ack, nak or term.

/** Codes a person or a test can rely on. Add here before use. */
export const ERROR_CODES = [
  'bad-message',
  'bad-config',
  'unknown-service',
  'unknown-environment',
  'unknown-revision',
  'unknown-repository',
  'already-running',
  'nothing-running',
  'no-previous',
  'service-of-another-repository',
  'not-a-service',
  'nothing-changed',
  'unknown-capability',
  'not-allowed',
  'bad-arguments',
  'stale-fence',
  'outcome-unknown',
  'quarantined',
  'tool-failed',
  'tool-unavailable',
  'bus-unavailable',
  'bus-refused',
  'backup-damaged',
  'deadline-passed',
  'deliveries-used-up',
  'commit-too-large',
  'newer-version',
  'start-failed',
  'unhealthy',
  'in-freeze',
  'held-too-long',
  'roll-back-frozen',
  'install-failed',
  'selection-missed',
  'git-failed',
  'busy',
  'archive-damaged',
  'archive-unavailable',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Give up and say why: trying again cannot help. */
export class TerminalError extends Error {
  override name = 'TerminalError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Try again after `afterMs`: the cause is outside and may pass. */
export class RetryableError extends Error {
  override name = 'RetryableError';
  readonly code: ErrorCode;
  readonly afterMs: number;
  constructor(code: ErrorCode, message: string, afterMs = 1000) {
    super(message);
    this.code = code;
    this.afterMs = afterMs;
  }
}
