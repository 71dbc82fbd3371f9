// What people and programs ask of the archiver on `awo.archive.<verb>`, and what it answers.
import { GOAL_KINDS, GoalId, Outcome, Timestamp } from '@awo/contracts';
import { z } from 'zod';
import { ArchivedCommit, SealedGoal } from './manifest.ts';

export const ArchiveFilter = z.strictObject({
  service: z.string().optional(),
  environment: z.string().optional(),
  outcome: Outcome.optional(),
  kind: z.enum(GOAL_KINDS).optional(),
  /** By the goal's end. */
  since: Timestamp.optional(),
  until: Timestamp.optional(),
  /** A git commit, or the beginning of its id. */
  revision: z
    .string()
    .regex(/^[0-9a-f]{4,64}$/, 'four or more hexadecimal digits')
    .optional(),
  /** The beginning of a goal's id. */
  goal: z.string().optional(),
  limit: z.number().int().min(1).max(1000).default(50),
});
export type ArchiveFilter = z.infer<typeof ArchiveFilter>;

export const FoundGoal = SealedGoal.extend({ pack: z.number().int(), removed: z.boolean() });
export type FoundGoal = z.infer<typeof FoundGoal>;

export const Hold = z.strictObject({ goal: GoalId, because: z.string(), who: z.string(), at: Timestamp });
export type Hold = z.infer<typeof Hold>;

export const ArchiveStatus = z.object({
  place: z.string(),
  packs: z.number(),
  goals: z.number(),
  bytes: z.number(),
  last: z.object({ pack: z.number(), manifest: z.string() }),
  graceS: z.number(),
  holds: z.array(Hold),
  /** Ended goals that stay in the log, and why. */
  kept: z.array(z.object({ goal: z.string(), because: z.string() })),
  purged: z.object({ goals: z.number() }),
});
export type ArchiveStatus = z.infer<typeof ArchiveStatus>;

export const ArchiveCheck = z.object({
  packs: z.number(),
  goals: z.number(),
  commits: z.number(),
  removed: z.number(),
  problems: z.array(z.object({ pack: z.number(), what: z.string() })),
});
export type ArchiveCheck = z.infer<typeof ArchiveCheck>;

/** Every verb: what it takes and gives. */
export const ARCHIVE_VERBS = {
  find: { takes: ArchiveFilter, gives: z.object({ goals: z.array(FoundGoal) }) },
  /** A piece of a goal's log: `next` is where the rest begins. `removed`: retention took the commits. */
  read: {
    takes: z.strictObject({ goal: GoalId, from: z.number().int().min(0) }),
    gives: z.object({ found: FoundGoal.nullable(), commits: z.array(ArchivedCommit), next: z.number().nullable() }),
  },
  status: { takes: z.strictObject({}), gives: ArchiveStatus },
  verify: { takes: z.strictObject({}), gives: ArchiveCheck },
  rebuild: { takes: z.strictObject({}), gives: z.object({ packs: z.number(), goals: z.number() }) },
  hold: { takes: z.strictObject({ goal: GoalId, because: z.string().min(1).max(400), who: z.string().max(120) }), gives: z.object({ hold: Hold }) },
  release: {
    takes: z.strictObject({ goal: GoalId, because: z.string().min(1).max(400), who: z.string().max(120) }),
    gives: z.object({ released: z.boolean() }),
  },
} as const;
export type ArchiveVerb = keyof typeof ARCHIVE_VERBS;
export type Takes<V extends ArchiveVerb> = z.input<(typeof ARCHIVE_VERBS)[V]['takes']>;
export type Gives<V extends ArchiveVerb> = z.output<(typeof ARCHIVE_VERBS)[V]['gives']>;

export const ArchiveReply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string(), hint: z.string().optional() }),
]);
export type ArchiveReply = z.infer<typeof ArchiveReply>;

export const archiveSubject = (verb: string): string => `awo.archive.${verb}`;
