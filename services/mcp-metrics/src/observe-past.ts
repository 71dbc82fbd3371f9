// observe.past: what a service has had per minute and per hour, as its edge has written it down.
import { readFile } from 'node:fs/promises';
import { EdgePast, localFiles, type observePast, RetryableError } from '@awo/contracts';
import type { z } from 'zod';
import { findService } from './places.ts';

const MINUTE_MS = 60_000;
const MINUTES = 360;
const HOURS = 672;
/** An hour of which less was counted says too little of its traffic. */
const MINUTES_OF_AN_HOUR = 50;

type Past = z.infer<typeof observePast.output>;

/** Only what is over counts: the present minute and hour are not in it. */
export const past =
  (home: string, now: () => number = Date.now) =>
  async (args: z.infer<typeof observePast.input>): Promise<Past> => {
    findService(home, args.environment, args.service);
    const own = (await read(localFiles(home, args.environment).past)).services.find((s) => s.name === args.service);
    const minute = Math.floor(now() / MINUTE_MS);
    const minutes = stretches(own?.minutes ?? [], minute, MINUTES, 0);
    const hours = stretches(own?.hours ?? [], Math.floor(minute / 60), HOURS, MINUTES_OF_AN_HOUR);
    return { at: new Date(minute * MINUTE_MS).toISOString(), minutes, hours };
  };

/** The stretches before `end`, oldest first, null for those that nobody counted; from the first known one on. */
function stretches(known: readonly (readonly number[])[], end: number, most: number, leastMinutes: number): Past['minutes'] {
  const counted = known.filter(([index = 0, , , minutes]) => index < end && index >= end - most && (minutes ?? leastMinutes) >= leastMinutes);
  const byIndex = new Map(counted.map(([index = 0, requests = 0, errors = 0]) => [index, [requests, errors] as [number, number]]));
  const first = counted[0]?.[0] ?? end;
  return Array.from({ length: end - first }, (_, i) => byIndex.get(first + i) ?? null);
}

async function read(file: string): Promise<EdgePast> {
  try {
    return EdgePast.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    // Its first minute is not over yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { services: [] };
    throw new RetryableError('tool-unavailable', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, 1000);
  }
}
