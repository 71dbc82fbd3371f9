// What a gate's verdict rests on: the question, and the answer of the tool that was asked.
import type { Gate } from '@awo/contracts';

export type GateFacts = {
  gate: Gate;
  environment: string;
  change: { service: string; base: string | null; head: string; address: string | null };
  /** Arguments after substitution. */
  arguments: Record<string, unknown>;
  answer: { kind: 'result'; result: Record<string, unknown> } | { kind: 'error'; message: string; again: boolean };
};
