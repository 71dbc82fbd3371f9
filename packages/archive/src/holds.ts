// Legal holds: goals that are neither sealed nor removed until somebody releases them. Each change is recorded in HISTORY.
import { subjects } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { Hold } from './requests.ts';
import type { ArchiveRecord } from './requests.ts';

const PREFIX = 'hold.';
const keyOf = (goal: string) => `${PREFIX}${goal}`;

export type Holds = {
  all: () => Promise<Hold[]>;
  isHeld: (goal: string) => Promise<boolean>;
  hold: (hold: Hold) => Promise<void>;
  /** False: there was none. */
  release: (release: Hold) => Promise<boolean>;
};

export function openHolds(bus: Bus): Holds {
  const store = () => bus.kv('archived');
  // Recorded first: a hold without a record could not be told from one that nobody ordered.
  const record = (action: 'hold' | 'release', { goal, ...why }: Hold) =>
    bus.js.publish(subjects.history('archive', goal), JSON.stringify({ action, goal, ...why } satisfies ArchiveRecord), {
      msgID: `archive-${action}-${goal}-${why.at}`,
    });
  const isHeld = async (goal: string) => (await (await store()).get(keyOf(goal)))?.operation === 'PUT';
  return {
    isHeld,
    all: async () => {
      const found = new Map<string, Hold>();
      // From the leader, one by one: there are few, and a copy that lags would not know of one that was just ordered.
      for (let seq = 1; ;) {
        const next = { seq, next_by_subj: `$KV.archived.${PREFIX}>` };
        const message = await bus.jsm.streams.getMessage('KV_archived', next);
        if (!message) break;
        seq = message.seq + 1;
        if (message.header?.get('KV-Operation')) found.delete(message.subject);
        else found.set(message.subject, Hold.parse(message.json()));
      }
      return [...found.values()].toSorted((a, b) => a.at.localeCompare(b.at));
    },
    hold: async (hold) => {
      await record('hold', hold);
      await (await store()).put(keyOf(hold.goal), JSON.stringify(hold));
    },
    release: async (release) => {
      if (!(await isHeld(release.goal))) return false;
      await record('release', release);
      await (await store()).delete(keyOf(release.goal));
      return true;
    },
  };
}
