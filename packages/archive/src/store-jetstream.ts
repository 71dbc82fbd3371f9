// The archive as an object store of the bus: copied and backed up with the streams. Two subjects per object are what it costs the server's memory.
import { createHash } from 'node:crypto';
import { isConflict, storedMessages } from '@awo/bus';
import type { Connection } from '@awo/bus';
import { Objm } from '@nats-io/obj';
import type { ObjectInfo, ObjectStore } from '@nats-io/obj';
import { damaged } from './damage.ts';
import type { ArchiveStore } from './store.ts';

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
        if (isConflict(error)) return false;
        throw error;
      }
    },
    replace: async (name, bytes) => void (await (await objects()).putBlob({ name }, bytes)),
    read: async (name) => {
      const info = await (await objects()).info(name);
      return info && !info.deleted ? chunksOf(connection, bucket, info) : null;
    },
  };
}

/** Not by the library's push consumer: it waits for ever for a message that does not come, and its flow control asks for one more permission. */
async function chunksOf(connection: Connection, bucket: string, { name, nuid, size, digest }: ObjectInfo): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let have = 0;
  for await (const { data } of storedMessages(connection, `OBJ_${bucket}`, `$O.${bucket}.C.${nuid}`)) {
    parts.push(data);
    have += data.length;
  }
  const bytes = Buffer.concat(parts);
  const found = `SHA-256=${createHash('sha256').update(bytes).digest('base64url')}`;
  if (have !== size || found.replaceAll('=', '') !== digest.replaceAll('=', ''))
    throw damaged(`${name} in the object store ${bucket} has other bytes than were written`);
  return bytes;
}
