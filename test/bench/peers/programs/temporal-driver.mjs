// Makes the namespace, then starts workflows: started means that the history is stored.
import { Client, Connection } from '@temporalio/client';
import { drive } from './drive.mjs';

const [address, rounds] = process.argv.slice(2);
const connection = await Connection.connect({ address });
const client = new Client({ connection });
await drive((goal, done) => client.workflow.start('goalOf5', { workflowId: goal, taskQueue: 'goals', args: [goal, done] }), JSON.parse(rounds));
await connection.close();
