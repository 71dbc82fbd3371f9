// What one step of a release leaves to the next, small enough to stay in the log. Pure.
import type { Series } from './facts.ts';
import { thinned } from './series.ts';

/** Memory from before this step: enough for its trend, not for its noise. */
const MEMORY_SAMPLES = 8;

/** The stretches go on as they are: merging them would change what the evidence of the whole release means. */
export type Carry = Series & { v: 2 };

export const packSeries = (series: Series): Carry => ({
  v: 2,
  ...series,
  memory: thinned(series.memory, MEMORY_SAMPLES),
  ...(series.controlMemory && { controlMemory: thinned(series.controlMemory, MEMORY_SAMPLES) }),
});

export const isCarry = (value: unknown): value is Carry => typeof value === 'object' && value !== null && 'v' in value && value.v === 2 && 'stretches' in value;
