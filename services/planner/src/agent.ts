// The planner: plans, refines, concludes.
import { defineAgent } from '@awo/agent';
import type { AgentDefinition, StepContext } from '@awo/agent';
import type { Bus } from '@awo/bus';
import { admit } from './admit-repair/act.ts';
import { decideAdmission } from './admit-repair/decide.ts';
import { gatherAdmission } from './admit-repair/gather.ts';
import { conclude } from './conclude/conclude.ts';
import { actPlan } from './plan/act.ts';
import { decidePlan } from './plan/decide.ts';
import type { PlanDecision } from './plan/decide.ts';
import { gatherPlan } from './plan/gather.ts';
import type { PlanFacts } from './plan/gather.ts';
import { refinePlan } from './refine/refine.ts';

/** The planner keeps the book of turns on the bus, so its steps are made for one. */
export const planner = (bus: Bus): AgentDefinition =>
  defineAgent('planner', {
    plan: {
      gather: (context: StepContext) => gatherPlan(bus, context),
      decide: decidePlan,
      act: (context: StepContext, decision: PlanDecision, facts: PlanFacts) => actPlan(bus, context, decision, facts),
    },
    'refine-plan': refinePlan(bus),
    'admit-repair': { gather: gatherAdmission(bus), decide: decideAdmission, act: admit(bus) },
    conclude: conclude(bus),
  });
