// The archive in an S3-compatible bucket: create by `If-None-Match: *`, which the server decides, so that of two writers one wins.
import { RetryableError, TerminalError } from '@awo/contracts';
import { AwsClient } from 'aws4fetch';
import type { StoreConfig } from './policy.ts';
import type { ArchiveStore } from './store.ts';

const EXISTS = 412;
/** Two writers at the very same moment: one of them is asked to look again. */
const CONFLICT = 409;
const TIMEOUT_MS = 60_000;

type S3 = Extract<StoreConfig, { kind: 's3' }>;

/** Throws TerminalError `bad-config` without credentials in the environment. */
export function s3Store({ endpoint, bucket, region, prefix }: S3, env: Readonly<Record<string, string | undefined>>): ArchiveStore {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey)
    throw new TerminalError(
      'bad-config',
      'The archive is to lie in an S3 bucket, and there are no credentials.',
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  const sessionToken = env['AWS_SESSION_TOKEN'];
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: 's3', region, retries: 3, ...(sessionToken ? { sessionToken } : {}) });
  const place = `${endpoint.replace(/\/$/, '')}/${bucket}/${prefix}`;
  const ask = async (
    method: string,
    name: string,
    allowed: readonly number[],
    init: { body?: Uint8Array<ArrayBuffer>; headers?: Record<string, string> } = {},
  ) => {
    const response = await client.fetch(`${place}${name}`, { method, ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
      throw new RetryableError('archive-unavailable', `The bucket at ${place} does not answer: ${error instanceof Error ? error.message : String(error)}.`);
    });
    if (response.ok || allowed.includes(response.status)) return response;
    const said = (await response.text()).slice(0, 300);
    throw new RetryableError('archive-unavailable', `The bucket at ${place} answered ${response.status} to ${method} ${name}: ${said}`);
  };
  const body = (bytes: Uint8Array) => new Uint8Array(bytes);
  return {
    place,
    create: async (name, bytes) => {
      // Not every server knows the condition: where it is passed over, what is there must not be lost to a mere second attempt.
      const there = await ask('HEAD', name, [404]);
      if (there.ok) return false;
      const { status } = await ask('PUT', name, [EXISTS, CONFLICT], { body: body(bytes), headers: { 'If-None-Match': '*' } });
      return status !== EXISTS && status !== CONFLICT;
    },
    replace: async (name, bytes) => void (await ask('PUT', name, [], { body: body(bytes) })),
    read: async (name) => {
      const response = await ask('GET', name, [404]);
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
    },
  };
}
