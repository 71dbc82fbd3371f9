// What a repository is made of at one revision, as found in it: units, services, test suites. Each with the line it came from.
import { z } from 'zod';
import { FreezeWindow } from './freeze.ts';
import { AbsolutePath, Name } from './ids.ts';
import { ObservedMetric } from './observed-metric.ts';
import { TestPolicy } from './test-policy.ts';
import { RepairPolicy } from './incident.ts';

/** Arguments as an array: never a shell string. */
export const Command = z.array(z.string().min(1)).min(1);

export const UnitKind = z.enum(['npm', 'go', 'python', 'maven', 'gradle', 'cargo', 'root']);

/** A package by its manifest. */
export const Unit = z.object({
  /** Its directory, `.` for the root; unique. */
  id: z.string(),
  name: z.string(),
  kind: UnitKind,
  manifest: z.string().nullable(),
  /** Ids of units of this repository that it declares to depend on. */
  dependsOn: z.array(z.object({ unit: z.string(), at: z.string() })),
});
export type Unit = z.infer<typeof Unit>;

export const RUNNERS = ['node:test', 'vitest', 'jest', 'mocha', 'pytest', 'unittest', 'go', 'cargo', 'maven', 'gradle', 'tap', 'junit', 'exit-code'] as const;

/** How to install what a unit needs, by its lock file. */
export const Install = z.object({ dir: z.string(), command: Command, lockfile: z.string().nullable() });
export type Install = z.infer<typeof Install>;

/** One test command of one unit. */
export const Suite = z.object({
  id: z.string(),
  unit: z.string(),
  /** Working directory, relative to the repository. */
  dir: z.string(),
  command: Command,
  runner: z.enum(RUNNERS),
  timeoutMs: z.number().int().positive(),
  /** What must be installed before the command can run, in this order. Each is run once per commit, whatever the number of suites that name it. */
  install: z.array(Install).default([]),
  at: z.string(),
});
export type Suite = z.infer<typeof Suite>;

/** Where else a service may get its data, and what to read on both to see that they say the same. */
export const DataSource = z.strictObject({
  standby: z.array(z.string().min(1)).default([]).describe('Other values of the variable: replicas or standbys; `$NAME` is the value of a name in `envFrom`.'),
  check: AbsolutePath.optional().describe('Path on a source that tells its version; the standby has to give the same answer.'),
  optional: z.boolean().optional().describe('true: the service copes without it, so that a repair may open the circuit: every call of it is refused at once.'),
});

/** Something that listens on `PORT`. */
export const ServiceModel = z.object({
  name: Name,
  unit: z.string(),
  dir: z.string(),
  language: z.enum(['node', 'go', 'python', 'java', 'rust', 'other']),
  install: z.array(Install),
  build: z.array(z.object({ dir: z.string(), command: Command })),
  start: Command,
  healthPath: z.string().regex(/^\//),
  /** Plain values. */
  env: z.record(z.string(), z.string()),
  /** Names taken from the operator's environment; nothing else of it reaches the service. */
  envFrom: z.array(z.string()),
  /** Services of this repository that it calls, where known. */
  dependsOn: z.array(z.string()),
  /** False where the old and the new one must not run at the same time. */
  sideBySide: z.boolean(),
  /** Data sources by the variable that names them. */
  sources: z.record(z.string(), DataSource).optional(),
  /** Variables with a number that may be raised, and how far. */
  limits: z.record(z.string(), z.object({ max: z.number().positive() })).optional(),
  /** Variables that switch something, and the value that is always safe. */
  flags: z.record(z.string(), z.object({ safe: z.string() })).optional(),
  /** How many processes of it may share its requests. */
  replicas: z.object({ max: z.number().int().min(1).max(32) }).optional(),
  /** Files outside of the repository that the service reads: absolute paths. */
  files: z.array(z.string()).optional(),
  /** Its requests change nothing: they may be answered twice. */
  readOnly: z.boolean().optional(),
  /** False: once the new one has had traffic, the old one must not come back. True: a person vouches for the way back. */
  reversible: z.boolean().optional(),
  /** Files, by glob, whose change means that the old one must not come back once the new one has started. */
  migrations: z.array(z.string()).optional(),
  at: z.string(),
});
export type ServiceModel = z.infer<typeof ServiceModel>;

/** One thing that inference found or missed. */
export const Finding = z.object({
  about: z.string(),
  what: z.string(),
  value: z.string(),
  /** `file:line` it came from. */
  at: z.string(),
  level: z.enum(['found', 'guess', 'missing', 'error']),
  hint: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;

/** A tool that is asked before promotion; its answer is judged by a CEL expression over `result`. */
export const Gate = z.object({
  name: Name,
  tool: z.string().regex(/^[A-Za-z0-9_-]+\/[A-Za-z0-9_./-]+$/, 'SERVER/TOOL, as `awo tools` lists them'),
  arguments: z.record(z.string(), z.unknown()),
  pass: z.string().min(1),
});
export type Gate = z.infer<typeof Gate>;

/** How much trouble is acceptable, and how to release. From awo.yaml, with defaults. */
export const ReleasePolicy = z.object({
  /** Share of requests that may fail (SLO). */
  errorBudgetRatio: z.number().min(0).max(1).default(0.001),
  /** A request slower than this counts against the service; null: only against the old revision. */
  latencyMs: z.number().positive().nullable().default(null),
  onBusy: z.enum(['wait', 'supersede']).default('wait'),
  strategy: z.enum(['auto', 'full', 'blue-green', 'canary']).default('auto'),
  /** A watch that has no verdict by then gives up. */
  watchDeadlineMs: z.number().int().positive().default(300_000),
  /** What giving up means: it is undone (left out), or stays as it is until a person says. */
  atDeadline: z.enum(['undo', 'ask']).optional(),
  /** How long a release is watched after its promotion; left out: not at all. */
  soakMs: z.number().int().nonnegative().optional(),
  /** Upper bound on the chance of a false alarm per release. */
  alpha: z.number().positive().max(0.5).default(0.01),
  /** Requests that the new revision must have served before a step can pass. */
  minRequests: z.number().int().positive().default(100),
  /** Whether a canary gets a control; left out: it does. */
  control: z.boolean().optional(),
  gates: z.array(Gate).default([]),
  repair: RepairPolicy.optional(),
  /** Metrics beside the proxy's own. */
  observe: z.array(ObservedMetric).max(20).optional(),
  /** When nothing is released. */
  freeze: z.array(FreezeWindow).optional(),
  /** How long a release waits for an environment in trouble, for room, or for the end of a freeze, before it gives up. */
  holdDeadlineMs: z.number().int().positive().optional(),
});
/** Where the policy names no deadline for holding. */
export const DEFAULT_HOLD_DEADLINE_MS = 300_000;
export type ReleasePolicy = z.infer<typeof ReleasePolicy>;

export const RepoModel = z.object({
  /** Subject line of the revision, for people. */
  units: z.array(Unit),
  services: z.array(ServiceModel),
  suites: z.array(Suite),
  environments: z.array(Name),
  policy: ReleasePolicy,
  /** Left out: nothing is said about it in awo.yaml. */
  testing: TestPolicy.optional(),
  findings: z.array(Finding),
});
export type RepoModel = z.infer<typeof RepoModel>;
