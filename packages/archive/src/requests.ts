// What people and programs ask of the archiver on `awo.archive.<verb>`, and what it answers.
import { SignedCheckpoint } from '@awo/bus';
import { GOAL_KINDS, GoalId, Outcome, Timestamp } from '@awo/contracts';
import { z } from 'zod';
import { ArchivedCommit, Hash, SealedGoal } from './manifest.ts';

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

const Why = { at: Timestamp, because: z.string() };
/** What stands in `awo.history.archive.*`: who held or released what, what retention removed, what was anchored. */
export const ArchiveRecord = z.discriminatedUnion('action', [
  z.strictObject({ action: z.enum(['hold', 'release']), goal: GoalId, who: z.string(), ...Why }),
  z.strictObject({ action: z.literal('remove'), pack: z.number().int(), goals: z.array(GoalId), ...Why }),
  z.strictObject({ action: z.literal('anchor'), pack: z.number().int(), manifest: Hash, capability: z.string(), at: Timestamp, answer: z.unknown() }),
]);
export type ArchiveRecord = z.infer<typeof ArchiveRecord>;

export const ArchiveStatus = z.object({
  place: z.string(),
  packs: z.number(),
  goals: z.number(),
  bytes: z.number(),
  last: z.object({ pack: z.number(), manifest: z.string() }),
  graceS: z.number(),
  /** The last pack whose checkpoint lies outside of the installation; null where none does. */
  anchored: z.object({ pack: z.number(), at: Timestamp }).nullable(),
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
  /** `anchors`: signed checkpoints as they were given to the tool outside. */
  verify: { takes: z.strictObject({ anchors: z.array(SignedCheckpoint).max(1000).optional() }), gives: ArchiveCheck },
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
