// settle: the one place where an error becomes ack, nak or term.
import { RetryableError, TerminalError } from '@awo/contracts';

/** What to do with the message: `fail` means that the goal's log gets the error, then ack. */
export type Settlement =
  | { kind: 'fail'; code: string; message: string }
  | { kind: 'again'; afterMs: number }
  | { kind: 'give-up'; code: string; message: string };

/** How often something is tried, and how long it rests after each try; the last rest is used for all further ones. */
export type Patience = {
  deliveries: number;
  backOffMs: readonly number[];
  /** Handed out so often and nobody came back with a word: it ends every process that takes it. Waiting for a newer version counts too, so this is an hour, not minutes. */
  unanswered?: number;
};

/** About fifteen minutes; then a person has to look. The longest rest and a try that began too early fit into the half minute in which work goes on once its cause is gone. */
export const PATIENCE: Patience = { deliveries: 95, backOffMs: [200, 500, 1000, 2000, 5000, 10_000], unanswered: 360 };

/** Terminal errors fail the step. Retryable ones come again after their time. Anything else is a bug: again with back-off. Used up: a person. Pure. */
export function settle(error: unknown, deliveries: number, patience: Patience = PATIENCE): Settlement {
  if (error instanceof TerminalError) return { kind: 'fail', code: error.code, message: error.hint ? `${error.message} ${error.hint}` : error.message };
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof RetryableError ? error.code : 'internal';
  if (deliveries >= patience.deliveries)
    return { kind: 'give-up', code: 'deliveries-used-up', message: `tried ${deliveries} times, last: ${code}: ${message}` };
  const backOff = patience.backOffMs[Math.min(deliveries, patience.backOffMs.length) - 1] ?? 0;
  return { kind: 'again', afterMs: error instanceof RetryableError ? Math.max(error.afterMs, deliveries > 5 ? backOff : 0) : backOff };
}
