// The impact agent's verdict on one change.
import { z } from 'zod';
import { BrokenContract, Reversibility } from './impact-hints.ts';

/** Of one suite: its test files that can see a change, and how many there are in its unit. */
export const SuiteFiles = z.object({ suite: z.string(), files: z.array(z.string()).min(1), of: z.number().int() });
export type SuiteFiles = z.infer<typeof SuiteFiles>;

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
  /** Suites of which a few files are enough, the first few of these. */
  narrow: z.array(SuiteFiles).optional(),
  risk: z.enum(['low', 'medium', 'high']),
  riskBecause: z.string(),
  /** Whether the version before can run again after this one has. */
  reversibility: Reversibility.optional(),
  /** What others rely on and that this change breaks, the first few. */
  contracts: z.array(BrokenContract).max(20).optional(),
  fallback: z.string().nullable(),
  filesChanged: z.number().int(),
  linesChanged: z.number().int(),
});
export type ImpactAssessed = z.infer<typeof ImpactAssessed>;

/** Links that neither a compiler nor an import sees: what is reached by them alone is never of low risk. */
export const LINKS_BY_NAME: ReadonlySet<string> = new Set([
  'env',
  'config-key',
  'route',
  'subject',
  'table',
  'schema',
  'shared-name',
  'field',
  'flag',
  'rpc',
  'graphql',
  'injection',
  'template',
  'translation',
  'generated',
]);

/** Links over which one process asks or tells another: who is reached by them meets other answers, and runs the code that it ran before. */
export const LINKS_BETWEEN_PROCESSES: ReadonlySet<string> = new Set(['route', 'subject', 'rpc', 'graphql', 'table']);
