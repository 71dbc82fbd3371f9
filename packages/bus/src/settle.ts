// settle: the one place where an error becomes ack, nak or term.
import { RetryableError, TerminalError } from '@awo/contracts';

/** What to do with the message: `fail` means that the goal's log gets the error, then ack. */
export type Settlement =
  | { kind: 'fail'; code: string; message: string }
  | { kind: 'again'; afterMs: number }
  | { kind: 'give-up'; code: string; message: string };

/** After this many deliveries a retryable error is given to a person: about fifteen minutes with the back-off below. */
export const MAX_DELIVERIES = 30;
const BACK_OFF_MS = [200, 500, 1000, 2000, 5000, 10_000, 30_000] as const;

/** Terminal errors fail the step. Retryable ones come again after their time. Anything else is a bug: again with back-off. Used up: a person. Pure. */
export function settle(error: unknown, deliveries: number): Settlement {
  if (error instanceof TerminalError) return { kind: 'fail', code: error.code, message: error.hint ? `${error.message} ${error.hint}` : error.message };
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof RetryableError ? error.code : 'internal';
  if (deliveries >= MAX_DELIVERIES) return { kind: 'give-up', code: 'deliveries-used-up', message: `tried ${deliveries} times, last: ${code}: ${message}` };
  const backOff = BACK_OFF_MS[Math.min(deliveries - 1, BACK_OFF_MS.length - 1)] ?? 30_000;
  return { kind: 'again', afterMs: error instanceof RetryableError ? Math.max(error.afterMs, deliveries > 5 ? backOff : 0) : backOff };
}
