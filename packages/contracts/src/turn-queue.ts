// Who waits for a service of an environment, as the planner keeps it in the bucket `environments`.
import { z } from 'zod';
import { GoalId, Timestamp } from './ids.ts';

/** A goal that waits, and when it was accepted: that is its place. */
export const TurnWaiter = z.object({ goal: GoalId, acceptedAt: Timestamp });
export type TurnWaiter = z.infer<typeof TurnWaiter>;

/** In the order in which they were accepted. */
export const TurnQueue = z.array(TurnWaiter);
