// The same goal as a CloudEvent in structured mode, published and not waited for: node examples/publish-cloud-event.mjs REPO ID
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';

const [repo, id] = process.argv.slice(2);
if (!repo || !id) {
  process.stderr.write('Usage: node examples/publish-cloud-event.mjs REPO ID\n');
  process.exit(2);
}
const home = resolve(process.env.AWO_HOME ?? '.awo');
const { natsUrl } = JSON.parse(readFileSync(join(home, 'installation.json'), 'utf8'));
// Without the line end of the file, which is no part of the key.
const seed = new TextEncoder().encode(readFileSync(join(home, 'keys', 'publisher.nk'), 'utf8').trim());
const nc = await connect({ servers: natsUrl, authenticator: nkeyAuthenticator(seed) });

const event = { specversion: '1.0', type: 'awo.goal', source: 'examples', id, data: { repo: resolve(repo) } };
nc.publish('awo.goals.release', JSON.stringify(event));
// Written to the socket; whether it was accepted is read with `npx awo ps` and `npx awo ps --refused`.
await nc.drain();
