// What a change touches: the reach computed from git objects, and the impact agent's verdict on it.
import { z } from 'zod';

/** Why something is touched: one link of a chain that starts at a changed file. */
export const Reason = z.object({
  kind: z.enum(['changed-file', 'import', 'manifest', 'shared-config', 'unknown-file', 'unparsable', 'lockfile', 'correction']),
  from: z.string(),
  to: z.string(),
  /** `file:line` */
  at: z.string(),
  text: z.string().max(400),
});
export type Reason = z.infer<typeof Reason>;

export const FileKind = z.enum(['code', 'test', 'style', 'asset', 'docs', 'config', 'manifest', 'lockfile', 'unknown']);

export const ChangedFile = z.object({
  path: z.string(),
  status: z.enum(['added', 'modified', 'deleted', 'renamed']),
  kind: FileKind,
  unit: z.string().nullable(),
  addedLines: z.number().int(),
  deletedLines: z.number().int(),
});
export type ChangedFile = z.infer<typeof ChangedFile>;

export const ChangedUnit = z.object({
  id: z.string(),
  change: z.enum(['direct', 'implicit']),
  /** What kinds of files of it changed; empty when it is reached through others. */
  fileKinds: z.array(FileKind),
  /** The shortest chain from a changed file to this unit. */
  reasons: z.array(Reason),
});
export type ChangedUnit = z.infer<typeof ChangedUnit>;

/** When an analysis is not sure it widens, and says so. */
export const Fallback = z.object({
  kind: z.enum(['unknown-file', 'unparsable-file', 'root-config', 'no-base', 'too-large']),
  files: z.array(z.string()).max(50),
  because: z.string(),
});

/** Facts, computed without running or checking out anything. */
export const Reach = z.object({
  base: z.string().nullable(),
  head: z.string(),
  files: z.array(ChangedFile),
  filesTotal: z.number().int(),
  units: z.array(ChangedUnit),
  fallback: Fallback.nullable(),
  graph: z.object({ files: z.number().int(), edges: z.number().int(), parsed: z.number().int(), ms: z.number() }),
});
export type Reach = z.infer<typeof Reach>;

/** The impact agent's verdict on one change. */
export const ImpactAssessed = z.object({
  base: z.string().nullable(),
  head: z.string(),
  kind: z.enum(['first-release', 'code', 'style', 'docs', 'nothing', 'unsure']),
  units: z.array(z.object({ id: z.string(), change: z.enum(['direct', 'implicit']), because: z.string() })),
  /** Services whose running code differs between base and head. */
  services: z.array(z.string()),
  /** Suites to run, and those left out with the reason. */
  suites: z.array(z.string()),
  dropped: z.array(z.object({ suite: z.string(), because: z.string() })),
  risk: z.enum(['low', 'medium', 'high']),
  riskBecause: z.string(),
  fallback: z.string().nullable(),
  filesChanged: z.number().int(),
  linesChanged: z.number().int(),
});
export type ImpactAssessed = z.infer<typeof ImpactAssessed>;
