// Keeps the waiting room in step with the log: which goals are open when the planner starts, and which have ended since.
import { setTimeout as sleep } from 'node:timers/promises';
import { RetryableError } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { isEnded } from '@awo/goal';
import type { Logger } from '@awo/telemetry';
import { turnOf } from './waiting-room.ts';
import type { WaitingRoom } from './waiting-room.ts';

const LOOK_MS = 500;
/** Read at the same time. */
const ABREAST = 32;

type Runtime = { bus: Bus; signal: AbortSignal; log: Logger };

/** Tells a new room which goals are open. Before anything is taken in: a room that knew of none would let too many begin. */
export async function rememberOpenGoals({ bus, signal, log }: Runtime, room: WaitingRoom): Promise<void> {
  const remember = async () => {
    for (const { commit } of await bus.goals()) if (!isEnded(commit.state)) room.remember(commit.goal, turnOf(commit.state.spec));
  };
  while (!signal.aborted && !(await looked(signal, log, remember))) await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
}

/** Runs until `signal` aborts. Looks only while somebody waits or many are open: the room forgets nobody in between, it only counts too many. */
export async function followOpenGoals({ bus, signal, log }: Runtime, room: WaitingRoom): Promise<void> {
  let restMs = LOOK_MS;
  while (!signal.aborted) {
    await sleep(restMs, undefined, { signal }).catch(() => undefined);
    const before = room.open().length;
    if (room.waiting() > 0 || room.isHalfFull()) await looked(signal, log, () => closeEnded(bus, room));
    // Where goals end fast, places get free fast.
    restMs = room.open().length < before ? LOOK_MS / 5 : LOOK_MS;
  }
}

async function closeEnded(bus: Bus, room: WaitingRoom): Promise<void> {
  const goals = room.open();
  for (let from = 0; from < goals.length; from += ABREAST)
    await Promise.all(
      goals.slice(from, from + ABREAST).map(async (goal) => {
        const head = await bus.lastCommit(goal);
        // No log: its first commit is just being written, or the goal is archived already.
        if (head ? isEnded(head.commit.state) : room.isOlder(goal, Date.now())) room.close(goal);
      }),
    );
}

/** False: the server is away for a while, or it is time to stop. */
async function looked(signal: AbortSignal, log: Logger, look: () => Promise<void>): Promise<boolean> {
  try {
    await look();
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    if (!(error instanceof RetryableError)) throw error;
    log.warn({ err: error }, 'cannot see which goals are open');
    return false;
  }
}
