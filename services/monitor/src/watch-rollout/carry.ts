// What one step of a release leaves to the next, small enough to stay in the log. Pure.
import { handOver, takeOver, thinSamples, type Handover, type MemorySample } from '@awo/analysis';
import type { Tally } from '../counters.ts';
import type { Evidence, LatencyBound } from './facts.ts';
import { LATENCY_OPTIONS } from './latency.ts';

/** Memory from before this step: enough for its trend, not for its noise. */
const MEMORY_SAMPLES = 8;

export type Carry = {
  v: 1;
  errors: Handover;
  latency: (Omit<LatencyBound, 'evidence'> & { evidence: Handover })[];
  memory: MemorySample[];
  restarts: Evidence['restarts'];
  past: Tally | null;
};

export const packEvidence = (evidence: Evidence): Carry => ({
  v: 1,
  errors: handOver(evidence.errors),
  latency: evidence.latency.map((b) => ({ ...b, reference: Number(b.reference.toFixed(4)), evidence: handOver(b.evidence) })),
  memory: thinSamples(evidence.memory, MEMORY_SAMPLES),
  restarts: evidence.restarts,
  past: evidence.past,
});

/** A new step begins with it: its own tests start anew, those of the whole release go on. */
export const unpackEvidence = (carry: Carry): Evidence => ({
  errors: takeOver(carry.errors),
  latency: carry.latency.map((b) => ({ ...b, evidence: takeOver(b.evidence, LATENCY_OPTIONS) })),
  memory: carry.memory,
  restarts: carry.restarts,
  past: carry.past,
});

export const isCarry = (value: unknown): value is Carry => typeof value === 'object' && value !== null && 'v' in value && value.v === 1 && 'errors' in value;
