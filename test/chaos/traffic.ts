// Goals in flight all the time, what the log's leader shows of them, and how long each open step takes to go on after a fault.
import { setTimeout as pause } from 'node:timers/promises';
import { parseHead } from '@awo/bus';
import type { Bus, LogHead } from '@awo/bus';
import type { PlanStep } from '@awo/contracts';
import type { Recovery } from './experiment.ts';
import { recoveryOf } from './experiment.ts';
import { submitter } from './submit.ts';

export type Traffic = {
  accepted: ReadonlySet<string>;
  /** Last commit of every goal seen. */
  heads: ReadonlyMap<string, LogHead>;
  ended: () => number;
  /** Commits seen so far. */
  commits: () => number;
  repeated: () => number;
  /** Opens one goal more, beside those that come and go. */
  open: (plan: (environment: string) => PlanStep[]) => Promise<string>;
  /** Resolves when the goal's last commit is one for which this is true; null: not in time. */
  until: (goal: string, seen: (head: LogHead) => boolean, withinMs: number) => Promise<LogHead | null>;
  /** For every step and submission that is open now: how long until it goes on. Resolves when all of it has, or the time is over. */
  goOn: (withinMs: number) => Promise<{ times: number[]; stuck: string[] } & Recovery>;
  /** Opens no more; resolves when every goal has ended. */
  finish: (withinMs: number) => Promise<string[]>;
};

export type TrafficOptions = {
  operator: Bus;
  /** May read GOALS from its leader. */
  reader: Bus;
  /** How many goals are in flight. */
  width: number;
  /** Names the goals. */
  run: string;
  plan: (environment: string) => PlanStep[];
  /** Which lanes ask the planner for their goals; the others write the first commit themselves. */
  asks?: (lane: number) => boolean;
};

export function startTraffic({ operator, reader, width, run, plan, asks = () => false }: TrafficOptions): Traffic {
  const submit = submitter(operator, run);
  const heads = new Map<string, LogHead>();
  const next = new Map<string, (() => void)[]>();
  const submitting = new Set<Promise<string>>();
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
        const head = readable(message);
        if (head) see(head);
        seq++;
      } else await pause(5);
    }
  };
  const watched = watch();
  const isOpen = (goal: string) => !heads.get(goal)?.commit.state.ended;
  const untilNext = (goal: string) => new Promise<void>((resolve) => next.set(goal, [...(next.get(goal) ?? []), resolve]));
  const lane = async (_: unknown, n: number) => {
    while (open) {
      const asked = asks(n) ? submit.ask(`lane-${n % 16}`) : submit.open(plan);
      submitting.add(asked);
      const goal = await asked;
      submitting.delete(asked);
      while (isOpen(goal)) await untilNext(goal);
    }
  };
  const lanes = Array.from({ length: width }, lane);
  const until: Traffic['until'] = async (goal, seen, withinMs) => {
    const late = pause(withinMs, 'late' as const, { ref: false });
    for (;;) {
      const head = heads.get(goal);
      if (head && seen(head)) return head;
      if ((await Promise.race([untilNext(goal), late])) === 'late') return null;
    }
  };

  return {
    accepted: submit.accepted,
    heads,
    ended: () => ended,
    commits: () => commits,
    repeated: submit.repeated,
    open: submit.open,
    until,
    goOn: async (withinMs) => {
      const from = performance.now();
      const times: number[] = [];
      const stuck: string[] = [];
      const one = async (goal: string, what: string, goneOn: (head: LogHead) => boolean) => {
        if (await until(goal, goneOn, withinMs)) times.push(performance.now() - from);
        else stuck.push(`${goal} ${what}`);
      };
      const atWork = [...heads.values()].filter((head) => !head.commit.state.ended);
      const late = pause(withinMs, 'late' as const, { ref: false });
      await Promise.all([
        ...atWork.flatMap((head) => openEnds(head).map(([what, test]) => one(head.commit.goal, what, test))),
        ...[...submitting].map(async (asked) => {
          if ((await Promise.race([asked, late])) === 'late') stuck.push('a goal that nobody accepted');
          else times.push(performance.now() - from);
        }),
      ]);
      return { ...recoveryOf(times), times, stuck };
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

/** What is open in a goal, and how to see that it has gone on: each step in somebody's hands, or, between two steps, the goal itself. */
function openEnds(head: LogHead): [what: string, goneOn: (head: LogHead) => boolean][] {
  const steps = head.commit.state.steps.filter((step) => step.status === 'dispatched');
  if (steps.length === 0) return [['in nobody’s hands', ({ seq }) => seq > head.seq]];
  return steps.map(({ id, wait }) => [
    `${id}, look ${wait?.looks ?? 0}`,
    ({ commit: { state } }) => {
      const now = state.steps.find((step) => step.id === id);
      return state.ended !== undefined || now?.status !== 'dispatched' || (now.wait?.looks ?? 0) > (wait?.looks ?? 0);
    },
  ]);
}

/** Null for what is no commit: others end its goal, and say so in the next one. */
function readable(message: Parameters<typeof parseHead>[0]): LogHead | null {
  try {
    return parseHead(message);
  } catch {
    return null;
  }
}
