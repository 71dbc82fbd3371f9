// What the verifier found that must not be. Pure.
import type { ChainProblem } from '@awo/goal';

export type Violation = {
  /** Null: the log as a whole. */
  goal: string | null;
  seq: number;
  index: number;
  what: ChainProblem['what'] | 'log-replaced' | 'log-shortened' | 'differs-from-mirror' | 'checkpoints-damaged';
  detail: string;
};

export const violationOf = (goal: string, problem: ChainProblem): Violation => ({ goal, ...problem });
