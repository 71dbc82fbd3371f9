// What `awo impact` prints: units, tests and strategy of a change, each with the chain of reasons that leads to it.
import { z } from 'zod';
import { ImpactHints } from './impact-hints.ts';

export const FileKind = z.enum(['code', 'test', 'style', 'asset', 'docs', 'config', 'manifest', 'lockfile', 'unknown']);

export const IMPACT_LINKS = [
  'changed-file',
  'import',
  'symbol',
  'same-package',
  'test-support',
  'manifest',
  'shared-config',
  'lockfile',
  'unknown-file',
  'unparsable',
  'unit',
  'none-semantic',
  'file-read',
  'env',
  'config-key',
  'route',
  'subject',
  'table',
  'schema',
  'flag',
  'injection',
  'rpc',
  'graphql',
  'translation',
  'template',
  'generated',
  'deployment',
  'package',
  'shared-name',
  'field',
  'co-change',
  'correction',
] as const;

/** One link of a chain. `from` of the first link is the changed file where the chain starts; `confidence` is that of the link alone. */
export const ImpactReason = z.object({
  kind: z.enum(IMPACT_LINKS),
  from: z.string(),
  to: z.string(),
  /** `file:line` */
  at: z.string(),
  confidence: z.number().min(0).max(1),
  text: z.string().max(400),
});
export type ImpactReason = z.infer<typeof ImpactReason>;

export const ImpactedUnit = z.object({
  id: z.string(),
  kind: z.string(),
  change: z.enum(['direct', 'implicit', 'none-semantic']),
  /** What kinds of files of it changed; empty where it is reached through others, `test` alone where nothing but its tests is. */
  fileKinds: z.array(FileKind),
  risk: z.enum(['low', 'medium', 'high']),
  reasons: z.array(ImpactReason),
});
export type ImpactedUnit = z.infer<typeof ImpactedUnit>;

/** Something in it, or in what it uses, does other things than before. */
export const TouchedUnit = ImpactedUnit.extend({ change: z.enum(['direct', 'implicit']) });
export type TouchedUnit = z.infer<typeof TouchedUnit>;

export const ImpactedTest = z.object({
  file: z.string(),
  unit: z.string().nullable(),
  /** A test inside the file, where one alone is meant. */
  test: z.string().optional(),
  reasons: z.array(ImpactReason),
  /** How sure the chain is that the test can see the change: the product of its links. */
  probability: z.number().min(0).max(1),
});
export type ImpactedTest = z.infer<typeof ImpactedTest>;

export const ImpactedFile = z.object({
  path: z.string(),
  status: z.enum(['added', 'modified', 'deleted', 'renamed']),
  kind: FileKind,
  unit: z.string().nullable(),
  addedLines: z.number().int(),
  deletedLines: z.number().int(),
  /** `none`: only comments, words or format; `symbols`: the names that changed; `file`: anything in it may have. */
  semantic: z.enum(['none', 'symbols', 'file']),
  symbols: z.array(z.string()),
});
export type ImpactedFile = z.infer<typeof ImpactedFile>;

export const ImpactReport = z.object({
  base: z.string().nullable(),
  head: z.string(),
  files: z.array(ImpactedFile),
  /** More than are listed are analysed all the same. */
  filesTotal: z.number().int(),
  units: z.array(ImpactedUnit),
  /** Most probable first. */
  tests: z.array(ImpactedTest),
  /** `byUnit`: how many of each unit's test files are left out. */
  skipped: z.object({ tests: z.number().int(), because: z.array(z.string()), byUnit: z.record(z.string(), z.number().int()).optional() }),
  strategy: z.object({ kind: z.enum(['none', 'full', 'canary', 'blue-green']), because: z.string() }),
  /** What the strategy was chosen by, one by one. */
  hints: ImpactHints.optional(),
  /** Not null where the analysis was not sure and widened. */
  fallback: z.object({ kind: z.string(), files: z.array(z.string()).max(50), because: z.string() }).nullable(),
  /** Corrections of awo.yaml that changed nothing. */
  dead: z.array(z.string()),
  graph: z.object({ files: z.number().int(), edges: z.number().int(), parsed: z.number().int(), fromCache: z.number().int(), ms: z.number() }),
});
export type ImpactReport = z.infer<typeof ImpactReport>;

/** Of one unit: the test files that can see the change, and how many it has. */
export const ReachedTests = z.object({ unit: z.string(), files: z.array(z.string()), of: z.number().int() });
export type ReachedTests = z.infer<typeof ReachedTests>;

/** The report as agents ask for it: without chains to test files, and without units in which nothing but words changed. */
export const Reach = ImpactReport.omit({ tests: true, skipped: true }).extend({
  units: z.array(TouchedUnit),
  /** Only units of which a few files can see it and most cannot. Missing where an older version answered. */
  tests: z.array(ReachedTests).optional(),
});
export type Reach = z.infer<typeof Reach>;
