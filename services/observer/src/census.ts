// The census: which goals have not ended and what each waits for, kept up to date commit by commit. Pure.
import { COMMIT_VERSION } from '@awo/contracts';
import { z } from 'zod';

/** What is read of a commit: little enough that a newer version's commits can be counted as well. */
const Seen = z.object({
  v: z.number(),
  at: z.string(),
  events: z.array(z.object({ type: z.string(), outcome: z.string().optional() })),
  state: z.object({
    ended: z.object({ outcome: z.string() }).optional(),
    steps: z.array(z.object({ status: z.string(), wait: z.object({ until: z.string() }).optional() })),
  }),
});

const OpenGoal = z.object({
  goal: z.string(),
  movedAtMs: z.number(),
  /** Steps in somebody's hands. */
  active: z.number(),
  /** When the next timer of its steps rings; null where none runs. */
  ringsAtMs: z.number().nullable(),
  newer: z.boolean(),
});
export type OpenGoal = z.infer<typeof OpenGoal>;

export const Census = z.object({
  v: z.literal(1),
  /** When the stream was made: another one is counted anew. */
  stream: z.string(),
  /** The next sequence to read. */
  seq: z.number().int(),
  ended: z.record(z.string(), z.number().int()),
  open: z.array(OpenGoal),
});
export type Census = z.infer<typeof Census>;

/** Takes one commit in. `body` is what JSON gave, or undefined where it was none. Changes the maps that it is given. */
export function takeIn(open: Map<string, OpenGoal>, ended: Map<string, number>, goal: string, body: unknown): void {
  const seen = Seen.safeParse(body);
  if (!seen.success) {
    // Nothing can be said of it but that it is there; the goal stays counted as it was.
    const before = open.get(goal);
    if (before && isNewer(body)) open.set(goal, { ...before, newer: true });
    return;
  }
  const { v, at, events, state } = seen.data;
  const end = events.find((event) => event.type === 'goal.ended');
  if (end) ended.set(end.outcome ?? 'unknown', (ended.get(end.outcome ?? 'unknown') ?? 0) + 1);
  if (state.ended) return void open.delete(goal);
  const dispatched = state.steps.filter((step) => step.status === 'dispatched');
  const rings = dispatched.flatMap((step) => (step.wait ? [Date.parse(step.wait.until)] : []));
  open.set(goal, {
    goal,
    movedAtMs: Date.parse(at),
    active: dispatched.length - rings.length,
    ringsAtMs: rings.length > 0 ? Math.min(...rings) : null,
    newer: v > COMMIT_VERSION,
  });
}

const isNewer = (body: unknown) => typeof body === 'object' && body !== null && 'v' in body && typeof body.v === 'number' && body.v > COMMIT_VERSION;
