// What each process of a service had in each second of the last minute, where it has several. Bounded; in memory.
import type { EdgeCounters, LocalRevision, ProcessRow } from '@awo/contracts';

const KEPT_MS = 60_000;
/** An answer has to fit into one message of the bus. */
const MOST_ROWS = 1500;

type Counted = NonNullable<EdgeCounters['processes']>;
type Share = ProcessRow & { t: number };

export type Shares = {
  /** `counted`: since the edge knows each of them. */
  add(entity: string, revision: Pick<LocalRevision, 'revision' | 'launch' | 'port' | 'replicas'>, counted: Counted, t: number): void;
  since(from: number): Share[];
};

export function createShares(): Shares {
  let rows: Share[] = [];
  const before = new Map<string, Map<string, Counted[number]>>();
  return {
    add(entity, { revision, launch, port, replicas = [] }, counted, t) {
      const names = new Map([{ launch, port }, ...replicas].map((one) => [one.port, one.launch]));
      const present = new Map(counted.flatMap((one) => (names.has(one.port) ? [[names.get(one.port) ?? '', one] as const] : [])));
      const last = before.get(entity);
      before.set(entity, present);
      rows = rows.filter((row) => row.t > t - KEPT_MS).slice(-MOST_ROWS);
      if (present.size < 2) return;
      for (const [process, { requests, errors, ms, inFlight }] of present) {
        const known = last?.get(process);
        // The edge was started anew, or knows it since this second.
        if (known === undefined || known.requests > requests) continue;
        rows.push({
          t,
          entity,
          process,
          revision,
          requests: requests - known.requests,
          errors: errors - known.errors,
          ms: Math.max(0, ms - known.ms),
          waiting: inFlight,
        });
      }
    },
    since: (from) => rows.filter((row) => row.t >= from),
  };
}
