// One port, three places: each keeps what is there, replaces only when told to, and tells an object that is missing from one that cannot be read.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startTestNats, temporaryFolder } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from './store.ts';
import type { StoreConfig } from './policy.ts';
import type { ArchiveStore } from './store.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const folder = temporaryFolder('archive-store');
let nats: TestNats;

/** As much of S3 as is asked for: conditional PUT, GET, HEAD; who does not sign is refused. */
const objects = new Map<string, Buffer>();
const s3 = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const name = request.url ?? '';
    const body = Buffer.concat(chunks);
    const answer = (status: number, content?: Buffer) => response.writeHead(status).end(content);
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=test/')) return answer(403);
    const declared = request.headers['x-amz-content-sha256'];
    if (declared !== 'UNSIGNED-PAYLOAD' && declared !== createHash('sha256').update(body).digest('hex')) return answer(400);
    const there = objects.get(name);
    if (request.method !== 'PUT') return there ? answer(200, request.method === 'GET' ? there : undefined) : answer(404);
    if (there && request.headers['if-none-match'] === '*') return answer(412);
    objects.set(name, body);
    return answer(200);
  });
});

beforeAll(async () => {
  nats = await startTestNats();
  await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  s3.close();
  await nats.stop();
  folder.remove();
});

const bytes = (text: string) => new TextEncoder().encode(text);
const endpoint = () => process.env['AWO_TEST_S3'] ?? `http://127.0.0.1:${(s3.address() as AddressInfo).port}`;
const CONFIGS: Record<string, () => StoreConfig> = {
  'the object store of the bus': () => ({ kind: 'jetstream', bucket: 'archive' }),
  'a directory': () => ({ kind: 'directory', path: join(folder.path, 'packs-of-a-test') }),
  'an S3 bucket': () => ({ kind: 's3', endpoint: endpoint(), bucket: 'archive', region: 'us-east-1', prefix: 'awo/' }),
};

describe.each(Object.keys(CONFIGS))('%s', (name) => {
  let store: ArchiveStore;
  beforeAll(async () => {
    const config = CONFIGS[name]?.();
    if (!config) throw new Error(name);
    store = await openStore(config, await nats.as('archiver'), KEYS);
  });

  test('what was created is read back, byte by byte, also where it is larger than what a server sends unasked', async () => {
    const content = Buffer.from(Array.from({ length: 4_000_000 }, (_, n) => n % 251));
    expect(await store.create('packs/000000000001', content)).toBe(true);
    expect(Buffer.compare((await store.read('packs/000000000001')) ?? Buffer.alloc(0), content)).toBe(0);
  });

  test('a name that is taken is refused, and what is there stays', async () => {
    expect(await store.create('packs/000000000002', bytes('first'))).toBe(true);
    expect(await store.create('packs/000000000002', bytes('second'))).toBe(false);
    expect(await store.read('packs/000000000002')).toEqual(expect.objectContaining({ length: 5 }));
  });

  test('of several that create it at the same time one wins', async () => {
    const won = await Promise.all(['a', 'b', 'c', 'd'].map(async (text) => ((await store.create('packs/000000000003', bytes(text))) ? text : null)));
    const winners = won.filter((text) => text !== null);
    expect(winners).toHaveLength(1);
    expect(new TextDecoder().decode((await store.read('packs/000000000003')) ?? undefined)).toBe(winners[0]);
  });

  test('it is replaced where retention says so, and what is missing is null', async () => {
    await store.create('packs/000000000004', bytes('with'));
    await store.replace('packs/000000000004', bytes('without'));
    expect(new TextDecoder().decode((await store.read('packs/000000000004')) ?? undefined)).toBe('without');
    expect(await store.read('packs/000000000099')).toBeNull();
  });
});

test('nothing half-written is left beside the packs of a directory', () => {
  expect(readdirSync(join(folder.path, 'packs-of-a-test', 'packs')).filter((name) => !/^\d{12}$/.test(name))).toEqual([]);
});

test('a bucket without credentials is refused at the start, and one that does not answer is asked again later', async () => {
  const config = { kind: 's3', endpoint: 'http://127.0.0.1:9', bucket: 'archive', region: 'us-east-1', prefix: '' } as const;
  const connection = await nats.as('archiver');
  await expect(openStore(config, connection, {})).rejects.toMatchObject({ code: 'bad-config' });
  await expect((await openStore(config, connection, KEYS)).read('packs/000000000001')).rejects.toMatchObject({ code: 'archive-unavailable' });
});
