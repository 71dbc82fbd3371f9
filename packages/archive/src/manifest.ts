// What a pack says of itself: which goals it holds, the digest of each, and the pack before it. Signed as a whole.
import { Digest, GoalId, GoalSpec, Outcome, Sha, Timestamp } from '@awo/contracts';
import { z } from 'zod';

/** SHA-256, hex. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** One finished goal: everything that it is found by, and what proves its commits. */
export const SealedGoal = z.strictObject({
  goal: GoalId,
  spec: GoalSpec,
  /** Null for goals that touch none. */
  environment: z.string().nullable(),
  services: z.array(z.string()),
  /** Every git commit that the goal worked with. */
  revisions: z.array(Sha),
  outcome: Outcome,
  because: z.string(),
  report: Digest.optional(),
  source: z.string(),
  acceptedAt: Timestamp,
  endedAt: Timestamp,
  commits: z.number().int().min(1),
  /** SHA-256 of the last commit's bytes: with it the whole chain is held. */
  head: Hash,
  /** Bytes of its frame in the pack, and their SHA-256. */
  length: z.number().int().min(1),
  digest: Hash,
});
export type SealedGoal = z.infer<typeof SealedGoal>;

export const Manifest = z.strictObject({
  v: z.literal(1),
  /** 1, 2, 3, … without a gap. */
  pack: z.number().int().min(1),
  /** SHA-256 of the manifest of the pack before; 64 zeros for the first. */
  prev: Hash,
  at: Timestamp,
  goals: z.array(SealedGoal).min(1),
});
export type Manifest = z.infer<typeof Manifest>;

/** What the installation's key signs when a pack is made. */
export const PackCheckpoint = z.strictObject({ pack: z.number().int(), manifest: Hash, prev: Hash, goals: z.number().int(), at: Timestamp });

/** What it signs when retention takes a goal's commits out of a pack. The manifest keeps saying that the goal was there. */
export const RemovalCheckpoint = z.strictObject({ removed: GoalId, pack: z.number().int(), manifest: Hash, at: Timestamp, because: z.string() });
export type RemovalCheckpoint = z.infer<typeof RemovalCheckpoint>;

/** One commit as it stood in the stream. `commit` is its exact text: the hash chain is over these bytes. */
export const ArchivedCommit = z.strictObject({
  seq: z.number().int(),
  subject: z.string(),
  traceparent: z.string().optional(),
  commit: z.string(),
});
export type ArchivedCommit = z.infer<typeof ArchivedCommit>;
