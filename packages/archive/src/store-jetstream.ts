// The archive as an object store of the bus: copied and backed up with the streams. Two subjects per object are what it costs the server's memory.
import type { Connection } from '@awo/bus';
import { JetStreamApiError } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import type { ObjectStore } from '@nats-io/obj';
import type { ArchiveStore } from './store.ts';

const WRONG_LAST_SEQUENCE = 10071;

export function jetstreamStore(connection: Connection, bucket: string): ArchiveStore {
  let opened: Promise<ObjectStore> | undefined;
  const objects = () =>
    (opened ??= new Objm(connection.js).open(bucket).catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
  return {
    place: `object store ${bucket}`,
    create: async (name, bytes) => {
      const store = await objects();
      if (await store.info(name)) return false;
      try {
        await store.putBlob({ name }, bytes, { previousRevision: 0 });
        return true;
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE) return false;
        throw error;
      }
    },
    replace: async (name, bytes) => void (await (await objects()).putBlob({ name }, bytes)),
    read: async (name) => (await objects()).getBlob(name),
  };
}
