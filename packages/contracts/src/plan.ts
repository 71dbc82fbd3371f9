// Plans: steps with needs and conditions, and the entries that explain each change from one version to the next.
import { z } from 'zod';
import { JsonObject, Role, Token } from './ids.ts';

/** Every kind of step and the agent that carries it out. */
export const STEP_ROLES = {
  plan: 'planner',
  'assess-impact': 'impact',
  'refine-plan': 'planner',
  'run-tests': 'test',
  'judge-health': 'monitor',
  'choose-strategy': 'deploy',
  'start-revision': 'deploy',
  'shift-traffic': 'deploy',
  'watch-rollout': 'monitor',
  'check-gate': 'monitor',
  promote: 'deploy',
  undo: 'deploy',
  restore: 'deploy',
  diagnose: 'diagnosis',
  'observe-incident': 'monitor',
  'explain-incident': 'diagnosis',
  'choose-repair': 'diagnosis',
  'admit-repair': 'planner',
  'apply-repair': 'deploy',
  'verify-repair': 'monitor',
  'undo-repair': 'deploy',
  conclude: 'planner',
  /** Used by benchmarks and fault tests only: work that needs nothing. */
  relay: 'impact',
} as const;
export type StepKind = keyof typeof STEP_ROLES;
export const StepKind = z.enum(Object.keys(STEP_ROLES) as [StepKind, ...StepKind[]]);

export const PlanStep = z.object({
  id: Token,
  kind: StepKind,
  role: Role,
  /** Ids of steps that must be settled first. `*` stands for every other step. */
  needs: z.array(z.union([Token, z.literal('*')])).max(60),
  /** Runs when every need passed, when one of them failed, or in any case. */
  when: z.enum(['passed', 'failed', 'always']),
  input: JsonObject,
  because: z.string().max(300),
});
export type PlanStep = z.infer<typeof PlanStep>;

/** One line of a plan's diff. */
export const PlanChange = z.object({
  change: z.enum(['added', 'removed', 'changed', 'kept']),
  step: z.string().max(80),
  because: z.string().max(400),
});
export type PlanChange = z.infer<typeof PlanChange>;
