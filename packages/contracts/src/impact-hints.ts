// What a change breaks and whether it can be taken back: hints of the impact analysis for whoever releases.
import { z } from 'zod';

/** The moment from which on the old revision of a service must not come back: its new one has started (a migration has run), or has had traffic. */
export const FrozenFrom = z.enum(['start', 'traffic']);
export type FrozenFrom = z.infer<typeof FrozenFrom>;

/** What a description is of. `message`: what is published, queued or stored, and so is still there when the one who wrote it is gone. `body`: what is asked and answered. */
export const Described = z.object({
  as: z.enum(['message', 'body', 'unknown']),
  because: z.string().max(200),
  /** Of messages: from when on new ones may be there. */
  from: FrozenFrom,
});
export type Described = z.infer<typeof Described>;

/** Something that others rely on and that changed in a way they do not survive. */
export const BrokenContract = z.object({
  /** `exports`: names that a package gives away. `event`: messages and records described by JSON Schema, Avro or zod. */
  kind: z.enum(['exports', 'openapi', 'protobuf', 'graphql', 'event']),
  file: z.string().max(300),
  unit: z.string().nullable(),
  /** The element: `GET /carts/{id}`, `Cart.total`, `createCart`. */
  element: z.string().max(200),
  because: z.string().max(300),
  /** `file:line` */
  at: z.string().max(320).optional(),
  /** Which way round it breaks. `forward`: who has the old one cannot read what the new one writes. `backward`: who has the new one cannot read what the old one wrote. */
  reads: z
    .array(z.enum(['backward', 'forward']))
    .max(2)
    .optional(),
  described: Described.optional(),
});
export type BrokenContract = z.infer<typeof BrokenContract>;

/**
 * Whether the version before can run again after this one has.
 * `no`: a migration drops, renames or narrows what the old version uses, or the old version cannot read the messages of the new one.
 * `unknown`: a migration that is not understood, or a contract broken for others.
 */
export const Reversibility = z.object({
  reversible: z.enum(['yes', 'no', 'unknown']),
  because: z.string().max(400),
  /** Of `no`: from when on. Where it is not said, from the start. */
  from: FrozenFrom.optional(),
});
export type Reversibility = z.infer<typeof Reversibility>;

/** One statement of a schema migration. `expand` keeps what the old version uses; `contract` does not. */
export const MigrationStep = z.object({
  file: z.string(),
  /** `file:line` */
  at: z.string(),
  kind: z.enum(['expand', 'contract', 'unknown']),
  reversible: z.enum(['yes', 'no', 'unknown']),
  statement: z.string().max(200),
  because: z.string().max(300),
});
export type MigrationStep = z.infer<typeof MigrationStep>;

/** How often changes of a file were followed by their repair, drawn towards the repository's mean where it changed seldom. */
export const ChangeFailure = z.object({
  file: z.string(),
  changes: z.number().int(),
  failures: z.number().int(),
  /** Posterior mean of a beta prior fitted to all files. */
  ratio: z.number().min(0).max(1),
  /** The repository's own mean. */
  mean: z.number().min(0).max(1),
});
export type ChangeFailure = z.infer<typeof ChangeFailure>;

export const ImpactHints = z.object({
  /** What of the change runs: `style`, `configuration`, `docs` and `tests` where nothing else changed. */
  only: z.enum(['nothing', 'style', 'configuration', 'docs', 'tests', 'dependencies', 'code']),
  contracts: z.array(BrokenContract).max(50),
  migrations: z.array(MigrationStep).max(50),
  reversibility: Reversibility,
  /** Dependencies that moved over a major version. */
  majors: z.array(z.object({ package: z.string(), from: z.string(), to: z.string(), file: z.string() })).max(50),
  /** Files that history says break more often than others, worst first. */
  fragile: z.array(ChangeFailure).max(20),
  size: z.object({ files: z.number().int(), lines: z.number().int() }),
  /** By CODEOWNERS; several teams have to agree where there are several. */
  owners: z.array(z.object({ owner: z.string(), files: z.number().int() })).max(50),
});
export type ImpactHints = z.infer<typeof ImpactHints>;
