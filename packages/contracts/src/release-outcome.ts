// What a release came to, as measured: kept in HISTORY, for the next choice of a strategy and for `awo stats`.
import { z } from 'zod';
import { Outcome } from './events.ts';
import { GoalId, Name, Sha, Timestamp } from './ids.ts';
import { Strategy } from './rollout-plan.ts';
import { subjects } from './subjects.ts';

/** Requests of one side of a watch, and those that failed. */
const Served = z.object({ requests: z.number().int(), errors: z.number().int() });

/** Verdicts of harm that customers met; the others are lack of evidence, or a person's wish. */
export const HARM_VERDICTS: ReadonlySet<string> = new Set([
  'error-rate-worse',
  'latency-worse',
  'crashing',
  'memory-growing',
  'metric-worse',
  'dependent-worse',
]);

/** One service of a release, from its watches added up. */
export const ServiceOutcome = z.object({
  service: Name,
  base: Sha.nullable(),
  head: Sha,
  /** Null: it never came to a choice. */
  strategy: Strategy.nullable(),
  /** `promoted` and stayed; `undone` after it had been started; `held` where it was, as the old one must not come back; `untouched`: nothing of it was ever started. */
  end: z.enum(['promoted', 'undone', 'held', 'untouched']),
  /** Reason of the last verdict of the monitor on it, such as `no-worse` or `error-rate-worse`; null: it was not watched. */
  verdict: z.string().max(80).nullable(),
  /** Highest share of the traffic that it was watched at, per cent. */
  weight: z.number(),
  promotedAt: Timestamp.nullable(),
  /** When customers met the first harm: the first error that was seen, else the verdict. Null: no verdict of harm. */
  harmAt: Timestamp.nullable(),
  undoneAt: Timestamp.nullable(),
  /** While it was watched: the new one's requests, and those that the old one served beside it. */
  fresh: Served,
  beside: Served,
  /** The old one before the release. */
  before: Served.nullable(),
  /** All requests per second while it was watched; null: nothing was. */
  rps: z.number().nullable(),
  customersWithErrors: z.number().int(),
  /** Of a roll-back that an incident ended with: when the harm that it ended began, and when `head` was back. */
  relief: z.object({ harmAt: Timestamp, at: Timestamp }).optional(),
});
export type ServiceOutcome = z.infer<typeof ServiceOutcome>;

/** One goal that meant to change an environment. Fields may be added, all of them optional. */
export const ReleaseOutcome = z.object({
  v: z.literal(1),
  goal: GoalId,
  kind: z.enum(['release', 'rollback']),
  environment: Name,
  repo: z.string(),
  head: Sha,
  acceptedAt: Timestamp,
  endedAt: Timestamp,
  outcome: Outcome,
  because: z.string().max(600),
  /** What the change was, by the impact agent; null where it was not asked. */
  change: z
    .object({
      kind: z.string().max(40),
      risk: z.enum(['low', 'medium', 'high']),
      filesChanged: z.number().int(),
      linesChanged: z.number().int(),
      units: z.array(z.string()).max(50),
    })
    .nullable(),
  /** What a person did to it: who, what, why. */
  people: z.array(z.object({ action: z.string().max(40), who: z.string().max(120), because: z.string().max(400) })).max(20),
  services: z.array(ServiceOutcome).max(60),
});
export type ReleaseOutcome = z.infer<typeof ReleaseOutcome>;

/** The outcomes of an environment stand below one subject: the stream keeps the last 1,000 of each. The same goal may stand there twice; the later one counts. */
export const outcomesSubject = (environment: string): string => subjects.history('releases', environment);
