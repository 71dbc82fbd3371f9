// awo.yaml: everything in it is optional; what is left out is inferred. Published as a JSON Schema in docs/awo.schema.json.
import { z } from 'zod';
import { FreezeWindow } from './freeze.ts';
import { AbsolutePath, Name } from './ids.ts';
import { AutonomyLevel, RepairKind } from './incident.ts';
import { AwoObserved } from './observed-metric.ts';
import { DataSource, Gate, RUNNERS } from './repo-model.ts';
import { AuditPolicy, Quarantined } from './test-policy.ts';

const CommandLine = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .describe('A command: a list of arguments, or one line that is split at blanks (quotes are respected, no shell is used).');

const Duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'a duration such as 500ms, 30s, 10m, 1h')
  .describe('A duration such as 500ms, 30s, 10m, 1h.');

export const AwoService = z.strictObject({
  dir: z.string().optional().describe('Directory of the service, relative to the repository.'),
  start: CommandLine.optional(),
  build: CommandLine.optional(),
  install: CommandLine.optional(),
  health: AbsolutePath.optional().describe('Path that answers 200 to 399 when the service is ready; for / anything below 500 will do.'),
  env: z.record(z.string(), z.string()).optional().describe('Plain values for the service.'),
  envFrom: z.array(z.string()).optional().describe('Names of variables that are handed on from the environment of the installation.'),
  dependsOn: z.array(Name).optional(),
  sideBySide: z.boolean().optional().describe('false: the old and the new one must not run at the same time.'),
  sources: z.record(z.string(), DataSource).optional().describe('Data sources by the variable that names them, so that a repair may switch to a standby.'),
  limits: z
    .record(z.string(), z.strictObject({ max: z.number().positive() }))
    .optional()
    .describe('Variables with a number that a repair may raise, and how far.'),
  flags: z
    .record(z.string(), z.strictObject({ safe: z.string() }))
    .optional()
    .describe('Variables that switch something, and the value that is always safe.'),
  replicas: z
    .strictObject({ max: z.number().int().min(1).max(32) })
    .optional()
    .describe('How many processes of it may share its requests, so that a repair may scale it. They share nothing else: what it remembers is in a store.'),
  files: z
    .array(AbsolutePath)
    .optional()
    .describe('Files outside of the repository that the service reads; what worked is kept, so that a repair can bring it back.'),
  readOnly: z.boolean().optional().describe('true: its requests change nothing, so that they may be answered twice.'),
  reversible: z
    .boolean()
    .optional()
    .describe('false: the old one must not come back once the new one has had traffic. true: it may, whatever the analysis suspects.'),
  migrations: z
    .array(z.string().min(1))
    .optional()
    .describe('Files, by glob: where a release changes one of them, the old one must not come back once the new one has started.'),
});

export const AwoTests = z.strictObject({
  dir: z.string().optional(),
  command: CommandLine,
  runner: z.enum(RUNNERS).optional(),
  timeout: Duration.optional(),
});

export const AwoYaml = z.strictObject({
  services: z.record(Name, AwoService).optional(),
  tests: z.record(Name, AwoTests).optional().describe('Test suites by unit directory name; they replace what was inferred for that directory.'),
  environments: z.array(Name).min(1).optional(),
  ignore: z.array(z.string()).optional().describe('Directories that are no units and no services.'),
  release: z
    .strictObject({
      strategy: z.enum(['auto', 'full', 'blue-green', 'canary']).optional(),
      onBusy: z.enum(['wait', 'supersede']).optional(),
      errorBudget: z.number().min(0).max(1).optional().describe('Share of requests that may fail, e.g. 0.001.'),
      latency: Duration.optional(),
      watchDeadline: Duration.optional(),
      atDeadline: z.enum(['undo', 'ask']).optional().describe('A watch without a verdict by its deadline: undone, or held until a person promotes or aborts.'),
      soak: Duration.optional().describe('How long a release is watched after its promotion; late trouble takes it back.'),
      minRequests: z.number().int().positive().optional(),
      alpha: z.number().positive().max(0.5).optional(),
      control: z
        .boolean()
        .optional()
        .describe('Whether a canary is compared with a fresh process of the old revision as well, where there is room; true if left out.'),
      freeze: z.array(FreezeWindow).optional().describe('When nothing is released, unless it is an emergency.'),
      holdDeadline: Duration.optional().describe('How long a release waits for trouble, or a freeze, to pass before it gives up.'),
    })
    .optional(),
  impact: z
    .strictObject({
      always: z.array(z.string().min(1)).optional().describe('Units, or test files by glob, that every change affects.'),
      never: z.array(z.string().min(1)).optional().describe('Changed files, by glob, that affect nothing.'),
      edges: z
        .array(z.strictObject({ from: z.string().min(1), to: z.string().min(1) }))
        .optional()
        .describe('A change of a file that matches `from` (a glob) affects `to`: a unit, or files by glob.'),
    })
    .optional()
    .describe('Corrections of the impact analysis. One without effect is reported.'),
  audit: z
    .strictObject({
      share: AuditPolicy.shape.share
        .unwrap()
        .optional()
        .describe('Chance with which a suite that the selection left out runs after the verdict (default: 0.1).'),
      bound: AuditPolicy.shape.bound.unwrap().optional().describe('The selection widens while its rate of misses may be above this, at 95 % (default: 0.05).'),
      strict: z.boolean().optional().describe('true: it widens until the bound is proven, not only after a miss.'),
    })
    .optional()
    .describe('How safe the selection of tests has to be, as measured.'),
  quarantine: z
    .array(
      z.strictObject({
        test: Quarantined.shape.test.describe('The test as reports name it; `*` stands for any characters.'),
        suite: Quarantined.shape.suite.describe('Only in this suite.'),
        until: Quarantined.shape.until.describe('The last day on which its failure does not count, such as 2026-12-31.'),
        owner: Quarantined.shape.owner.describe('Who answers for it.'),
        because: Quarantined.shape.because,
      }),
    )
    .max(500)
    .optional()
    .describe('Tests whose failure does not stop a release until a day. Afterwards they count again.'),
  repair: z
    .strictObject({
      autonomy: AutonomyLevel.optional().describe('What a repair may do by itself: suggest, approve (ask first), act.'),
      environments: z
        .record(
          Name,
          z.strictObject({
            autonomy: AutonomyLevel.optional(),
            kinds: z.partialRecord(RepairKind, AutonomyLevel).optional(),
            cooldown: Duration.optional(),
            cooldowns: z.partialRecord(RepairKind, Duration).optional().describe('cooldown per kind of repair.'),
          }),
        )
        .optional()
        .describe('The same per environment, and per kind of repair.'),
      cooldown: Duration.optional().describe(
        'How long the same kind is not repeated on the same service without asking; 0s: no pause. Each kind has a default.',
      ),
      earnedAfter: z.number().int().min(0).optional().describe('Good repairs of a kind in a row after which asking first becomes acting; 0: never.'),
      perIncident: z.number().int().min(1).max(5).optional(),
      perHour: z.number().int().min(1).optional(),
      perCause: z.number().int().min(1).optional(),
      confidence: z.number().min(0).max(1).optional().describe('Below this confidence in the cause, somebody is asked.'),
      stable: Duration.optional().describe('How long the symptom has to stay away.'),
      verify: Duration.optional().describe('Within this time, or the repair is undone.'),
      approval: Duration.optional().describe('How long to wait for an answer.'),
    })
    .optional(),
  observe: z.record(Name, AwoObserved).optional().describe('Metrics that a release is judged by, beside those of the proxy.'),
  gates: z.array(Gate.extend({ arguments: Gate.shape.arguments.default({}) }).strict()).optional(),
});
export type AwoYaml = z.infer<typeof AwoYaml>;
