// defineAgent: a role and its decisions.
import type { Role, StepKind, Verdict } from '@awo/contracts';
import type { StepHandler } from './step.ts';

export type AgentDefinition = { role: Role; steps: Partial<Record<StepKind, StepHandler>> };

/** Ties step kinds to their gather, decide and act. The types of facts and decisions stay within each step. */
export function defineAgent<S extends Partial<Record<StepKind, unknown>>>(
  role: Role,
  steps: { [K in keyof S]: S[K] extends StepHandler<infer F, infer D extends Verdict> ? StepHandler<F, D> : S[K] },
): AgentDefinition {
  return { role, steps: steps as Partial<Record<StepKind, StepHandler>> };
}
