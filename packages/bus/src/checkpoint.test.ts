// Checkpoints are believed only as they were signed, by whom, and for what.
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@awo/testing';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openSigningKey, readPublicKey, signCheckpoint, verifyCheckpoint } from './checkpoint.ts';

const folder = temporaryFolder('checkpoint');
afterAll(() => folder.remove());
const file = join(folder.path, 'installation.pem');
const Payload = z.object({ seq: z.number(), hash: z.string() });
const payload = { seq: 7, hash: 'abc' };

test('what was signed is read back by whoever has the public key only', async () => {
  const key = await openSigningKey(file);
  const trusted = await readPublicKey(file);
  expect(trusted).toBe(key.publicKey);
  expect(verifyCheckpoint(JSON.parse(JSON.stringify(signCheckpoint('goals', payload, key))), 'goals', [trusted ?? ''], Payload)).toEqual({ ok: true, payload });
});

test('the private key is for its owner only and stays the same, so that old checkpoints are believed', async () => {
  const again = await openSigningKey(file);
  expect(again.publicKey).toBe((await openSigningKey(file)).publicKey);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a changed body, another kind, another key and a damaged signature are each named', async () => {
  const key = await openSigningKey(file);
  const stranger = await openSigningKey(join(folder.path, 'stranger.pem'));
  const signed = signCheckpoint('goals', payload, key);
  const because = (changed: unknown, kind: 'goals' | 'archive' = 'goals') => {
    const found = verifyCheckpoint(changed, kind, [key.publicKey], Payload);
    return found.ok ? 'believed' : found.because;
  };
  expect(because(signed)).toBe('believed');
  expect(because({ ...signed, body: signed.body.replace('7', '8') })).toBe('bad-signature');
  expect(because({ ...signed, signature: signed.signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) })).toBe('bad-signature');
  expect(because({ ...signed, kind: 'archive' }, 'archive')).toBe('bad-signature');
  expect(because(signed, 'archive')).toBe('other-kind');
  expect(because(signCheckpoint('goals', payload, stranger))).toBe('unknown-key');
  expect(because({ ...signCheckpoint('goals', payload, stranger), key: key.publicKey })).toBe('bad-signature');
  expect(because(signCheckpoint('goals', { seq: 'seven' }, key))).toBe('bad-payload');
  expect(because('text')).toBe('malformed');
});

test('a file that holds no key is not replaced by a new one: nothing signed before would be believed', async () => {
  const broken = join(folder.path, 'broken.pem');
  writeFileSync(broken, 'no key');
  await expect(openSigningKey(broken)).rejects.toThrow('holds no ed25519 key');
});
