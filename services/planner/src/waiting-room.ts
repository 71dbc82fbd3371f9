// Who may begin now and who waits, of the goals in INBOX: a bounded number is open, services take turns, people and rollbacks do not queue behind machines. Pure but for what it remembers.
import { TerminalError } from '@awo/contracts';
import type { GoalSpec } from '@awo/contracts';

/** Lanes in the order in which they are served. `urgent`: a person waits for it, or it brings back what worked. */
const LANES = ['urgent', 'production', 'other'] as const;
export type Lane = (typeof LANES)[number];

export type RoomLimits = {
  /** Goals open at a time; `urgent` ones may go beyond by `reserve`. */
  open: number;
  reserve: number;
  /** Goals of one service and environment open at a time: one runs, the next ones are planned. Not for `urgent`. */
  openPerService: number;
  /** Goals that may wait; beyond that they are refused. */
  waiting: number;
};

export const ROOM_LIMITS: RoomLimits = { open: 200, reserve: 50, openPerService: 4, waiting: 20_000 };

/** The usual limits, or others by `AWO_OPEN_GOALS` and `AWO_WAITING_GOALS`. Throws TerminalError `bad-config` for what is no number above zero. */
export function roomLimits(env: Readonly<Record<string, string | undefined>>): RoomLimits {
  const number = (name: string, usual: number, most: number): number => {
    const value = Number(env[name] ?? usual);
    if (Number.isInteger(value) && value > 0 && value <= most) return value;
    throw new TerminalError('bad-config', `${name} is ${JSON.stringify(env[name])}; expected is a whole number from 1 to ${most}.`);
  };
  // The INBOX consumer of deploy/nats/bus.yaml hands out 25,000 at most (max_ack_pending).
  return { ...ROOM_LIMITS, open: number('AWO_OPEN_GOALS', ROOM_LIMITS.open, 10_000), waiting: number('AWO_WAITING_GOALS', ROOM_LIMITS.waiting, 24_000) };
}

export type Verdict =
  | { kind: 'begin' }
  /** `place` 1 is next. To be asked again after `againMs`. */
  | { kind: 'wait'; place: number; againMs: number }
  | { kind: 'full'; waiting: number; roomInMs: number };

const SHORTEST_MS = 200;
const LONGEST_MS = 60_000;
/** However slow it went until now, about so many of those who wait ask again in a second, all together: the pace may have changed. */
const LOOKS_PER_SECOND = 300;
/** These look every second, however slow it went until now. */
const NEXT_FEW = 16;
/** Not heard of for so long after it should have come again: another replica has it. */
const LOST_MS = 15_000;
/** A goal that has begun has its first commit by then, or its message comes again. */
const LOG_WITHIN_MS = 10_000;

export const laneOf = (spec: GoalSpec, source: string): Lane =>
  spec.kind === 'rollback' || spec.kind === 'remediate' || source === 'cli'
    ? 'urgent'
    : spec.kind === 'release' && spec.environment === 'production'
      ? 'production'
      : 'other';

/** What takes turns: a service of an environment, or a repository's checks. */
export const turnOf = (spec: GoalSpec): string =>
  spec.kind === 'remediate'
    ? `remediate ${spec.environment}/${spec.service}`
    : spec.kind === 'release' || spec.kind === 'rollback'
      ? `${spec.environment}/${spec.service ?? '*'}`
      : `${spec.kind} ${spec.repo ?? ''}`;

type Waiter = { seq: number; againAt: number };
type Queue = { lane: Lane; turn: string; waiters: Waiter[] };

export type WaitingRoom = ReturnType<typeof openWaitingRoom>;

export function openWaitingRoom(limits: RoomLimits = ROOM_LIMITS) {
  const queues = new Map<string, Queue>();
  const open = new Map<string, { turn: string; since: number }>();
  const openOf = new Map<string, number>();
  /** When the last goals began: how fast places get free. */
  const began: number[] = [];
  let waiting = 0;

  const nameOf = (lane: Lane, turn: string) => `${lane} ${turn}`;
  const mayBegin = (lane: Lane, turn: string) =>
    lane === 'urgent' ? open.size < limits.open + limits.reserve : open.size < limits.open && (openOf.get(turn) ?? 0) < limits.openPerService;

  const begin = (goal: string, turn: string, since: number) => {
    open.set(goal, { turn, since });
    openOf.set(turn, (openOf.get(turn) ?? 0) + 1);
  };
  const close = (goal: string) => {
    const turn = open.get(goal)?.turn;
    if (turn === undefined) return;
    open.delete(goal);
    const left = (openOf.get(turn) ?? 1) - 1;
    if (left > 0) openOf.set(turn, left);
    else openOf.delete(turn);
  };
  const leave = (queue: Queue, count: number, at: number) => {
    waiting -= queue.waiters.splice(at, count).length;
    if (queue.waiters.length === 0) queues.delete(nameOf(queue.lane, queue.turn));
  };
  const headOf = (queue: Queue, now: number): Waiter | undefined => {
    for (let head = queue.waiters[0]; head; head = queue.waiters[0]) {
      if (head.againAt + LOST_MS > now) return head;
      leave(queue, 1, 0);
    }
    return undefined;
  };
  /** Somebody of a lane before this one could begin now. */
  const othersFirst = (lane: Lane, now: number) =>
    [...queues.values()].some((queue) => LANES.indexOf(queue.lane) < LANES.indexOf(lane) && mayBegin(queue.lane, queue.turn) && headOf(queue, now));
  const perSecond = (now: number) => {
    while (began[0] !== undefined && began[0] < now - 10_000) began.shift();
    return Math.max(0.5, began.length / Math.max(1, (now - (began[0] ?? now)) / 1000));
  };

  return {
    /**
     * Asked for each message, and again for each that waits. `seq`: its place in the stream. A goal that begins counts as open until `close`.
     * `promised`: it may have been told that it waits, by a room that is gone or by another replica's; so it is never refused for lack of room.
     */
    ask: (seq: number, goal: string, lane: Lane, turn: string, now: number, promised = false): Verdict => {
      // Begun before, and its message came again.
      if (open.has(goal)) return { kind: 'begin' };
      const name = nameOf(lane, turn);
      const known = queues.get(name);
      const head = known && headOf(known, now);
      const index = known ? placeOf(known.waiters, seq) : 0;
      const waits = known?.waiters[index]?.seq === seq;
      if (mayBegin(lane, turn) && (!head || head.seq >= seq) && !othersFirst(lane, now)) {
        if (known && waits) leave(known, 1, index);
        begin(goal, turn, now);
        began.push(now);
        return { kind: 'begin' };
      }
      if (!waits && !promised && waiting >= limits.waiting) return { kind: 'full', waiting, roomInMs: Math.ceil(waiting / perSecond(now)) * 1000 };
      // Queues take turns, so each goal ahead in the own queue stands for one of every queue.
      const place = Math.min(index * Math.max(1, queues.size) + 1, waiting + 1);
      // A little before its turn at this pace, so that the pace can grow; not much, or so many looks would keep new goals from being looked at.
      const soonMs = Math.min((800 * (place - 1)) / perSecond(now), (1000 * waiting) / LOOKS_PER_SECOND);
      // Whole milliseconds, because the server takes a delay with a fraction for none.
      const againMs = Math.ceil(Math.min(place <= NEXT_FEW ? 1000 : LONGEST_MS, Math.max(SHORTEST_MS, soonMs)));
      const queue = queues.get(name) ?? { lane, turn, waiters: [] };
      queues.set(name, queue);
      if (waits) queue.waiters[index] = { seq, againAt: now + againMs };
      else {
        queue.waiters.splice(index, 0, { seq, againAt: now + againMs });
        waiting++;
      }
      return { kind: 'wait', place, againMs };
    },
    /** For a goal that has been heard of before the stream handed it out. True: it begins, and counts as open until `close`. */
    beginAtOnce: (goal: string, lane: Lane, turn: string, now: number): boolean => {
      const queued = [...queues.values()].some((queue) => queue.lane === 'urgent' && headOf(queue, now));
      if (lane !== 'urgent' || queued || open.has(goal) || !mayBegin(lane, turn)) return false;
      begin(goal, turn, now);
      return true;
    },
    /** A goal that has begun before this process did. */
    remember: (goal: string, turn: string) => {
      if (!open.has(goal)) begin(goal, turn, 0);
    },
    close,
    open: () => [...open.keys()],
    isHalfFull: () => open.size * 2 >= limits.open,
    /** Open for long enough to have a log. */
    isOlder: (goal: string, now: number) => now - (open.get(goal)?.since ?? 0) > LOG_WITHIN_MS,
    waiting: () => waiting,
  };
}

/** Where `seq` stands, or would stand, in a queue ordered by sequence. */
function placeOf(waiters: readonly Waiter[], seq: number): number {
  let [low, high] = [0, waiters.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((waiters[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
