// What a repository demands of its tests: how the selection is audited, and which failures are known and for how long.
import { z } from 'zod';

/** How much of what the selection leaves out is run all the same, and which rate of misses is too much. */
export const AuditPolicy = z.object({
  /** Chance with which each suite that was left out runs after the verdict. */
  share: z.number().min(0).max(1).default(0.1),
  /** The selection widens while its rate of misses may be above this, at 95 %. */
  bound: z.number().positive().max(1).default(0.05),
  /** true: it widens until the bound is proven, not only after a miss. */
  strict: z.boolean().default(false),
});
export type AuditPolicy = z.infer<typeof AuditPolicy>;

/** A test that may fail until a day, for which somebody answers. */
export const Quarantined = z.object({
  /** As reports name it; `*` stands for any characters. */
  test: z.string().min(1).max(600),
  suite: z.string().min(1).optional(),
  /** Last day of the quarantine, UTC. */
  until: z.iso.date(),
  owner: z.string().min(1).max(120),
  because: z.string().max(400).optional(),
});
export type Quarantined = z.infer<typeof Quarantined>;

export const TestPolicy = z.object({ audit: AuditPolicy, quarantine: z.array(Quarantined).max(500) });
export type TestPolicy = z.infer<typeof TestPolicy>;

/** What a repository without an awo.yaml is taken to want. */
export const DEFAULT_TEST_POLICY: TestPolicy = { audit: AuditPolicy.parse({}), quarantine: [] };
