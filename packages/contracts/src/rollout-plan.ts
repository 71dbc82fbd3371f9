// What the deploy and monitor agents hand each other: the strategy, and the numbers of a watch.
import { z } from 'zod';
import { Name, Sha } from './ids.ts';
import { SuiteFiles } from './impact.ts';
import { FrozenFrom } from './impact-hints.ts';
import { Hypothesis, RootCauses } from './incident-evidence.ts';
import { AuditDesign } from './test-history.ts';
import { AuditPolicy } from './test-policy.ts';

export const Strategy = z.enum(['full', 'blue-green', 'canary']);
export type Strategy = z.infer<typeof Strategy>;

/** Output of `choose-strategy`, one per service. Weights are per cent of traffic on the new revision. */
export const RolloutPlan = z.object({
  service: Name,
  strategy: Strategy,
  base: Sha.nullable(),
  head: Sha,
  weights: z.array(z.number()),
});
export type RolloutPlan = z.infer<typeof RolloutPlan>;

/** New against old over the same interval. */
export const Comparison = z.object({
  old: z.object({ requests: z.number().int(), errors: z.number().int(), p95Ms: z.number().nullable() }),
  new: z.object({
    requests: z.number().int(),
    errors: z.number().int(),
    p95Ms: z.number().nullable(),
    customersWithErrors: z.number().int(),
    restarts: z.number().int(),
    memoryBytes: z.number().nullable(),
  }),
});
export type Comparison = z.infer<typeof Comparison>;

/** Output of `watch-rollout`, as far as others read it; histories of older versions have less in them. */
export const WatchEnded = z.object({
  because: z.string(),
  weight: z.number(),
  elapsedMs: z.number(),
  concurrent: z.boolean().default(true),
  comparison: Comparison,
  past: z.object({ requests: z.number().int(), errors: z.number().int() }).nullable().default(null),
  firstErrorAt: z.string().nullable().default(null),
});
export type WatchEnded = z.infer<typeof WatchEnded>;

/** Output of `run-tests`. */
export const TestsJudged = z.object({
  suites: z.array(
    z.object({
      suite: z.string(),
      verdict: z.enum(['passed', 'failed', 'broken']),
      passed: z.number().int(),
      failed: z.number().int(),
      flaky: z.number().int(),
      skipped: z.number().int(),
      durationMs: z.number(),
      reused: z.boolean().optional(),
    }),
  ),
  failing: z.array(z.object({ suite: z.string(), name: z.string(), file: z.string().nullable(), message: z.string() })).max(20),
  flaky: z.array(z.string()).max(20),
});
export type TestsJudged = z.infer<typeof TestsJudged>;

/** Output of `diagnose`. */
export const Diagnosis = z.object({
  verdict: RootCauses.shape.verdict,
  because: z.string(),
  since: z.string().nullable(),
  firstBadRequest: z.string().nullable(),
  /** The first few of the causes, as `awo diagnose` ranks them. */
  hypotheses: z.array(Hypothesis).max(5),
  ruledOut: RootCauses.shape.ruledOut,
  /** Where the release is the cause: what of it. */
  commits: z.array(z.object({ sha: z.string(), subject: z.string(), files: z.array(z.string()).max(20) })).max(10),
});
export type Diagnosis = z.infer<typeof Diagnosis>;

/** One service on its way from `base` (null: nothing runs) to `head`. Input of every deploy and monitor step. */
export const ServiceChange = z.object({ service: Name, base: Sha.nullable(), head: Sha });
export type ServiceChange = z.infer<typeof ServiceChange>;

/** Output of `plan`: the goal in exact terms. */
export const Planned = z.object({
  /** Absolute root of the repository. */
  repo: z.string(),
  head: Sha,
  subject: z.string(),
  /** What the change is compared with: the oldest revision that runs of the targets, the parent for test and assess; null: everything is new. */
  base: Sha.nullable(),
  environment: Name.nullable(),
  /** Services that may be released, in dependency order. */
  targets: z.array(ServiceChange),
  /** Left out by older versions. */
  audit: AuditPolicy.optional(),
});
export type Planned = z.infer<typeof Planned>;

const FrozenService = z.object({ service: Name, from: FrozenFrom, because: z.string().max(400) });
export type FrozenService = z.infer<typeof FrozenService>;

/** Inputs of the steps that deploy and monitor carry out. */
export const STEP_INPUTS = {
  'judge-health': z.object({ environment: Name, changes: z.array(ServiceChange) }),
  'choose-strategy': z.object({ environment: Name, changes: z.array(ServiceChange), wish: z.enum(['auto', 'full', 'blue-green', 'canary']) }),
  /** `control`: with a fresh process of the old one, to compare it with. */
  'start-revision': z.object({ environment: Name, change: ServiceChange, control: z.boolean().optional() }),
  /** `copies`: at weight 0, the new one gets a copy of each request, and nobody its answer. */
  'shift-traffic': z.object({ environment: Name, change: ServiceChange, weight: z.number(), copies: z.boolean().optional() }),
  /** `concurrent` false: everything was switched at once, so that only the past is there to compare with. `requests`: of the new one, all steps so far together, before it may pass. */
  'watch-rollout': z.object({
    environment: Name,
    change: ServiceChange,
    weight: z.number(),
    concurrent: z.boolean(),
    expectedRps: z.number().nullable(),
    soakMs: z.number().int().positive().optional(),
    /** Weight of the step before, where customers had the new one there: traffic goes down to it on suspicion. Left out by older versions. */
    lowerTo: z.number().optional(),
    requests: z.number().int().optional(),
  }),
  'check-gate': z.object({ environment: Name, change: ServiceChange, gate: z.number().int() }),
  promote: z.object({ environment: Name, change: ServiceChange }),
  /** `frozen`: services whose old revision must not come back, from the moment on that is named. */
  undo: z.object({ environment: Name, changes: z.array(ServiceChange), frozen: z.array(FrozenService).optional() }),
  restore: z.object({ environment: Name, changes: z.array(ServiceChange) }),
  diagnose: z.object({ environment: Name, changes: z.array(ServiceChange) }),
  'run-tests': z.object({
    suites: z.array(z.string()),
    /** Of these, the ones that the impact analysis would have left out. */
    widened: z.array(z.string()).optional(),
    /** Suites that need not run whole: a suite that takes long runs these files alone. */
    narrow: z.array(SuiteFiles).optional(),
    /** The suites are an audit of another goal's selection. */
    audit: AuditDesign.optional(),
  }),
} as const;
