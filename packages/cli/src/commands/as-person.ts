// What a person does to a goal under way: written into its log through the same guards as everybody else's commits.
import { userInfo } from 'node:os';
import type { Bus } from '@awo/bus';
import type { Event, GoalState } from '@awo/contracts';
import type { CliContext } from '../context.ts';

/** Within what an event has room for: a longer reason would be refused, and with it what the person wants. */
const WHO = 120;
const BECAUSE = 400;

type HumanActed = Extract<Event, { type: 'human.acted' }>;
export type Person = {
  who: string;
  because: string;
  acted: (action: HumanActed['action'], of?: string) => HumanActed;
  /** `events` is asked of the newest state, again after each conflict; null: nothing is to be written. */
  write: (goal: string, events: (state: GoalState | null) => Event[] | null) => ReturnType<Bus['write']>;
};

export function asPerson({ env }: CliContext, bus: Bus, reason: string | undefined): Person {
  const who = (env['AWO_WHO'] ?? userInfo().username).slice(0, WHO);
  const because = (reason ?? 'asked for at the command line').slice(0, BECAUSE);
  return {
    who,
    because,
    acted: (action, of) => ({ type: 'human.acted', action, who, because, ...(of === undefined ? {} : { of: of as NonNullable<HumanActed['of']> }) }),
    write: (goal, events) => bus.write({ goal, by: { author: 'operator', instance: `cli-${process.pid}` }, head: undefined, events, now: () => new Date() }),
  };
}
