// connectBus: one connection with everything a service or a person does on the bus.
import { ReleaseOutcome, outcomesSubject } from '@awo/contracts';
import type { Author, GoalSpec } from '@awo/contracts';
import type { Writer } from '@awo/goal';
import type { KV } from '@nats-io/kv';
import { openConnection } from './connect.ts';
import type { Connection, ConnectOptions } from './connect.ts';
import { openEvidence } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { endBroken } from './broken.ts';
import { submitGoal } from './inbox.ts';
import type { IntakeReply } from './inbox.ts';
import { commitsBy, currentCommit, follow, history, lastCommit, pickupsOf, recentGoals, storedMessages } from './read.ts';
import type { UnreadableGoal } from './read.ts';
import { schedule } from './timers.ts';
import type { Timer } from './timers.ts';
import { writeEvents } from './write.ts';
import type { WriteRequest } from './write.ts';
import { parseJson } from './append.ts';
import type { LogHead } from './append.ts';

export type Refused = { at: string; subject: string; code: string; reason: string; body: string };

export type Bus = Connection & {
  evidence: Evidence;
  /** Never older than `known`. */
  lastCommit: (goal: string, known?: LogHead | null) => ReturnType<typeof lastCommit>;
  /** For what no guard protects: fails where the goal is read at less than `atLeast`. */
  currentCommit: (goal: string, atLeast?: number) => ReturnType<typeof currentCommit>;
  history: (goal: string, fromSeq?: number) => ReturnType<typeof history>;
  follow: (options: { goal?: string; fromSeq?: number; signal: AbortSignal }) => ReturnType<typeof follow>;
  /** Last commit of each goal that moved recently, newest first. */
  goals: (window?: number) => Promise<LogHead[]>;
  /** The same, and the goals that moved recently but cannot be read by this version. */
  recent: (window?: number) => Promise<{ heads: LogHead[]; unreadable: UnreadableGoal[] }>;
  /** What one role has written to the goals that are not archived yet, oldest first. */
  commitsBy: (author: Author) => Promise<LogHead[]>;
  /** How the work of each role is picked up. */
  pickups: () => ReturnType<typeof pickupsOf>;
  /** Messages that were refused at the door, oldest first. */
  refused: () => Promise<Refused[]>;
  /** What releases of one environment, or of all, came to: oldest first, one for each goal. What this version cannot read is left out. */
  outcomes: (environment?: string) => Promise<ReleaseOutcome[]>;
  /** How the incidents of `<environment>_<service>` ended, oldest first. */
  incidents: (key: string) => Promise<unknown[]>;
  write: (request: WriteRequest) => ReturnType<typeof writeEvents>;
  /** Ends a goal whose last message is no commit; null where there is nothing to end. */
  endBroken: (goal: string, by: Writer, at: Date) => ReturnType<typeof endBroken>;
  submit: (spec: GoalSpec, options?: { id?: string; source?: string; timeoutMs?: number }) => Promise<IntakeReply>;
  schedule: (timer: Timer) => Promise<void>;
  kv: (bucket: string) => Promise<KV>;
  /** Lets what is on its way arrive, then closes. */
  close: () => Promise<void>;
};

/** Errors: see `openConnection`. */
export async function connectBus(options: ConnectOptions): Promise<Bus> {
  return busOn(await openConnection(options));
}

/** The bus over a connection that stands: a real one, or that of the simulation. */
export function busOn(connection: Connection): Bus {
  const buckets = new Map<string, Promise<KV>>();
  return {
    ...connection,
    evidence: openEvidence(connection),
    lastCommit: (goal, known) => lastCommit(connection, goal, known),
    currentCommit: (goal, atLeast) => currentCommit(connection, goal, atLeast),
    history: (goal, fromSeq) => history(connection, goal, fromSeq),
    follow: (o) => follow(connection, o),
    goals: async (window) => (await recentGoals(connection, window)).heads,
    recent: (window) => recentGoals(connection, window),
    commitsBy: (author) => commitsBy(connection, author),
    pickups: () => pickupsOf(connection),
    refused: async () => {
      const found: Refused[] = [];
      for await (const m of storedMessages(connection, 'HISTORY', 'awo.history.refused.*')) found.push(parseJson(m.data) as Refused);
      return found;
    },
    outcomes: async (environment = '*') => {
      const found = new Map<string, ReleaseOutcome>();
      for await (const m of storedMessages(connection, 'HISTORY', outcomesSubject(environment))) {
        const outcome = ReleaseOutcome.safeParse(parseJson(m.data)).data;
        if (outcome) found.set(outcome.goal, outcome);
      }
      return [...found.values()];
    },
    incidents: async (key) => {
      const found: unknown[] = [];
      for await (const m of storedMessages(connection, 'HISTORY', `awo.history.incidents.${key}`)) found.push(parseJson(m.data));
      return found;
    },
    write: (request) => writeEvents(connection, request),
    endBroken: (goal, by, at) => endBroken(connection, goal, by, at),
    submit: (spec, o) => submitGoal(connection, spec, o),
    schedule: (timer) => schedule(connection, timer),
    kv: (bucket) => {
      const known = buckets.get(bucket);
      if (known) return known;
      const open = import('@nats-io/kv').then(({ Kvm }) => new Kvm(connection.js).open(bucket));
      buckets.set(bucket, open);
      // Opened while the bus was away: the next one tries again, or this process could never use it any more.
      open.catch(() => buckets.delete(bucket));
      return open;
    },
    close: async () => {
      await connection.nc.drain().catch(() => connection.nc.close());
    },
  };
}
