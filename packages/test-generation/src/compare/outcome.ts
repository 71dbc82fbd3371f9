// How one call ended. Pure.
import { z } from 'zod';
import { Value } from '../value.ts';

export const Ended = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('returned'), value: Value, later: z.boolean().optional() }),
  /** `accident`: raised by the language itself (a field of null), not by a statement of the code. */
  z.object({ kind: z.literal('threw'), type: z.string(), message: z.string(), accident: z.boolean() }),
  z.object({ kind: z.literal('exited'), code: z.number() }),
  z.object({ kind: z.literal('never-ends'), afterMs: z.number() }),
  z.object({ kind: z.literal('too-much-output'), bytes: z.number() }),
  z.object({ kind: z.literal('crashed'), why: z.string() }),
]);
export type Ended = z.infer<typeof Ended>;

/** `args` as they are afterwards; `output` is what was printed, bounded. */
export const Outcome = z.object({ ended: Ended, args: z.array(Value), output: z.string() });
export type Outcome = z.infer<typeof Outcome>;

/** Beyond the call nothing can be said about such an end: no test can be made of it. */
export const isOrderly = ({ ended }: Outcome): boolean => ended.kind === 'returned' || ended.kind === 'threw';
