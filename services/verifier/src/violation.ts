// What the verifier found, from what a chain says of itself. Pure.
import type { Violation } from '@awo/contracts';
import type { ChainProblem } from '@awo/goal';

export const violationOf = (goal: string, problem: ChainProblem): Violation => ({ goal, ...problem });
