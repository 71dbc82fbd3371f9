// All counters of an environment: one entry per service, revision and start; kept after a revision has gone, for those who look for the cause.
import { type Counters, emptyCounters, type Saved } from './counters.ts';

/** Starts of one service whose counts are kept. */
const KEPT_PER_SERVICE = 20;

type Entry = { service: string; revision: string; generation: number; counters: Counters };

export type Ledger = {
  /** The same counters for the same start, whatever happened to its weight. */
  of(service: string, revision: string, generation: number): Counters;
  entries(service: string): Entry[];
  all(): Entry[];
  save(): Saved;
};

export function createLedger(saved: Saved = []): Ledger {
  const services = new Map<string, Entry[]>();
  const list = (service: string): Entry[] => {
    const known = services.get(service) ?? [];
    services.set(service, known);
    return known;
  };
  for (const { service, revision, generation, customers, ...rest } of saved)
    list(service).push({ service, revision, generation, counters: { ...rest, customers: new Set(customers), inFlight: 0 } });

  return {
    of(service, revision, generation) {
      const entries = list(service);
      const known = entries.find((e) => e.revision === revision && e.generation === generation);
      if (known) return known.counters;
      const entry = { service, revision, generation, counters: emptyCounters() };
      entries.push(entry);
      entries.sort((a, b) => a.generation - b.generation);
      if (entries.length > KEPT_PER_SERVICE) entries.shift();
      return entry.counters;
    },
    entries: (service) => services.get(service) ?? [],
    all: () => [...services.values()].flat(),
    save: () =>
      [...services.values()].flat().map(({ service, revision, generation, counters: c }) => ({
        service,
        revision,
        generation,
        requests: c.requests,
        errors: c.errors,
        latency: c.latency,
        customers: [...c.customers],
        firstErrorAt: c.firstErrorAt,
        samples: c.samples,
        ...(c.copies === undefined ? {} : { copies: c.copies }),
      })),
  };
}
