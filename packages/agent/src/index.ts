// The public surface of @awo/agent.
export { askTools } from './ask-tools.ts';
export { defineAgent } from './define-agent.ts';
export type { AgentDefinition } from './define-agent.ts';
export { repairPolicyOf } from './repair-policy.ts';
export { runAgent } from './run-agent.ts';
export type { RunOptions } from './run-agent.ts';
export type { PlanEdit, StepContext, StepHandler, StepResult } from './step.ts';
export { takeUpCommit, takeUpTimer } from './take-up.ts';
