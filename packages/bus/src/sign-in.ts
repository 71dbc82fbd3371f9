// Signs in with an nkey by Node's own Ed25519: the library's is JavaScript, and took 45 ms of every start and reconnect.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { TerminalError } from '@awo/contracts';
import type { Authenticator } from '@nats-io/transport-node';

/** Before the 32 bytes of a private key in PKCS #8 (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** First byte of a user's public key: the letter U. */
const USER = 20 << 3;

/** Answers the server's nonce for the user of a seed (`SU...`), which `file` holds. Throws TerminalError `bad-config` for what is no such seed. */
export function signInWith(seed: string, file: string): Authenticator {
  const bytes = fromBase32(seed);
  // Two bytes of prefix, 32 of the seed, two of checksum; the user's prefix is spread over the first two.
  const isUser = bytes.length === 36 && (((bytes[0] ?? 0) & 7) << 5) + ((bytes[1] ?? 0) >> 3) === USER;
  if (!isUser || crc16(bytes.subarray(0, 34)) !== bytes.readUInt16LE(34))
    throw new TerminalError('bad-config', `${file} holds no nkey seed of a user.`, 'Remove the file: the next start makes a new key.');
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, bytes.subarray(2, 34)]), format: 'der', type: 'pkcs8' });
  const raw = Buffer.concat([Buffer.from([USER]), createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)]);
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(crc16(raw));
  const nkey = toBase32(Buffer.concat([raw, checksum]));
  return (nonce) => ({ nkey, sig: sign(null, Buffer.from(nonce ?? ''), key).toString('base64') });
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let [bits, value] = [0, 0];
  for (const letter of text) {
    value = ((value << 5) | ALPHABET.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((value >> (bits -= 8)) & 0xff);
  }
  return Buffer.from(bytes);
}

function toBase32(bytes: Buffer): string {
  let text = '';
  let [bits, value] = [0, 0];
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5;) text += ALPHABET[(value >> (bits -= 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}

/** CRC-16/XMODEM, as nkeys have it. */
function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}
