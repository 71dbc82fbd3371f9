// What a person or machine asks for. The one schema behind the CLI, goal files and `awo.goals.<kind>`.
import { z } from 'zod';
import { Name, Token } from './ids.ts';
import { AuditDesign } from './test-history.ts';

const RepoPath = z.string().min(1).max(4096);
const Ref = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^-\s~^:?*[\\][^\s:?*[\\]*$/, 'a branch, tag or commit id; it must not start with "-"');

/** What to do where a release of the same service is under way: wait for it, or take its place. */
export const OnBusy = z.enum(['wait', 'supersede']);

/** `auto` leaves the choice to the deploy agent's arithmetic. */
export const StrategyWish = z.enum(['auto', 'full', 'blue-green', 'canary']);

/** Why a freeze does not hold this time: recorded, and shown wherever it mattered. */
const Emergency = z.string().min(1).max(400);

/** Take a revision to an environment. Without `service`, everything that changed. */
export const ReleaseSpec = z.strictObject({
  kind: z.literal('release'),
  /** Absolute path of a git repository. Left out: where the environment's services came from. */
  repo: RepoPath.optional(),
  revision: Ref.default('HEAD'),
  service: Name.optional(),
  environment: Name.default('production'),
  onBusy: OnBusy.optional(),
  strategy: StrategyWish.default('auto'),
  emergency: Emergency.optional(),
  /** Plan and decide as for a release; change nothing. */
  dryRun: z.boolean().optional(),
});

/** Bring back what ran before the last release. */
export const RollbackSpec = z.strictObject({
  kind: z.literal('rollback'),
  environment: Name.default('production'),
  service: Name.optional(),
  /** What repairs have left in force instead: a switched source, a raised limit, customers turned away. The revision stays. */
  repairs: z.boolean().optional(),
  emergency: Emergency.optional(),
});

/** Run the tests that a revision calls for. No deploy. */
export const TestSpec = z.strictObject({
  kind: z.literal('test'),
  repo: RepoPath.optional(),
  revision: Ref.default('HEAD'),
  /** Compare with this; left out: the parent of `revision`. */
  base: Ref.optional(),
  /** These suites alone, as an audit of another goal's selection: the test agent asks for it. */
  audit: AuditDesign.extend({ suites: z.array(z.string()).min(1).max(200) }).optional(),
});

/** Say what a revision touches. No tests, no deploy. */
export const AssessSpec = z.strictObject({
  kind: z.literal('assess'),
  repo: RepoPath.optional(),
  revision: Ref.default('HEAD'),
  base: Ref.optional(),
});

/** Find out why a service is not as it should be, mend it, and see that it holds. */
export const RemediateSpec = z.strictObject({
  kind: z.literal('remediate'),
  environment: Name.default('production'),
  service: Name,
  symptom: z.string().min(1).max(300).default('something is wrong'),
  /** The incident that it belongs to, where a signal brought it. */
  incident: Token.optional(),
});

export const GoalSpec = z.discriminatedUnion('kind', [ReleaseSpec, RollbackSpec, TestSpec, AssessSpec, RemediateSpec]);
export type GoalSpec = z.infer<typeof GoalSpec>;
export type ReleaseSpec = z.infer<typeof ReleaseSpec>;
export type RollbackSpec = z.infer<typeof RollbackSpec>;

export const GOAL_KINDS = ['release', 'rollback', 'test', 'assess', 'remediate'] as const;
export type GoalKind = (typeof GOAL_KINDS)[number];
