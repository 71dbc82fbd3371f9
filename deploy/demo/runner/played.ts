// Which releases have ended already, so that the next start goes on where this one was.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { GoalId, Outcome, Sha } from '@awo/contracts';

/** What a stage of a rollout cost: requests and errors of the new one, and the requests of the old one meanwhile. */
export const Exposure = z.object({
  service: z.string(),
  newRequests: z.number(),
  newErrors: z.number(),
  oldRequests: z.number(),
  customersWithErrors: z.number(),
});
export type Exposure = z.infer<typeof Exposure>;

export const PlayedRelease = z.object({
  ref: z.string(),
  sha: Sha,
  subject: z.string(),
  goal: GoalId,
  outcome: Outcome,
  because: z.string(),
  exposures: z.array(Exposure),
  /** Requests that the shop's customers saw fail while this release was under way, and right before it. */
  failedForCustomers: z.number().int(),
});
export type PlayedRelease = z.infer<typeof PlayedRelease>;

/** Trouble that nobody released, and what became of it. */
export const PlayedIncident = z.object({
  goal: GoalId,
  outcome: Outcome,
  because: z.string(),
  /** From the fault until it was noticed, and until the repair held. */
  noticedMs: z.number(),
  tookMs: z.number(),
  failedForCustomers: z.number().int(),
});
export type PlayedIncident = z.infer<typeof PlayedIncident>;

/** A release past the point of no return, and how a person went on where the agents called one. */
export const PlayedNoWayBack = z.object({
  ref: z.string(),
  subject: z.string(),
  goal: GoalId,
  outcome: Outcome,
  because: z.string(),
  forward: z.object({ ref: z.string(), goal: GoalId, outcome: Outcome, because: z.string() }).nullable(),
});
export type PlayedNoWayBack = z.infer<typeof PlayedNoWayBack>;

const TestedRun = z.object({ firstFailureMs: z.number().nullable(), /** The one that came first. */ suite: z.string() });
/** The same mistake tested several times by somebody who knew nothing before. */
export const PlayedLearning = z.object({ ref: z.string(), runs: z.number().int(), first: TestedRun, last: TestedRun });
export type PlayedLearning = z.infer<typeof PlayedLearning>;

export const Played = z.object({
  v: z.literal(1),
  /** Part of the ids under which the releases were asked for. */
  salt: z.string(),
  releases: z.array(PlayedRelease),
  incident: PlayedIncident.optional(),
  noWayBack: PlayedNoWayBack.optional(),
  learning: PlayedLearning.optional(),
  /** A change whose tests had a gap; null: none was closed. */
  gap: z.object({ ref: z.string(), branch: z.string().nullable() }).optional(),
});
export type Played = z.infer<typeof Played>;

/** Undefined where nothing was played here. Throws where the file is not readable as such. */
export async function readPlayed(file: string): Promise<Played | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : Played.parse(JSON.parse(text));
}

/** Whole or not at all: Ctrl-C may come at any moment. */
export async function savePlayed(file: string, played: Played): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(played, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
