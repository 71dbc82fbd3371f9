// The Temporal workflow: five activities, each on the task queue of another worker process.
import { proxyActivities } from '@temporalio/workflow';

export async function goalOf5(goal, done) {
  for (let number = 1; number <= 5; number++) {
    const { effect } = proxyActivities({ taskQueue: `relay${number}`, startToCloseTimeout: '1 minute' });
    await effect(goal, number, number === 5 ? done : null);
  }
}
