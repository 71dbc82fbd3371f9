// One nkey pair per user: the seed stays in AWO_HOME/keys for its owner's eyes only, the server learns the public half.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { TerminalError } from '@awo/contracts';
import { createUser, fromSeed } from '@nats-io/nkeys';
import { keyFile, prepareHome } from './home.ts';

function publicKeyOf(seedFile: string): string | undefined {
  let seed: string;
  try {
    seed = readFileSync(seedFile, 'utf8').trim();
  } catch {
    return undefined;
  }
  try {
    return fromSeed(new TextEncoder().encode(seed)).getPublicKey();
  } catch {
    throw new TerminalError('bad-config', `${seedFile} holds no nkey seed.`, 'Remove the file: the next start makes a new key.');
  }
}

/** Public keys by user name; missing pairs are made, present ones kept. */
export function ensureKeys(home: string, users: string[]): Record<string, string> {
  chmodSync(prepareHome(home).keys, 0o700);
  const publicKeys: Record<string, string> = {};
  for (const user of users) {
    const file = keyFile(home, user);
    let key = publicKeyOf(file);
    if (key === undefined) {
      const pair = createUser();
      // `wx`: of two starts at the same time only one may write, the other reads.
      try {
        writeFileSync(file, `${new TextDecoder().decode(pair.getSeed())}\n`, { mode: 0o600, flag: 'wx' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      key = publicKeyOf(file) ?? pair.getPublicKey();
    }
    chmodSync(file, 0o600);
    publicKeys[user] = key;
  }
  return publicKeys;
}
