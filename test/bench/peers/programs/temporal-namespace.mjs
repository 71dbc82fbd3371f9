// Registers the namespace `default` and waits until the server knows it.
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

const connection = await Connection.connect({ address: process.argv[2] });
const day = { seconds: 86_400 };
for (let attempt = 0; ; attempt++) {
  try {
    await connection.workflowService.registerNamespace({ namespace: 'default', workflowExecutionRetentionPeriod: day }).catch((error) => {
      if (error.code !== 6) throw error;
    });
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    break;
  } catch (error) {
    if (attempt > 120) throw error;
    await sleep(500);
  }
}
await connection.close();
