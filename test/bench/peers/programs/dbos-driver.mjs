// Puts goals on the first DBOS queue: enqueued means that the row is committed.
import { DBOSClient } from '@dbos-inc/dbos-sdk';
import { drive } from './drive.mjs';

const [systemDatabaseUrl, rounds] = process.argv.slice(2);
const client = await DBOSClient.create({ systemDatabaseUrl, applicationName: 'bench' });
await drive(
  (goal, done) => client.enqueue({ queueName: 'relay1', workflowName: 'relay1', workflowID: `${goal}-1`, appVersion: '1' }, goal, done),
  JSON.parse(rounds),
);
await client.destroy();
