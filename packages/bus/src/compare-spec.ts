// Compares what is on the server with bus.yaml: missing streams, consumers and buckets, and settings that differ.
import type { ConsumerConfig, ConsumerInfo, StreamConfig } from '@nats-io/jetstream';
import type { Connection } from './connect.ts';
import { consumerConfig, streamConfig } from './provision.ts';
import type { BusSpec } from './provision.ts';

/** `setting` is null where the whole thing is missing. */
export type Difference = { what: string; setting: string | null; declared: string; found: string };

/** Looks and changes nothing; needs STREAM.LIST and CONSUMER.LIST. Settings that bus.yaml does not speak of are not compared. */
export async function compareSpec({ nc, jsm }: Connection, spec: BusSpec): Promise<Difference[]> {
  const replicas = nc.info?.cluster ? spec.replicas.cluster : spec.replicas.single;
  const streams = new Map<string, StreamConfig>();
  for await (const { config } of jsm.streams.list()) streams.set(config.name, config);
  const differences = Object.entries(spec.streams).flatMap(([name, declared]) =>
    compare(`stream ${name}`, streamConfig(name, declared, replicas), streams.get(name)),
  );
  for (const [name, bucket] of Object.entries(spec.buckets)) {
    const stream = `${bucket.kind === 'kv' ? 'KV' : 'OBJ'}_${name}`;
    const declared = { name: stream, num_replicas: replicas, ...(bucket.kind === 'kv' ? { max_msgs_per_subject: bucket.history } : {}) };
    differences.push(...compare(`bucket ${name}`, declared, streams.get(stream)));
  }
  const found = new Map<string, ConsumerInfo>();
  for (const stream of new Set(spec.consumers.map((consumer) => consumer.stream)))
    if (streams.has(stream)) for await (const info of jsm.consumers.list(stream)) found.set(`${stream}/${info.name}`, info);
  for (const declared of spec.consumers) {
    const name = `${declared.stream}/${declared.name}`;
    differences.push(...compare<ConsumerConfig>(`consumer ${name}`, consumerConfig(declared), found.get(name)?.config));
  }
  return differences;
}

function compare<T extends object>(what: string, declared: Partial<T>, found: T | undefined): Difference[] {
  if (!found) return [{ what, setting: null, declared: 'there', found: 'missing' }];
  return Object.entries(declared).flatMap(([setting, value]) => {
    const actual = found[setting as keyof T];
    // The server leaves out what has no effect.
    const same = shown(actual) === shown(value) || (isNothing(actual) && isNothing(value));
    return same ? [] : [{ what, setting, declared: shown(value), found: shown(actual) }];
  });
}

const isNothing = (value: unknown) => value === undefined || value === null || value === false || value === 0 || value === '' || value === -1;
const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
