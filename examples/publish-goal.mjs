// Publishes a goal on NATS and prints the answer: node examples/publish-goal.mjs REPO [REF] [ID]
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect, headers, nkeyAuthenticator } from '@nats-io/transport-node';

const [repo, revision = 'HEAD', id] = process.argv.slice(2);
if (!repo) {
  process.stderr.write('Usage: node examples/publish-goal.mjs REPO [REF] [ID]\n');
  process.exit(2);
}
const home = resolve(process.env.AWO_HOME ?? '.awo');
const { natsUrl } = JSON.parse(readFileSync(join(home, 'installation.json'), 'utf8'));
// Without the line end of the file, which is no part of the key.
const seed = new TextEncoder().encode(readFileSync(join(home, 'keys', 'publisher.nk'), 'utf8').trim());
const nc = await connect({ servers: natsUrl, authenticator: nkeyAuthenticator(seed), inboxPrefix: '_INBOX_publisher' });

const hdrs = headers();
// The same id is the same goal, however often it is published.
if (id) hdrs.set('Nats-Msg-Id', id);
const goal = JSON.stringify({ repo: resolve(repo), revision });
const answer = await nc.request('awo.goals.release', goal, { timeout: 10_000, headers: hdrs });
process.stdout.write(`${answer.string()}\n`);
await nc.drain();
process.exitCode = answer.json().accepted ? 0 : 1;
