// An incident that nobody released: what the shop depends on becomes slow, and the goal that mends it is shown until it has ended.
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Warehouse } from '../warehouse.ts';
import type { Awo } from './awo.ts';
import { failedIn } from './customers.ts';
import { stateOf, type Stage } from './play.ts';

const SLOW_MS = 600;
const LOOK_EVERY_MS = 500;
const GIVE_UP_MS = 60_000;
/** Requests per service after which it is known what is usual. */
const ENOUGH_TRAFFIC = 200;
const Listed = z.object({ goals: z.array(z.looseObject({ id: z.string(), kind: z.string(), acceptedAt: z.string() })) });

/** Exit code. Like a release's, its end is shown and not expected: nothing here knows the answer. */
export async function playIncident({ awo, customers, played, save, say, signal }: Stage, warehouse: Warehouse): Promise<number> {
  if (played.incident) {
    say(`\nAn incident that nobody released\n    played before: ${played.incident.outcome} (${played.incident.goal})`);
    return 0;
  }
  await customers.busy(ENOUGH_TRAFFIC, signal);
  if (signal.aborted) return 130;
  say(`\nAn incident that nobody released: the warehouse, which the cart tells of every order, takes ${SLOW_MS} ms from now on`);
  const failedBefore = failedIn(await customers.counts());
  const since = Date.now();
  warehouse.slow(SLOW_MS);
  try {
    const goal = await noticed(awo, since, signal);
    if (signal.aborted) return 130;
    if (goal === null) {
      say(`Nobody noticed within ${GIVE_UP_MS / 1000} s, or it joined an incident that is open already. Look with: npx awo ps`);
      return 0;
    }
    say(`$ npx awo watch ${goal}`);
    await awo.show(['watch', goal]);
    if (signal.aborted) return 130;
    const { ended, acceptedAt } = await stateOf(awo, goal);
    if (!ended) return 3;
    played.incident = {
      goal,
      outcome: ended.outcome,
      because: ended.because,
      noticedMs: Date.parse(acceptedAt) - since,
      tookMs: Date.parse(ended.at) - since,
      failedForCustomers: failedIn(await customers.counts()) - failedBefore,
    };
    await save(played);
    return 0;
  } finally {
    warehouse.slow(0);
  }
}

/** The goal that was opened for it; null: none within the time. */
async function noticed(awo: Awo, since: number, signal: AbortSignal): Promise<string | null> {
  while (Date.now() - since < GIVE_UP_MS && !signal.aborted) {
    const [listed] = await awo.read(['ps']);
    const found = Listed.parse(listed).goals.find((g) => g.kind === 'remediate' && Date.parse(g.acceptedAt) >= since);
    if (found) return found.id;
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return null;
}
