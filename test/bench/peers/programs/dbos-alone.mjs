// DBOS in one process: one workflow of five durable steps, no hand-over. The least that it can cost.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { drive } from './drive.mjs';

const [systemDatabaseUrl, rounds] = process.argv.slice(2);
const goalOf5 = DBOS.registerWorkflow(
  async (goal, done) => {
    for (let number = 1; number <= 5; number++) await DBOS.runStep(async () => ({ goal, number, decided: 'hand over' }), { name: `effect-${number}` });
    await fetch(done, { method: 'POST' });
  },
  { name: 'goalOf5' },
);
DBOS.setConfig({ name: 'alone', systemDatabaseUrl, logLevel: 'error', applicationVersion: '1', executorID: 'alone', runAdminServer: false });
await DBOS.launch();
await drive(async (goal, done) => void (await DBOS.startWorkflow(goalOf5, { workflowID: goal })(goal, done)), JSON.parse(rounds));
await DBOS.shutdown();
process.exit(0);
