// Applies deploy/nats/bus.yaml: streams, consumers, buckets. Running it again changes only what differs.
import { readFile } from 'node:fs/promises';
import { AckPolicy, DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import type { StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Connection } from './connect.ts';

const StreamSpec = z.strictObject({
  subjects: z.array(z.string()),
  retention: z.enum(['limits', 'workqueue']),
  storage: z.literal('file'),
  allow_direct: z.boolean().default(false),
  deny_delete: z.boolean().default(false),
  allow_msg_schedules: z.boolean().default(false),
  no_ack: z.boolean().default(false),
  max_age_s: z.number().default(0),
  max_msgs_per_subject: z.number().default(-1),
  duplicate_window_s: z.number(),
});

export const BusSpec = z.strictObject({
  /** Copies of each stream and bucket: on a server alone, and in a cluster. */
  replicas: z.strictObject({ single: z.literal(1), cluster: z.number().int().min(1).max(5) }),
  streams: z.record(z.string(), StreamSpec),
  /** Second copies of streams, which a purge does not reach; made only where that is asked for. */
  copies: z.record(z.string(), z.strictObject({ of: z.string(), max_age_s: z.number() })),
  consumers: z.array(z.strictObject({ stream: z.string(), name: z.string(), filter: z.string(), ack_wait_s: z.number(), max_ack_pending: z.number() })),
  buckets: z.record(
    z.string(),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('kv'), history: z.number() }),
      z.strictObject({ kind: z.literal('object'), write_once: z.boolean().default(false) }),
    ]),
  ),
  users: z.record(z.string(), z.strictObject({ account: z.string().optional(), publish: z.array(z.string()), subscribe: z.array(z.string()) })),
});
export type BusSpec = z.infer<typeof BusSpec>;

export async function readBusSpec(file: URL | string): Promise<BusSpec> {
  // Loaded here: whoever only reads or writes goals need not wait for it.
  const { parse } = await import('yaml');
  return BusSpec.parse(parse(await readFile(file, 'utf8')));
}

/** Idempotent. `replicas` follow from what the server says it is; a number given here has the last word. `copies`: make those too. */
export async function provision({ nc, js, jsm }: Connection, spec: BusSpec, given?: number, { copies = false } = {}): Promise<void> {
  const replicas = given ?? (nc.info?.cluster ? spec.replicas.cluster : spec.replicas.single);
  const [{ Kvm }, { Objm }] = await Promise.all([import('@nats-io/kv'), import('@nats-io/obj')]);
  const apply = (config: Partial<StreamConfig> & { name: string }) =>
    jsm.streams.update(config.name, config).catch((error: unknown) => {
      if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return jsm.streams.add(config);
      throw error;
    });
  await Promise.all(Object.entries(spec.streams).map(([name, s]) => apply(streamConfig(name, s, replicas))));
  await Promise.all([
    ...(copies ? Object.entries(spec.copies).map(([name, c]) => apply(copyConfig(name, c, replicas))) : []),
    ...spec.consumers.map((c) => jsm.consumers.add(c.stream, consumerConfig(c))),
    ...Object.entries(spec.buckets).map(async ([name, b]) => {
      // Claims and turns are read from the leader: a copy that lags would show a claim as free, or an old fence as the newest.
      if (b.kind === 'kv') await new Kvm(js).create(name, { history: b.history, replicas, allow_direct: false });
      else await new Objm(js).create(name, { replicas, storage: StorageType.File });
      // A bucket that is there is opened as it is: one from before the cluster would stay on one server.
      const stream = `${b.kind === 'kv' ? 'KV' : 'OBJ'}_${name}`;
      const { config } = await jsm.streams.info(stream);
      const wanted = {
        num_replicas: replicas,
        allow_direct: b.kind === 'kv' ? false : config.allow_direct,
        ...(b.kind === 'object' && b.write_once ? WRITE_ONCE : {}),
      };
      if (Object.entries(wanted).some(([key, value]) => config[key as keyof typeof wanted] !== value)) await jsm.streams.update(stream, wanted);
    }),
  ]);
}

/** What a stream of bus.yaml is on the server. Pure. */
export const streamConfig = (name: string, s: z.infer<typeof StreamSpec>, replicas: number): Partial<StreamConfig> & { name: string } => ({
  name,
  subjects: s.subjects,
  retention: s.retention === 'limits' ? RetentionPolicy.Limits : RetentionPolicy.Workqueue,
  storage: StorageType.File,
  num_replicas: replicas,
  discard: DiscardPolicy.Old,
  max_age: nanos(s.max_age_s * 1000),
  max_msgs_per_subject: s.max_msgs_per_subject,
  duplicate_window: nanos(s.duplicate_window_s * 1000),
  allow_direct: s.allow_direct,
  deny_delete: s.deny_delete,
  no_ack: s.no_ack,
  allow_msg_schedules: s.allow_msg_schedules,
});

/** It has no subject of its own, nobody deletes from it, and a purge of what it copies does not reach it: it only forgets by age. Pure. */
const copyConfig = (name: string, { of, max_age_s }: BusSpec['copies'][string], replicas: number): Partial<StreamConfig> & { name: string } => ({
  name,
  sources: [{ name: of }],
  storage: StorageType.File,
  num_replicas: replicas,
  max_age: nanos(max_age_s * 1000),
  allow_direct: true,
  deny_delete: true,
});

/** What a consumer of bus.yaml is on the server. Pure. */
export const consumerConfig = (c: BusSpec['consumers'][number]) => ({
  durable_name: c.name,
  filter_subject: c.filter,
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(c.ack_wait_s * 1000),
  max_ack_pending: c.max_ack_pending,
  max_deliver: -1,
});

const STREAM_NOT_FOUND = 10059;
/** A rollup is a purge by another name. */
const WRITE_ONCE = { allow_rollup_hdrs: false, deny_delete: true };
