// Which services began to be in trouble and which got well since the last look: what the monitor signals. Pure.
import { requestsOf } from '../vitals/lost-telemetry.ts';
import { type Collected, inWords, servicesOf, type Trouble, type TroubleKind, troublesOf } from '../vitals/trouble.ts';

const LOST = 'lost-telemetry';
type One = { since: number; signalledAt: number; kinds: (TroubleKind | typeof LOST)[] };
/** Services in trouble, and how it was signalled. */
export type Known = ReadonlyMap<string, One>;
export type Noticed = { service: string; status: 'firing' | 'resolved'; type: string; symptom: string };

const LAST_MS = 3000;
/** What began within this time may still be in what is taken for normal. */
const NOT_NORMAL_MS = 15_000;
/** A release is watched by its own steps; its service is left to them while it is new. */
const SETTLED_MS = 15_000;
/** Of what comes back right after a repair the first signal is absorbed: the next one must not be long in coming. */
export const AGAIN_MS = 20_000;

export function decideSignals(collected: Collected, known: Known): { noticed: Noticed[]; known: Known } {
  const next = new Map<string, One>();
  const noticed: Noticed[] = [];
  const now = collected.at;
  for (const service of servicesOf(collected)) {
    const before = known.get(service);
    const troubles = troublesOf(collected, service, { normalUntil: now - NOT_NORMAL_MS, lastMs: LAST_MS });
    // Nothing measured is no news, neither good nor bad.
    if (troubles === null) {
      if (before) next.set(service, before);
      continue;
    }
    const requests = requestsOf(collected, service);
    // Once, however long it lasts: there is nothing that a repair of the service could change.
    if (troubles.length === 0 && before?.kinds.includes(LOST) && requests.kind !== 'counted') {
      next.set(service, before);
      continue;
    }
    if (troubles.length === 0 && requests.kind === 'lost') {
      noticed.push({ service, status: 'firing', type: LOST, symptom: requests.says });
      next.set(service, { since: requests.since, signalledAt: now, kinds: [...(before?.kinds ?? []), LOST] });
      continue;
    }
    if (troubles.length === 0) {
      if (before) noticed.push({ service, status: 'resolved', type: 'healthy', symptom: 'as it should be again' });
      continue;
    }
    if (isNew(collected, service, now)) continue;
    const fresh = before === undefined || now - before.signalledAt >= AGAIN_MS || troubles.some((t) => !before.kinds.includes(t.kind));
    if (fresh) noticed.push({ service, status: 'firing', type: troubles[0]?.kind ?? 'trouble', symptom: inWords(troubles).slice(0, 300) });
    next.set(service, {
      since: before?.since ?? sinceOf(troubles),
      signalledAt: fresh ? now : (before?.signalledAt ?? now),
      kinds: [...new Set([...(before?.kinds ?? []), ...troubles.map((t) => t.kind)])],
    });
  }
  return { noticed, known: next };
}

const sinceOf = (troubles: readonly Trouble[]): number => Math.min(...troubles.map((t) => t.since));

const isNew = ({ changes }: Collected, service: string, now: number): boolean =>
  changes.some((c) => c.entity === service && c.kind === 'release' && now - c.t < SETTLED_MS);
