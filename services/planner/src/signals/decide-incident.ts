// Which incident a signal belongs to: grouped by who calls whom and by time, flapping absorbed. Pure.
import type { IncidentRecord, Signal } from '@awo/contracts';

export type KnownIncident = IncidentRecord & {
  /** When its goal ended; null: it is being worked on. */
  endedAt: string | null;
  /** A repair of it was kept: what comes back afterwards is new. */
  repaired: boolean;
};
export type Grouping =
  | { kind: 'open'; record: IncidentRecord }
  | { kind: 'join'; record: IncidentRecord }
  /** It says what is known, or what was just mended: nothing new follows from it. */
  | { kind: 'absorb'; because: string };

/** Two things on the same road belong together within this time of the first: counted from the last, an incident that waits for a person would take in its neighbours' for ever. */
const TOGETHER_MS = 10 * 60_000;
/** A repair takes this long to show everywhere. */
const AFTERGLOW_MS = 15_000;
/** What went by itself, or was left to a person, is not looked at again sooner: it flaps. */
const ASKED_MS = 10 * 60_000;

/** `near`: services that call it or that it calls, directly or not. `fresh`: id and goal for the case that it is a new incident. */
export function decideGrouping(
  signal: Signal,
  known: readonly KnownIncident[],
  near: ReadonlySet<string>,
  now: Date,
  fresh: { id: string; goal: string },
): Grouping {
  if (signal.status === 'resolved') return { kind: 'absorb', because: 'resolved: the repair sees that for itself' };
  const here = known.filter((i) => i.environment === signal.environment);
  const age = (at: string): number => now.getTime() - Date.parse(at);
  const about = (i: IncidentRecord): boolean => i.services.includes(signal.service) || i.services.some((s) => near.has(s));
  const open = here.findLast((i) => i.endedAt === null && about(i) && (i.services.includes(signal.service) || age(i.openedAt) < TOGETHER_MS));
  if (open) {
    const { endedAt: _endedAt, ...record } = open;
    const services = [...new Set([...record.services, signal.service])].slice(0, 50);
    return { kind: 'join', record: { ...record, services, lastAt: now.toISOString(), signals: record.signals + 1 } };
  }
  const mended = here.findLast((i) => i.endedAt !== null && about(i) && age(i.endedAt) < AFTERGLOW_MS);
  if (mended) return { kind: 'absorb', because: `${mended.goal} has only just ended` };
  const same = here.findLast((i) => i.endedAt !== null && !i.repaired && i.services.includes(signal.service) && kindOf(i.symptom) === kindOf(signal.symptom));
  if (same?.endedAt && age(same.endedAt) < ASKED_MS) return { kind: 'absorb', because: `${same.goal} was about the same` };
  const at = now.toISOString();
  const { environment, service, symptom } = signal;
  return { kind: 'open', record: { ...fresh, environment, service, symptom, openedAt: at, lastAt: at, services: [service], signals: 1 } };
}

/** The same trouble has other figures each time. */
const kindOf = (symptom: string): string => symptom.replaceAll(/[\d.,]+/g, '#');

/** Everything that is connected to the service by calls, either way. */
export function nearTo(service: string, calls: readonly { from: string; to: string }[]): Set<string> {
  const found = new Set<string>();
  const walk = (name: string, way: 'from' | 'to'): void => {
    for (const call of calls) {
      const next = way === 'to' ? (call.from === name ? call.to : null) : call.to === name ? call.from : null;
      if (next === null || next === service || found.has(next)) continue;
      found.add(next);
      walk(next, way);
    }
  };
  walk(service, 'to');
  const below = [...found];
  found.clear();
  walk(service, 'from');
  for (const name of below) found.add(name);
  return found;
}
