// Signed checkpoints: what a log looked like at one moment, under the installation's ed25519 key.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { chmod, link, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';
import { parseJson } from './append.ts';

/**
 * `goals`: how far the log had been read and what it hashed to. `archive`: a finished goal that was sealed.
 * The kind is part of what is signed, so that one can never pass for the other.
 */
export type CheckpointKind = 'goals' | 'archive';

/** `body` is the exact text that was signed: nobody has to agree on an order of keys. */
export const SignedCheckpoint = z.object({
  v: z.literal(1),
  kind: z.enum(['goals', 'archive']),
  body: z.string(),
  /** The public key, base64url of its 32 bytes. */
  key: z.string(),
  /** ed25519 over `awo-checkpoint-v1`, the kind and the body, a line feed between them; base64url. */
  signature: z.string(),
});
export type SignedCheckpoint = z.infer<typeof SignedCheckpoint>;

export type SigningKey = { publicKey: string; privateKey: KeyObject };
export type Verified<T> = { ok: true; payload: T } | { ok: false; because: 'malformed' | 'other-kind' | 'unknown-key' | 'bad-signature' | 'bad-payload' };

const signedBytes = (kind: CheckpointKind, body: string): Buffer => Buffer.from(`awo-checkpoint-v1\n${kind}\n${body}`);
const rawPublicKey = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x ?? '';

export function signCheckpoint(kind: CheckpointKind, payload: object, key: SigningKey): SignedCheckpoint {
  const body = JSON.stringify(payload);
  return { v: 1, kind, body, key: key.publicKey, signature: sign(null, signedBytes(kind, body), key.privateKey).toString('base64url') };
}

/** Checks kind, key and signature before it looks at the payload. `trusted`: public keys as `openSigningKey` and `readPublicKey` give them. */
export function verifyCheckpoint<T>(signed: unknown, kind: CheckpointKind, trusted: readonly string[], payload: z.ZodType<T>): Verified<T> {
  const parsed = SignedCheckpoint.safeParse(signed);
  if (!parsed.success) return { ok: false, because: 'malformed' };
  const { body, key, signature } = parsed.data;
  if (parsed.data.kind !== kind) return { ok: false, because: 'other-kind' };
  if (!trusted.includes(key)) return { ok: false, because: 'unknown-key' };
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
  if (!verify(null, signedBytes(kind, body), publicKey, Buffer.from(signature, 'base64url'))) return { ok: false, because: 'bad-signature' };
  const content = payload.safeParse(parseJson(Buffer.from(body)));
  return content.success ? { ok: true, payload: content.data } : { ok: false, because: 'bad-payload' };
}

/** The public half lies beside the private one, for those who only check: `installation.pem`, `installation.pub`. */
const publicFile = (file: string): string => file.replace(/(\.pem)?$/, '.pub');

/**
 * Reads the key (PKCS #8, PEM), or makes one that only its owner can read.
 * Throws TerminalError `bad-config` where the file holds no ed25519 key.
 */
export async function openSigningKey(file: string): Promise<SigningKey> {
  if (!(await exists(file))) await makeKey(file);
  await chmod(file, 0o600);
  const privateKey = parseKey(await readFile(file, 'utf8'));
  if (privateKey?.asymmetricKeyType !== 'ed25519')
    throw new TerminalError(
      'bad-config',
      `${file} holds no ed25519 key.`,
      'Put the right key back: with another one, no checkpoint that was signed before is believed.',
    );
  const publicKey = rawPublicKey(privateKey);
  await writeFile(publicFile(file), `${publicKey}\n`, { mode: 0o644 });
  return { publicKey, privateKey };
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Written beside and then linked: of two starts at the same time one makes the key, and nobody ever reads half of it. */
async function makeKey(file: string): Promise<void> {
  const fresh = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  const beside = `${file}.${randomUUID()}`;
  await writeFile(beside, fresh, { mode: 0o600, flag: 'wx' });
  await link(beside, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(beside);
}

/** The installation's public key, or null where no checkpoint was signed yet. `file` is the private key's. */
export async function readPublicKey(file: string): Promise<string | null> {
  return readFile(publicFile(file), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
