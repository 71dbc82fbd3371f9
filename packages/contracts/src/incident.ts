// Incidents and their repair: signals, the repairs there are, what each does and how it is taken back, and the inputs of the steps that carry them out.
import { z } from 'zod';
import { Name, Sha, Timestamp, Token } from './ids.ts';

/** Something that was noticed: by the monitor, an alert rule, another program or a person. */
export const Signal = z.object({
  environment: Name.default('production'),
  service: Name,
  symptom: z.string().min(1).max(300),
  status: z.enum(['firing', 'resolved']).default('firing'),
  at: Timestamp.optional(),
});
export type Signal = z.infer<typeof Signal>;

/** An incident while it is open, and for a while after: the signals that belong together and the goal that mends them. */
export const IncidentRecord = z.object({
  id: Token,
  environment: Name,
  /** Where it was first noticed. */
  service: Name,
  symptom: z.string().max(300),
  openedAt: Timestamp,
  lastAt: Timestamp,
  goal: z.string(),
  /** Everywhere it was noticed. */
  services: z.array(Name).max(50),
  signals: z.number().int(),
});
export type IncidentRecord = z.infer<typeof IncidentRecord>;

/** Least invasive first. */
export const REPAIR_KINDS = [
  'restore-configuration',
  'drain',
  'toggle-flag',
  'raise-limit',
  'restart',
  'switch-source',
  'scale',
  'open-circuit',
  'roll-back',
  'shed-traffic',
] as const;
export const RepairKind = z.enum(REPAIR_KINDS);
export type RepairKind = z.infer<typeof RepairKind>;

/** For so many seconds the same is not done to the same service again by itself: as long as it takes to see what the one before has done, longer where to and fro does harm. */
export const COOLDOWN_SECONDS: Readonly<Record<RepairKind, number>> = {
  'restore-configuration': 120,
  drain: 60,
  'toggle-flag': 120,
  'raise-limit': 180,
  restart: 60,
  'switch-source': 300,
  scale: 180,
  'open-circuit': 300,
  'roll-back': 600,
  'shed-traffic': 300,
};

/** What a service is told beyond its repository: variables that stand above the model's, and which version of each of its files. */
export const Configuration = z.object({
  env: z.record(z.string(), z.string()),
  files: z.array(z.object({ path: z.string(), digest: z.string() })),
});
export type Configuration = z.infer<typeof Configuration>;

/** `byRepair`: it was a repair, which is verified, that put another in its place; a change by anybody else is suspect. */
export const EarlierConfiguration = z.object({ until: z.string(), configuration: Configuration, byRepair: z.boolean().optional() });

/** One thing that is done to one service. */
export const RepairAct = z.discriminatedUnion('do', [
  z.object({ do: z.literal('configure'), configuration: Configuration }),
  z.object({ do: z.literal('restart'), launch: z.string() }),
  z.object({ do: z.literal('drain'), process: z.string() }),
  z.object({ do: z.literal('run'), revision: Sha }),
  z.object({ do: z.literal('scale'), replicas: z.number().int().min(1).max(32) }),
  z.object({ do: z.literal('shed'), share: z.number().min(0).max(90) }),
]);
export type RepairAct = z.infer<typeof RepairAct>;

/** A repair as it was chosen: everything that carrying it out and taking it back needs is in it, so that the way back is known before it begins. */
export const Repair = z.object({
  kind: RepairKind,
  service: Name,
  revision: Sha,
  act: RepairAct,
  /** Null: nothing persists that could be taken back. */
  undo: RepairAct.nullable(),
  /** What it is meant to end, in words. */
  because: z.string().max(400),
  /** The cause it answers, as the diagnosis named it. */
  cause: z.string().max(80),
  entity: z.string().max(200),
  confidence: z.number(),
  /** Read before and after a switch of a data source: `<address><path>`. */
  check: z.object({ from: z.string(), to: z.string(), path: z.string(), known: z.string().nullable() }).optional(),
});
export type Repair = z.infer<typeof Repair>;

/** How much may be done without asking. */
export const AutonomyLevel = z.enum(['suggest', 'approve', 'act']);
export type AutonomyLevel = z.infer<typeof AutonomyLevel>;

/** What repairs of one kind have done in one environment. Value in the bucket `autonomy`, key `<environment>.<kind>`. */
export const AutonomyRecord = z.object({
  good: z.number().int(),
  /** In a row, since the last wrong one. */
  goodInARow: z.number().int(),
  wrong: z.number().int(),
  wrongAt: Timestamp.nullable(),
  /** Times and causes of the last repairs, for budgets. */
  recent: z.array(z.object({ at: Timestamp, goal: z.string(), service: Name, cause: z.string() })).max(50),
  /** Ends of repairs that are in the numbers. */
  counted: z.array(z.string()).max(50).optional(),
});
export type AutonomyRecord = z.infer<typeof AutonomyRecord>;

/** `repair` of awo.yaml. */
export const RepairPolicy = z.object({
  autonomy: AutonomyLevel.default('approve'),
  /** Per environment, and per kind within it; the narrower one counts. */
  environments: z
    .record(
      Name,
      z.object({
        autonomy: AutonomyLevel.optional(),
        kinds: z.partialRecord(RepairKind, AutonomyLevel).optional(),
        cooldownMs: z.number().int().min(0).optional(),
        cooldownsMs: z.partialRecord(RepairKind, z.number().int().min(0)).optional(),
      }),
    )
    .default({}),
  /** Between two repairs of one kind on one service, whatever the kind; without it each kind has its own. 0: none. */
  cooldownMs: z.number().int().min(0).optional(),
  /** After so many good ones in a row without a wrong one, `approve` becomes `act`. 0: never. */
  earnedAfter: z.number().int().min(0).default(3),
  perIncident: z.number().int().min(1).max(5).default(2),
  perHour: z.number().int().min(1).default(6),
  perCause: z.number().int().min(1).default(3),
  /** Below this a repair is not chosen without asking. */
  confidence: z.number().min(0).max(1).default(0.4),
  /** For so long the symptom has to stay away. */
  stableMs: z.number().int().positive().default(5_000),
  verifyMs: z.number().int().positive().default(45_000),
  /** Somebody has to answer within. */
  approvalMs: z.number().int().positive().default(3_600_000),
});
export type RepairPolicy = z.infer<typeof RepairPolicy>;

/** How a service did over a few seconds: what a repair is judged by, before and after. */
export const Vitals = z.object({
  service: Name,
  requests: z.number(),
  errorRatio: z.number().nullable(),
  p95Ms: z.number().nullable(),
  /** Share of probes that were answered; null where nobody asked. */
  up: z.number().nullable(),
  restarts: z.number(),
  memoryBytes: z.number().nullable(),
  cpuShare: z.number().nullable(),
  pending: z.number(),
});
export type Vitals = z.infer<typeof Vitals>;

/** Output of `explain-incident`. */
export const Explained = z.object({
  verdict: z.string(),
  because: z.string(),
  /** Milliseconds since 1970. */
  since: z.number(),
  hypotheses: z.array(z.object({ entity: z.string(), cause: z.string(), confidence: z.number(), says: z.array(z.string()), process: z.string().optional() })),
});
export type Explained = z.infer<typeof Explained>;

/** A repair that an earlier incident of the same service ended with. */
export const PastRepair = z.object({ entity: z.string(), cause: z.string(), kind: RepairKind, worked: z.boolean() });
export type PastRepair = z.infer<typeof PastRepair>;

/** How an incident ended: `awo.history.incidents.<environment>_<service>`. */
export const IncidentOutcome = z.object({
  goal: z.string(),
  environment: Name,
  service: Name,
  symptom: z.string(),
  at: Timestamp,
  outcome: z.string(),
  because: z.string(),
  repairs: z.array(PastRepair.extend({ service: Name })),
  /** From the acceptance of the goal to its end. */
  tookMs: z.number(),
});
export type IncidentOutcome = z.infer<typeof IncidentOutcome>;

const where = { environment: Name, service: Name };
/** Inputs of the steps of a `remediate` goal. */
export const REPAIR_INPUTS = {
  'observe-incident': z.object({ ...where, symptom: z.string() }),
  /** `since`: a repair has been kept then, and something else goes on; left out: since it was seen to begin. Milliseconds since 1970. */
  'explain-incident': z.object({ ...where, symptom: z.string(), since: z.number().optional() }),
  'choose-repair': z.object({ ...where, attempt: z.number().int() }),
  'admit-repair': z.object({ environment: Name, repair: Repair, attempt: z.number().int(), sure: z.boolean() }),
  'apply-repair': z.object({ environment: Name, repair: Repair }),
  'verify-repair': z.object({ environment: Name, repair: Repair }),
  'undo-repair': z.object({ environment: Name, repair: Repair }),
} as const;
