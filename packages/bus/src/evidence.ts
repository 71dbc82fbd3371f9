// Evidence: large results in the object store, named by the SHA-256 of their bytes. Written once, never changed.
import { createHash } from 'node:crypto';
import type { Digest } from '@awo/contracts';
import { TerminalError } from '@awo/contracts';
import type { ObjectStore } from '@nats-io/obj';
import type { Connection } from './connect.ts';

export type Evidence = {
  /** Objects are stored as JSON. The same content twice is stored once. */
  put: (content: string | Uint8Array | object) => Promise<Digest>;
  /** Throws TerminalError `bad-message` when there is no such object or its bytes do not fit its name. */
  get: (digest: string) => Promise<Uint8Array>;
};

export const digestOf = (bytes: Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export function openEvidence(connection: Connection): Evidence {
  let opened: Promise<ObjectStore> | undefined;
  const store = () => (opened ??= import('@nats-io/obj').then(({ Objm }) => new Objm(connection.js).open('evidence')));
  return {
    put: async (content) => {
      const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
      const digest = digestOf(bytes);
      const objects = await store();
      if (!(await objects.info(digest))) await objects.putBlob({ name: digest }, bytes);
      return digest;
    },
    get: async (digest) => {
      const bytes = await (await store()).getBlob(digest);
      if (!bytes) throw new TerminalError('bad-message', `No evidence is stored as ${digest}.`);
      if (digestOf(bytes) !== digest) throw new TerminalError('bad-message', `The evidence ${digest} has other bytes than its name says: it was changed.`);
      return bytes;
    },
  };
}
