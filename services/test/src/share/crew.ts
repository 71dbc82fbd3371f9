// This process as one of several test agents: its name among them, and how much it has in work.
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';

const MB = 1024 * 1024;
/** What a suite is taken to need. The test server waits by what is really free. */
const MEMORY_PER_SUITE_MB = 512;

export type Machine = { cores: number; memoryFreeMb: number };
export const thisMachine = (): Machine => ({ cores: availableParallelism(), memoryFreeMb: Math.floor(process.availableMemory() / MB) });

/** How many suites fit side by side. One always does, or nothing would ever run. */
export const widthOn = ({ cores, memoryFreeMb }: Machine): number => Math.max(1, Math.min(cores, Math.floor(memoryFreeMb / MEMORY_PER_SUITE_MB)));

export type Crew = {
  /** One process: whoever is started again under the same instance name knows nothing of what its forerunner was given. */
  id: string;
  /** Counts a suite of its own step as in work until the result is called. */
  begin(): () => void;
  /** Room for a suite of somebody else's step, as begun; null: none is free now. */
  room(): (() => void) | null;
};

/** `machine` is a parameter so that a test can have another one. */
export function openCrew(machine: () => Machine = thisMachine): Crew {
  let inWork = 0;
  const begin = () => {
    inWork += 1;
    return () => void (inWork -= 1);
  };
  return {
    id: randomUUID(),
    begin,
    room: () => {
      const { cores, memoryFreeMb } = machine();
      // What runs has its memory already: only the next one's has to be free.
      return inWork < cores && memoryFreeMb >= MEMORY_PER_SUITE_MB ? begin() : null;
    },
  };
}
