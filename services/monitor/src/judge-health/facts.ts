// What the judgement of an environment's health rests on.
import type { ProcessFigures, ServiceChange } from '@awo/contracts';
import type { Tally } from '../counters.ts';

export type ServiceFacts = {
  service: string;
  base: string | null;
  address: string | null;
  /** All revisions together, up to this look. */
  counted: Record<string, Tally>;
  atMs: number;
  processes: ProcessFigures[];
};

export type HealthMemo = {
  v: 1;
  services: { service: string; counted: Record<string, Tally>; atMs: number }[];
  /** Since when the release is held, as ISO 8601. */ heldSince?: string;
};

export type HealthFacts = {
  environment: string;
  changes: ServiceChange[];
  services: ServiceFacts[];
  errorBudgetRatio: number;
  /** A person asked for a direct release, so that a broken environment does not keep the repair out. */
  askedDirect: boolean;
  memo: HealthMemo | null;
  /** When it was looked at, and how long a release may be held for trouble to pass; absent in what was recorded before releases were held. */
  at?: string;
  holdDeadlineMs?: number;
};
