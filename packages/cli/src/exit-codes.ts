// Exit codes of the command line and the errors that carry them. Nothing else decides how the process ends.
import { RetryableError, TerminalError } from '@awo/contracts';
import type { Outcome } from '@awo/contracts';

/** Scripts rely on these; they are documented in docs/cli.md. */
export const EXIT = { reached: 0, endedOtherwise: 1, wrongUsage: 2, unreachable: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was typed wrong: `hint` holds the nearest right word or the forms that are understood. */
export class UsageError extends Error {
  override name = 'UsageError';
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The system cannot be reached or set up. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
  readonly hint: string;
  constructor(message: string, hint = 'Start it with: npx awo up') {
    super(message);
    this.hint = hint;
  }
}

/** What was asked for is not there, or was refused by the system. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

const UNREACHABLE_CODES: ReadonlySet<string> = new Set(['bus-unavailable', 'tool-unavailable', 'install-failed', 'start-failed']);

/** Which exit code an error stands for, and what to print. */
export function exitOf(error: unknown): { code: ExitCode; message: string; hint?: string } {
  if (error instanceof UsageError) return { code: EXIT.wrongUsage, message: error.message, hint: error.hint };
  if (error instanceof UnreachableError) return { code: EXIT.unreachable, message: error.message, hint: error.hint };
  if (error instanceof RefusedError) return { code: EXIT.endedOtherwise, message: error.message, hint: error.hint };
  if (error instanceof TerminalError) {
    if (UNREACHABLE_CODES.has(error.code)) return { code: EXIT.unreachable, message: error.message, hint: error.hint ?? 'Look at it with: npx awo doctor' };
    return { code: EXIT.endedOtherwise, message: error.message, hint: error.hint };
  }
  if (error instanceof RetryableError && error.code === 'newer-version')
    return { code: EXIT.endedOtherwise, message: error.message, hint: 'Use the awo of the version that the services have.' };
  if (error instanceof RetryableError)
    return { code: EXIT.unreachable, message: error.message, hint: 'This may pass: try again, or look with: npx awo doctor' };
  const message = error instanceof Error ? error.message : String(error);
  return { code: EXIT.endedOtherwise, message, hint: 'Run it again with --debug to see where this comes from.' };
}

/** 0 when the goal was reached, 1 when it ended otherwise. */
export const exitOfOutcome = (outcome: Outcome): ExitCode => (outcome === 'done' ? EXIT.reached : EXIT.endedOtherwise);
