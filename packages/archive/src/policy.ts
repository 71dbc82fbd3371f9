// The archive's policy: where it lies, when goals are sealed, how long they are kept. Read from deploy/archive.yaml.
import { readFile } from 'node:fs/promises';
import { EXTERNAL_PREFIX, TerminalError } from '@awo/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

export const StoreConfig = z.discriminatedUnion('kind', [
  /** An object store of the bus; it stands in deploy/nats/bus.yaml. */
  z.strictObject({ kind: z.literal('jetstream'), bucket: z.string().default('archive') }),
  z.strictObject({ kind: z.literal('directory'), path: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('s3'),
    endpoint: z.url(),
    bucket: z.string().min(1),
    region: z.string().default('us-east-1'),
    prefix: z
      .string()
      .regex(/^([^/].*\/)?$/, 'empty, or a path that ends in "/"')
      .default(''),
  }),
]);
export type StoreConfig = z.infer<typeof StoreConfig>;

/** Days, or for ever. */
const Keep = z.union([z.literal('forever'), z.number().positive()]);

export const ArchivePolicy = z.strictObject({
  store: StoreConfig,
  /** How long after its end a goal stays in the log, seconds: for late redeliveries, timers and followers. */
  grace_s: z.number().min(0),
  /** How often the log is looked through, seconds. */
  every_s: z.number().positive(),
  /** A pack is written when it is full, or when its first goal has waited this long, seconds. */
  pack: z.strictObject({ goals: z.number().int().min(1).max(20_000), mebibytes: z.number().positive().max(64), wait_s: z.number().min(0) }),
  /** Goals behind one that may not leave, before they are taken out of the log one by one. */
  stragglers: z.number().int().min(0),
  /** How long archived goals are kept, in days. The first that fits: the environment's, then `other`. */
  keep_days: z.strictObject({ environments: z.record(z.string(), Keep), other: Keep }),
  /** A tool outside of this installation that is told how far the archive has come: the signed checkpoint of its last pack, as JSON in `argument`. */
  anchor: z.strictObject({ capability: z.string().startsWith(EXTERNAL_PREFIX), argument: z.string().default('checkpoint') }).optional(),
});
export type ArchivePolicy = z.infer<typeof ArchivePolicy>;

/** Throws TerminalError `bad-config` that names the file and the place. */
export async function readArchivePolicy(file: URL | string): Promise<ArchivePolicy> {
  const parsed = ArchivePolicy.safeParse(parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new TerminalError('bad-config', `${String(file)}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
