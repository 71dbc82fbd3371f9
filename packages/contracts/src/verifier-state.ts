// What the verifier has found and how far it came: AWO_HOME/verifier/state.json, read by the command line.
import { z } from 'zod';

export const Violation = z.object({
  /** Null: the log as a whole. */
  goal: z.string().nullable(),
  /** Sequence in the stream, and place among the goal's commits from 0 on. */
  seq: z.number().int(),
  index: z.number().int(),
  what: z.enum([
    'not-a-commit',
    'broken-chain',
    'wrong-state',
    'wrong-goal',
    'wrong-author',
    'wrong-addressee',
    'missing-commits',
    'other-commit',
    'log-replaced',
    'log-shortened',
    'differs-from-copy',
    'checkpoints-damaged',
  ]),
  detail: z.string(),
});
export type Violation = z.infer<typeof Violation>;

export const VerifierState = z.object({
  /** The end of the latest round. */
  at: z.string(),
  /** Every commit up to this sequence was walked. */
  to: z.number().int(),
  /** In the log and signed. */
  goals: z.number().int(),
  /** How often all of them were looked at again since the verifier started, and the end of the latest such look. */
  looks: z.number().int(),
  lookedAt: z.string().nullable(),
  /** Goals that left the log while no archiver could say whether it has them. */
  unknown: z.number().int(),
  violations: z.array(Violation),
});
export type VerifierState = z.infer<typeof VerifierState>;
