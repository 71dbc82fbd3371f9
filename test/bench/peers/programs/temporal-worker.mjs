// One Temporal worker process: 0 runs the workflows, 1 to 5 one activity each.
import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [number, address] = [Number(process.argv[2]), process.argv[3]];
const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error };
Runtime.install({ logger: quiet });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create(
  number === 0
    ? { connection, taskQueue: 'goals', workflowsPath: fileURLToPath(new URL('./temporal-workflow.mjs', import.meta.url)) }
    : {
        connection,
        taskQueue: `relay${number}`,
        activities: {
          effect: async (goal, step, done) => {
            if (done) await fetch(done, { method: 'POST' });
            return { goal, step, decided: 'hand over' };
          },
        },
      },
);
const running = worker.run();
process.send?.('ready');
await running;
await connection.close();
process.exit(0);
