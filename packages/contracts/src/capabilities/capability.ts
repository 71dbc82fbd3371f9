// What a capability is: a contract with input, output, effect class, read-back and undo. Agents name these, never products.
import { z } from 'zod';

/** `none` changes nothing outside; `reversible` names what undoes it; `irreversible` needs approval. */
export const EffectClass = z.enum(['none', 'reversible', 'irreversible']);
export type EffectClass = z.infer<typeof EffectClass>;

export type Capability<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = {
  name: string;
  /** For people and models. */
  description: string;
  input: I;
  output: O;
  effect: EffectClass;
  /** The capability that tells whether the effect took place, and how its arguments follow from the request's. Required unless `effect` is none. */
  readBack?: string;
  /** The capability that undoes it. */
  undo?: string;
  /** Longest time a call may take, in milliseconds. Silence of 10 s counts as lost before that. */
  timeoutMs: number;
  /** Takes minutes and many are asked for at a time: they go to all replicas of the server, not only to the one that a session is open with. */
  spread?: boolean;
};

export const capability = <I extends z.ZodType, O extends z.ZodType>(c: Capability<I, O>): Capability<I, O> => c;
