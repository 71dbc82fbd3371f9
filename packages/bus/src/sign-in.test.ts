// The library signs the same way: Ed25519 is deterministic, so key and signature must be equal.
import { nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { signInWith } from './sign-in.ts';

const seedOf = (pair: { getSeed: () => Uint8Array }) => new TextDecoder().decode(pair.getSeed());

test('what the server is told is what the library tells it, whatever the key', () => {
  for (let n = 0; n < 40; n++) {
    const seed = seedOf(nkeys.createUser());
    const nonce = `nonce-${n}`;
    expect(signInWith(seed, 'a.nk')(nonce)).toEqual(nkeyAuthenticator(new TextEncoder().encode(seed))(nonce));
  }
});

test.each([
  ['an empty file', () => ''],
  [
    'a letter that is wrong',
    () => seedOf(nkeys.createUser()).replace(/^(.{20})(.)/, (_all, before: string, letter: string) => before + (letter === 'A' ? 'B' : 'A')),
  ],
  ['a seed of an account', () => seedOf(nkeys.createAccount())],
  ['a public key', () => nkeys.createUser().getPublicKey()],
])('%s is no key of a user, and that is said before a server is asked', (_what, text) => {
  expect(() => signInWith(text(), 'a.nk')).toThrow(/a\.nk holds no nkey seed of a user/);
});
