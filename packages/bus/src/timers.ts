// Durable timers: a JetStream message schedule per waiting step. Setting it again replaces it.
import { subjects } from '@awo/contracts';
import type { Role } from '@awo/contracts';
import { z } from 'zod';
import type { Connection } from './connect.ts';
import { parseJson } from './append.ts';

/** `after` is the sequence of the commit that waits: whoever the timer rings for must have read at least that. `traceparent` names the span that handed the step over: every look of a step hangs below it. */
export type Timer = { role: Role; goal: string; step: string; at: Date; after: number; traceparent?: string | undefined };

/** Fires once at `at`, to whichever replica of `role` is free. The definition goes when it has fired. */
export async function schedule(connection: Connection, timer: Timer): Promise<void> {
  const { role, goal, step, at, after, traceparent } = timer;
  await connection.js.publish(subjects.timer(role, goal, step), JSON.stringify({ step, after, traceparent }), {
    schedule: { specification: { at }, target: subjects.due(role, goal) },
  });
}

// `after` came later: a timer that was set before has none.
const Due = z.object({ step: z.string(), after: z.number().default(0), traceparent: z.string().optional() });

/** Names the subject of the schedule that fired; written by the server itself. */
export const SCHEDULER_HEADER = 'Nats-Scheduler';

/**
 * The goal and step of a timer that is due, the commit that waits for it, and the span that handed the step over.
 * Null for what is no timer, and for one that another role has set: a schedule may name any target in its stream. `scheduler`: SCHEDULER_HEADER.
 */
export function parseDue(
  subject: string,
  data: Uint8Array,
  scheduler = '',
): { goal: string; step: string; after: number; traceparent: string | undefined } | null {
  const [, , role, goal] = subject.split('.');
  if (scheduler && !scheduler.startsWith(`awo.timer.${role}.${goal}.`)) return null;
  const body = Due.safeParse(parseJson(data));
  return goal && body.success ? { goal, step: body.data.step, after: body.data.after, traceparent: body.data.traceparent } : null;
}
