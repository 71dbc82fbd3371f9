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
      const kv = await store();
      const found: Hold[] = [];
      for await (const key of await kv.keys(`${PREFIX}>`)) {
        const entry = await kv.get(key);
        if (entry?.operation === 'PUT') found.push(Hold.parse(entry.json()));
      }
      return found.toSorted((a, b) => a.at.localeCompare(b.at));
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
