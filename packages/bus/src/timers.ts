// Durable timers: a JetStream message schedule per waiting step. Setting it again replaces it.
import { subjects } from '@awo/contracts';
import type { Role } from '@awo/contracts';
import type { Connection } from './connect.ts';
import { parseJson } from './append.ts';

/** Fires once at `at`, to whichever replica of `role` is free. The definition goes when it has fired. */
export async function schedule(connection: Connection, timer: { role: Role; goal: string; step: string; at: Date }): Promise<void> {
  const { role, goal, step, at } = timer;
  await connection.js.publish(subjects.timer(role, goal, step), JSON.stringify({ step }), {
    schedule: { specification: { at }, target: subjects.due(role, goal) },
  });
}

/** The goal and step of a timer that is due. */
export function parseDue(subject: string, data: Uint8Array): { goal: string; step: string } | null {
  const [, , , goal] = subject.split('.');
  const body = parseJson(data);
  const step = body && typeof body === 'object' && 'step' in body && typeof body.step === 'string' ? body.step : null;
  return goal && step ? { goal, step } : null;
}
