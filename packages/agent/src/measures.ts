// What a replica measures of its messages: how long each waited, how long it took, how many came again.
import type { Role } from '@awo/contracts';
import { LABEL, count, time } from '@awo/telemetry';
import type { JsMsg } from '@nats-io/jetstream';

/** Makes the series known before anything happens, so that the first redelivery is seen as an increase. */
export function knowSeries(role: Role): void {
  for (const key of ['redeliveries', 'conflicts', 'deferred', 'poison'] as const) count(key, { [LABEL.role]: role }, 0);
}

/** Times `take`. Only first deliveries count as hand-overs: a later one has waited for somebody's death or back-off. */
export async function measured(message: JsMsg, role: Role, waited: 'handover' | 'timerLateness', take: () => Promise<void>): Promise<void> {
  const began = Date.now();
  const labels = { [LABEL.role]: role };
  if (message.redelivered) count('redeliveries', labels);
  else time(waited, (began - Number(message.timestampNanos / 1_000_000n)) / 1000, labels);
  try {
    await take();
  } finally {
    time('step', (Date.now() - began) / 1000, labels);
  }
}
