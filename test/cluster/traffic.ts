// Goals in flight all the time, what the log's leader shows of them, and how long each takes to go on after a fault.
import { setTimeout as pause } from 'node:timers/promises';
import { parseHead } from '@awo/bus';
import type { Bus, LogHead } from '@awo/bus';
import { forkedPlan } from '../chaos/plans.ts';
import { randomBy } from '../chaos/random.ts';
import { submitter } from '../chaos/submit.ts';
import { recoveryOf } from '../chaos/experiment.ts';
import type { Recovery } from '../chaos/experiment.ts';

export type Traffic = {
  accepted: ReadonlySet<string>;
  /** Last commit of every goal seen. */
  heads: ReadonlyMap<string, LogHead>;
  ended: () => number;
  /** Commits seen so far. */
  commits: () => number;
  repeated: () => number;
  /** For each goal in flight now: how long until its next commit. Resolves when every one has gone on. */
  goOn: (withinMs: number) => Promise<Recovery & { stuck: string[] }>;
  /** Opens no more; resolves when every goal has ended. */
  finish: (withinMs: number) => Promise<string[]>;
};

/** `reader` may read GOALS from its leader. */
export function startTraffic({ operator, reader, width, seed }: { operator: Bus; reader: Bus; width: number; seed: number }): Traffic {
  const random = randomBy(seed);
  const submit = submitter(operator, `cluster:${seed}`);
  const heads = new Map<string, LogHead>();
  const next = new Map<string, (() => void)[]>();
  let commits = 0;
  let ended = 0;
  let open = true;
  let watching = true;

  const see = (head: LogHead) => {
    const { goal, state } = head.commit;
    commits++;
    if (state.ended && !heads.get(goal)?.commit.state.ended) ended++;
    heads.set(goal, head);
    for (const call of next.get(goal)?.splice(0) ?? []) call();
  };
  // Message by message from the stream's leader: what is seen there is committed.
  const watch = async () => {
    for (let seq = 1; watching;) {
      const message = await reader.jsm.streams.getMessage('GOALS', { seq }).catch(() => null);
      if (message) {
        see(parseHead(message));
        seq++;
      } else await pause(5);
    }
  };
  const watched = watch();
  const isOpen = (goal: string) => !heads.get(goal)?.commit.state.ended;
  const untilNext = (goal: string) => new Promise<void>((resolve) => next.set(goal, [...(next.get(goal) ?? []), resolve]));
  const lane = async () => {
    while (open) {
      const goal = await submit.open((environment) => forkedPlan(environment, random).map(withoutForeign));
      while (isOpen(goal)) await untilNext(goal);
    }
  };
  const lanes = Array.from({ length: width }, lane);

  return {
    accepted: submit.accepted,
    heads,
    ended: () => ended,
    commits: () => commits,
    repeated: submit.repeated,
    goOn: async (withinMs) => {
      const from = performance.now();
      const times: number[] = [];
      const waiting = new Set([...heads.keys()].filter(isOpen));
      const all = [...waiting].map(async (goal) => {
        await untilNext(goal);
        waiting.delete(goal);
        times.push(performance.now() - from);
      });
      await Promise.race([Promise.all(all), pause(withinMs, undefined, { ref: false })]);
      return { ...recoveryOf(times), stuck: [...waiting] };
    },
    finish: async (withinMs) => {
      open = false;
      await Promise.race([Promise.all(lanes), pause(withinMs, undefined, { ref: false })]);
      watching = false;
      await watched;
      return [...submit.accepted].filter(isOpen);
    },
  };
}

/** Somebody else's tool is not what a cluster is tried with. */
const withoutForeign = (step: ReturnType<typeof forkedPlan>[number]) =>
  step.input['do'] === 'foreign' ? { ...step, input: { ...step.input, do: 'nothing' } } : step;
