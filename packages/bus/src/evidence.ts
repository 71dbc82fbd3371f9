// Evidence: large results in the object store, named by the SHA-256 of their bytes. Written once, never changed.
import { createHash, randomUUID } from 'node:crypto';
import type { Digest } from '@awo/contracts';
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';
import { parseJson } from './append.ts';
import type { Connection } from './connect.ts';
import { storedMessages } from './read.ts';

export type Evidence = {
  /** Objects are stored as JSON. The same content twice is stored once. */
  put: (content: string | Uint8Array | object) => Promise<Digest>;
  /** Throws TerminalError `bad-message` when there is no such object or its bytes do not fit its name. */
  get: (digest: string) => Promise<Uint8Array>;
};

const STREAM = 'OBJ_evidence';
const CHUNK_BYTES = 128 * 1024;
/** The part of an object's description that reading needs; the layout is that of the NATS object store, so its tools read it too. */
const Description = z.object({ nuid: z.string().min(1), size: z.number().int().min(0), deleted: z.boolean().optional() });

const urlSafe = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_');
const descriptionSubject = (digest: string) => `$O.evidence.M.${urlSafe(Buffer.from(digest).toString('base64'))}`;
const chunkSubject = (nuid: string) => `$O.evidence.C.${nuid}`;

export const digestOf = (bytes: Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/**
 * Not by the library's object store: it replaces by rollup and reads by push consumers, and who may do these may also
 * empty the store, or have its bytes delivered onto another's subject.
 */
export function openEvidence(connection: Connection): Evidence {
  return {
    put: async (content) => {
      const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
      const digest = digestOf(bytes);
      if ((await find(connection, digest)).kind !== 'found') await store(connection, digest, bytes);
      return digest;
    },
    get: async (digest) => {
      const found = await find(connection, digest);
      if (found.kind === 'found') return found.bytes;
      if (found.kind === 'none') throw new TerminalError('bad-message', `No evidence is stored as ${digest}.`);
      throw new TerminalError('bad-message', `The evidence ${digest} has other bytes than its name says: it was changed.`);
    },
  };
}

async function store({ js }: Connection, digest: string, bytes: Uint8Array): Promise<void> {
  const nuid = randomUUID();
  let chunks = 0;
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES, chunks++) await js.publish(chunkSubject(nuid), bytes.subarray(at, at + CHUNK_BYTES));
  const description = {
    name: digest,
    bucket: 'evidence',
    nuid,
    size: bytes.length,
    chunks,
    digest: `SHA-256=${urlSafe(Buffer.from(digest.slice('sha256:'.length), 'hex').toString('base64'))}`,
    mtime: new Date().toISOString(),
    deleted: false,
    options: { max_chunk_size: CHUNK_BYTES },
  };
  // Last: an object without its description is not there.
  await js.publish(descriptionSubject(digest), JSON.stringify(description));
}

type Found = { kind: 'found'; bytes: Uint8Array } | { kind: 'none' } | { kind: 'changed' };

/** The first description whose bytes fit the name: whatever somebody has stored under the same name before or after does no harm. */
async function find(connection: Connection, digest: string): Promise<Found> {
  let seen = false;
  for await (const message of storedMessages(connection, STREAM, descriptionSubject(digest))) {
    const description = Description.safeParse(parseJson(message.data));
    seen = true;
    if (!description.success || description.data.deleted) continue;
    const bytes = await read(connection, description.data);
    if (digestOf(bytes) === digest) return { kind: 'found', bytes };
  }
  return { kind: seen ? 'changed' : 'none' };
}

async function read(connection: Connection, { nuid, size }: { nuid: string; size: number }): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let have = 0;
  if (size === 0) return new Uint8Array();
  for await (const { data } of storedMessages(connection, STREAM, chunkSubject(nuid))) {
    parts.push(data);
    have += data.length;
    if (have >= size) break;
  }
  return new Uint8Array(Buffer.concat(parts).subarray(0, size));
}
