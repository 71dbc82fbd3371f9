// All counters of an environment: one entry per service, revision and start; kept after a revision has gone, for those who look for the cause.
import { type Counters, emptyCounters, type Saved } from './counters.ts';

/** Starts of one service whose counts are kept. */
const KEPT_PER_SERVICE = 20;

/** One start of a revision; that of its control is one by itself. */
type Start = { revision: string; generation: number; control?: true | undefined };
type Entry = Start & { service: string; counters: Counters };

export type Ledger = {
  /** The same counters for the same start, whatever happened to its weight. */
  of(service: string, start: Start): Counters;
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
  for (const { service, revision, generation, control, customers, ...rest } of saved)
    list(service).push({
      service,
      revision,
      generation,
      ...(control === undefined ? {} : { control }),
      counters: { ...rest, customers: new Set(customers), inFlight: 0 },
    });

  return {
    of(service, { revision, generation, control }) {
      const entries = list(service);
      const known = entries.find((e) => e.revision === revision && e.generation === generation && e.control === control);
      if (known) return known.counters;
      const entry = { service, revision, generation, ...(control === undefined ? {} : { control }), counters: emptyCounters() };
      entries.push(entry);
      entries.sort((a, b) => a.generation - b.generation);
      if (entries.length > KEPT_PER_SERVICE) entries.shift();
      return entry.counters;
    },
    entries: (service) => services.get(service) ?? [],
    all: () => [...services.values()].flat(),
    save: () =>
      [...services.values()].flat().map(({ service, revision, generation, control, counters: c }) => ({
        service,
        revision,
        generation,
        ...(control === undefined ? {} : { control }),
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
