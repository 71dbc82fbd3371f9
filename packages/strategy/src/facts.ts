// What the choice of a strategy rests on, as it is recorded: `awo whatif` reads it back and decides again.
import { FreezeWindow, FrozenFrom, Name, ServiceChange, StrategyWish, TrafficPast } from '@awo/contracts';
import { z } from 'zod';

/** Traffic of one service before the release. Null: nothing could be measured. */
export const Traffic = z.object({
  service: z.string(),
  rps: z.number().nullable(),
  errorRatio: z.number().nullable(),
  /** How long it was counted for. Facts of older versions do not say. */
  seconds: z.number().positive().optional(),
});
export type Traffic = z.infer<typeof Traffic>;

/** Whether the old revision can come back once the new one has run. `frozenFrom` null: at any time. */
export const WayBack = z.object({
  frozenFrom: FrozenFrom.nullable(),
  /** False: nothing says that it cannot, and nothing that it can. */
  certain: z.boolean(),
  because: z.string().max(400),
});
export type WayBack = z.infer<typeof WayBack>;

/** The machine, and what the old one takes of it; null: nobody knows. */
export const Capacity = z.object({
  memoryFreeBytes: z.number().nullable(),
  memoryOfBaseBytes: z.number().nullable(),
  load1: z.number().nullable(),
  cores: z.number().nullable(),
});
export type Capacity = z.infer<typeof Capacity>;

const NOTHING_KNOWN: Capacity = { memoryFreeBytes: null, memoryOfBaseBytes: null, load1: null, cores: null };

export const ServiceFacts = z.object({
  change: ServiceChange,
  /** Whether old and new may run at the same time. */
  sideBySide: z.boolean(),
  /** Whether `base` really runs. */
  baseRuns: z.boolean(),
  /** Services of the same repository that it calls. */
  dependsOn: z.array(z.string()),
  traffic: Traffic,
  /** Its requests change nothing, by awo.yaml. */
  readOnly: z.boolean().default(false),
  /** Its edge can send copies of requests to a revision without traffic. Facts of older versions have none that could. */
  copies: z.boolean().default(false),
  wayBack: WayBack.default({ frozenFrom: null, certain: true, because: 'Nothing says that the old one could not come back.' }),
  /** Null: nobody has counted so far. */
  past: TrafficPast.nullable().default(null),
  capacity: Capacity.default(NOTHING_KNOWN),
  /** The same revision ran here lately with all traffic, and stayed healthy. */
  knownGood: z.object({ goal: z.string(), at: z.string() }).nullable().default(null),
});
export type ServiceFacts = z.infer<typeof ServiceFacts>;

const Risk = z.enum(['low', 'medium', 'high']);
export type Risk = z.infer<typeof Risk>;

/** Releases of one service in one class of risk that were watched to an end, and those of them that customers noticed. */
export const PastReleases = z.object({ service: Name, risk: Risk, releases: z.number().int(), defects: z.number().int() });
export type PastReleases = z.infer<typeof PastReleases>;

export const StrategyFacts = z.object({
  environment: z.string(),
  /** From the goal, else from awo.yaml. */
  wish: StrategyWish,
  /** The goal itself names a direct release. Facts of older versions say nothing of it: there the wish of awo.yaml counted as well. */
  askedDirect: z.boolean().optional(),
  /** Null where the impact step left nothing readable: then nothing is known to be harmless. */
  impact: z
    .object({
      kind: z.string(),
      risk: Risk,
      riskBecause: z.string(),
      services: z.array(z.string()),
      filesChanged: z.number().int().optional(),
      linesChanged: z.number().int().optional(),
    })
    .nullable(),
  policy: z.object({
    errorBudgetRatio: z.number(),
    watchDeadlineMs: z.number(),
    minRequests: z.number(),
    alpha: z.number(),
    freeze: z.array(FreezeWindow).default([]),
    holdDeadlineMs: z.number().default(300_000),
    /** A canary gets a control, where there is room. Facts of older versions say nothing of it, and none had one. */
    control: z.boolean().optional(),
  }),
  gates: z.array(z.string()),
  services: z.array(ServiceFacts),
  history: z.array(PastReleases).default([]),
  /** When it was looked at; null: recorded before this mattered. */
  at: z.string().nullable().default(null),
  /** How long the release has been held so far. */
  heldMs: z.number().default(0),
  /** Why a freeze does not hold this time, in a person's words. */
  emergency: z.string().nullable().default(null),
  /** Nothing will be changed, so nothing is waited for. */
  dryRun: z.boolean().default(false),
});
export type StrategyFacts = z.infer<typeof StrategyFacts>;
