// What is remembered of tests in the stream HISTORY: what suites did in their last runs, and what audits of the selection found.
import { z } from 'zod';
import { Sha, Token } from './ids.ts';

/** A test that did not simply pass. */
const BadTest = z.object({ test: z.string().max(600), file: z.string().max(600).nullable(), outcome: z.enum(['failed', 'flaky']) });

/** One goal's run of one suite. */
export const SuiteRun = z.object({
  goal: z.string(),
  head: z.string(),
  line: z.object({
    /** When the goal was accepted, in milliseconds. */
    cycle: z.number(),
    at: z.string().optional(),
    test: z.string(),
    outcome: z.enum(['passed', 'failed', 'skipped', 'error', 'flaky']),
    durationMs: z.number().nonnegative().optional(),
    changed: z.array(z.string()).optional(),
  }),
  /** At most twenty; whatever is not named passed or was not run. */
  bad: z.array(BadTest).max(20).optional(),
});
export type SuiteRun = z.infer<typeof SuiteRun>;

/** `awo.history.tests.<key>`: the last runs of one suite of one repository. */
export const SuiteRuns = z.object({ repo: z.string(), suite: z.string(), runs: z.array(SuiteRun) });
export type SuiteRuns = z.infer<typeof SuiteRuns>;

/** By which chance the suites of an audit were drawn. The seed makes the draw repeatable. */
export const AuditDesign = z.object({
  /** The goal whose selection is audited. */
  of: Token,
  base: Sha,
  /** Suites that the selection left out. */
  leftOut: z.number().int().positive(),
  probability: z.number().positive().max(1),
  seed: z.string().max(80),
});
export type AuditDesign = z.infer<typeof AuditDesign>;

/** One audit: which of the drawn suites ran to an end, and which of them the selection should not have left out. */
export const AuditRecord = AuditDesign.extend({
  goal: z.string(),
  head: z.string(),
  at: z.string(),
  audited: z.array(z.string()).max(200),
  missed: z.array(z.object({ suite: z.string(), failing: z.string().max(300) })).max(50),
  /** Failed at the base too: the change is not to blame. */
  failedBefore: z.array(z.string()).max(50),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** `awo.history.audits.<key>`: the last audits of one repository, oldest first. */
export const SelectionAudits = z.object({ repo: z.string(), audits: z.array(AuditRecord) });
export type SelectionAudits = z.infer<typeof SelectionAudits>;
