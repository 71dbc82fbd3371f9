// A key-value bucket on the broker, with the operations and conflicts of the client library.
import { JetStreamApiError } from '@nats-io/jetstream';
import type { KV, KvEntry } from '@nats-io/kv';
import type { Broker } from './broker.ts';
import { asApiError, lagOf } from './connection.ts';
import type { Network } from './network.ts';
import type { Proc } from './world.ts';

const OPERATION = 'KV-Operation';
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const CONFLICTS = new Set([10071, 10164]);

export function bucketOf(proc: Proc, network: Network, broker: Broker, bucket: string): KV {
  const stream = `KV_${bucket}`;
  const subject = (key: string) => `$KV.${bucket}.${key}`;
  const write = async (key: string, data: string, previousSeq: number | undefined, operation?: string): Promise<number> => {
    const options = {
      headers: new Map(operation ? [[OPERATION, operation]] : []),
      ...(previousSeq === undefined ? {} : { expectLast: previousSeq }),
    };
    const store = () => broker.publish(subject(key), encoder.encode(data), options);
    const what = () => `${operation ?? 'put'} ${key} after ${previousSeq ?? 'any'} ${data.slice(0, 60)}`;
    const { seq } = await network.request(proc, what, store).catch((error: unknown) => {
      throw asApiError(error);
    });
    return seq;
  };
  const get = async (key: string): Promise<KvEntry | null> => {
    const found = await network.request(
      proc,
      () => `get ${key}`,
      () => broker.last(stream, subject(key), lagOf(network, 'leader')),
    );
    if (!found) return null;
    const text = () => decoder.decode(found.data);
    const entry = { bucket, key, revision: found.seq, operation: found.headers.get(OPERATION) ?? 'PUT', value: found.data, string: text };
    return { ...entry, json: () => JSON.parse(text()) as unknown } as unknown as KvEntry;
  };
  const operations = {
    get,
    put: (key: string, data: string) => write(key, data, undefined),
    update: (key: string, data: string, revision: number) => write(key, data, revision),
    delete: async (key: string, options?: { previousSeq?: number }) => void (await write(key, '', options?.previousSeq, 'DEL')),
    // As the library does it: a key that was deleted is created anew over its marker.
    create: async (key: string, data: string) => {
      try {
        return await write(key, data, 0);
      } catch (error) {
        if (error instanceof JetStreamApiError && !CONFLICTS.has(error.code)) throw error;
        const entry = await get(key);
        if (entry?.operation === 'DEL') return write(key, data, entry.revision);
        throw error;
      }
    },
  };
  return operations as unknown as KV;
}
