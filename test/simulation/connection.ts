// The connection that the real bus code gets: publish, pull, acknowledge, last-by-subject and core messages over the simulated network.
import type { Connection } from '@awo/bus';
import { JetStreamApiError } from '@nats-io/jetstream';
import { Refusal } from './broker.ts';
import type { Broker, PublishOptions } from './broker.ts';
import { fetchMessages, headersOf } from './messages.ts';
import type { Fetch } from './messages.ts';
import type { Network } from './network.ts';
import type { Proc } from './world.ts';

const RIVALRY = 10164;
const encoder = new TextEncoder();
const bytesOf = (data: string | Uint8Array) => (typeof data === 'string' ? encoder.encode(data) : data);

type JsPublish = {
  headers?: { keys: () => string[]; get: (key: string) => string };
  timeout?: number;
  expect?: { lastSubjectSequence?: number; lastSubjectSequenceSubject?: string };
  schedule?: { specification: { at: Date }; target: string };
};

/** A refusal of the broker as the client library hands it on. */
export const asApiError = (error: unknown): unknown =>
  error instanceof Refusal ? new JetStreamApiError({ code: 400, err_code: error.code, description: error.message }) : error;

export const MAX_LAG_MS = 4000;
/** How far behind the replica is that answers this read. The leader lags only while it does not know yet that another one leads. */
export const lagOf = ({ random, faults }: Network, of: 'any' | 'leader'): number =>
  random.chance(of === 'any' ? faults.stale : faults.stale / 10) ? random.between(1, MAX_LAG_MS) : 0;

export function connectionOf(proc: Proc, network: Network, broker: Broker): Connection {
  const publish = async (subject: string, data: string | Uint8Array, given: JsPublish = {}) => {
    const headers = new Map((given.headers?.keys() ?? []).map((key) => [key, given.headers?.get(key) ?? '']));
    const { lastSubjectSequence: expectLast, lastSubjectSequenceSubject: expectSubject } = given.expect ?? {};
    const options: PublishOptions = {
      headers,
      ...(expectLast === undefined ? {} : { expectLast }),
      ...(expectSubject === undefined ? {} : { expectSubject }),
      ...(given.schedule ? { schedule: { at: given.schedule.specification.at, target: given.schedule.target } } : {}),
    };
    const store = () => {
      if (expectLast !== undefined && network.random.chance(network.faults.rivalry)) throw new Refusal(RIVALRY, 'wrong last sequence');
      return { ...broker.publish(subject, bytesOf(data), options), duplicate: false };
    };
    return network
      .request(proc, () => `publish ${subject}${expectLast === undefined ? '' : ` after ${expectLast}`}`, store, given.timeout)
      .catch((error: unknown) => {
        throw asApiError(error);
      });
  };
  const lastOf = (of: 'any' | 'leader') => async (stream: string, query: { last_by_subj: string }) => {
    const read = () => broker.last(stream, query.last_by_subj, lagOf(network, of));
    const found = await network.request(proc, () => `last of ${query.last_by_subj} from ${of}`, read);
    return found && { ...found, header: headersOf(found) };
  };
  const nc = {
    isClosed: () => false,
    status: () => network.status(proc),
    subscribe: (subject: string, { queue, callback }: { queue?: string; callback: Parameters<Network['subscribe']>[3] }) =>
      network.subscribe(proc, subject, queue, callback),
    publish: (subject: string, data: string | Uint8Array, options?: { reply?: string }) => network.publish(proc, subject, bytesOf(data), options?.reply),
  };
  const consumers = {
    get: async (stream: string, name: string) => {
      const consumer = broker.consumers.get(`${stream}/${name}`);
      await network.request(
        proc,
        () => `consumer ${stream}/${name}`,
        () => null,
      );
      if (!consumer) throw new Error('consumer not found');
      // Cached by the client once it has been read.
      const info = async () => ({ config: { ack_wait: consumer.spec.ackWaitMs * 1e6 } });
      return { info, fetch: async (wish: Fetch) => fetchMessages(proc, network, consumer, wish) };
    },
  };
  // The part of the client library that the bus uses; the casts stand for the rest of its surface.
  return {
    nc,
    js: { publish, consumers },
    jsm: { direct: { getMessage: lastOf('any') }, streams: { getMessage: lastOf('leader') } },
    user: proc.name.split('-')[0],
  } as unknown as Connection;
}
