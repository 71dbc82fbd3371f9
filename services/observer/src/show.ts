// What the observer shows at each export: goals by state, what is stuck, what waits, room on the disk.
import type { Bus } from '@awo/bus';
import { OUTCOMES } from '@awo/contracts';
import { LABEL, observe } from '@awo/telemetry';
import { readBacklog } from './backlog.ts';
import type { Counting } from './count-goals.ts';
import { GOAL_STATES, STUCK_REASONS, judge } from './stuck.ts';
import type { Patience } from './stuck.ts';

export type ShowOptions = { patience: Patience; folder: string | null; now: () => number };

export function showInstallation(bus: Bus, counting: Counting, { patience, folder, now }: ShowOptions): void {
  observe(['goals', 'goalsEnded', 'goalsStuck', 'goalOldest', 'timersLate', 'observerLag'], () => {
    const { states, stuck, timersLate, oldestSilenceMs } = judge(counting.open(), now(), patience);
    return {
      goals: GOAL_STATES.map((state) => ({ value: states[state], labels: { [LABEL.goalState]: state } })),
      goalsStuck: STUCK_REASONS.map((reason) => ({ value: stuck[reason], labels: { [LABEL.reason]: reason } })),
      // Also those that none has met yet: a series that begins with 1 is no increase to Prometheus.
      goalsEnded: [...new Map([...OUTCOMES.map((outcome) => [outcome, 0] as const), ...counting.ended()])].map(([outcome, value]) => ({
        value,
        labels: { [LABEL.outcome]: outcome },
      })),
      goalOldest: [{ value: oldestSilenceMs / 1000 }],
      timersLate: [{ value: timersLate }],
      observerLag: [{ value: counting.lag() }],
    };
  });
  observe(['consumerPending', 'consumerAckPending', 'consumerWaiting', 'storeBytes', 'storeFree', 'storeCapacity'], async () => {
    const { consumers, storedBytes, disk } = await readBacklog(bus, folder);
    const each = (value: (consumer: (typeof consumers)[number]) => number) =>
      consumers.map((one) => ({ value: value(one), labels: { [LABEL.stream]: one.stream, [LABEL.consumer]: one.consumer } }));
    return {
      consumerPending: each((one) => one.pending),
      consumerAckPending: each((one) => one.ackPending),
      consumerWaiting: each((one) => one.waiting),
      storeBytes: [{ value: storedBytes }],
      ...(disk ? { storeFree: [{ value: disk.freeBytes }], storeCapacity: [{ value: disk.totalBytes }] } : {}),
    };
  });
}
