// One request on its way: which revision it was given to, and how it is counted, exactly once.
import type { IncomingMessage } from 'node:http';
import { type Counters, count } from './counters.ts';
import { customerOf } from './headers.ts';
import { choose, pointOf, type Target } from './routes.ts';

/** A target that takes requests. */
type Lane = Target & { counters: Counters };

/** A service's listener reads its lanes here at every request; they are replaced as a whole. */
export type Route = { name: string; lanes: readonly Lane[]; /** Share of customers turned away, in per cent. */ shed: number };

export type Exchange = {
  lane: Lane;
  /** Counts the request; later calls change nothing. `error`: status and first line of what the customer got. */
  settle(error: { status: number; body: string } | null): void;
  /** The request no longer occupies the revision. */
  leave(): void;
};

/** The same customers each time, so that those who are served stay served. */
export function isTurnedAway(request: IncomingMessage, { name, shed }: Route): boolean {
  if (shed <= 0) return false;
  const customer = customerOf(request.headers);
  return (customer === null ? Math.random() * 100 : pointOf(customer, `${name} shed`)) < shed;
}

/** Null where no revision has traffic. */
export function begin(request: IncomingMessage, route: Route): Exchange | null {
  const customer = customerOf(request.headers);
  const lane = choose(route.lanes, customer === null ? Math.random() * 100 : pointOf(customer, route.name));
  if (lane === null) return null;
  const { counters } = lane;
  const started = performance.now();
  const remote = request.socket.remoteAddress ?? '';
  let settled = false;
  let left = false;
  counters.inFlight += 1;
  return {
    lane,
    settle(error) {
      if (settled) return;
      settled = true;
      // The query may hold what is nobody's business.
      const sample = error && { method: request.method ?? '', path: (request.url ?? '').split('?', 1)[0] ?? '', ...error };
      count(counters, { ms: performance.now() - started, error: sample && { customer: customer ?? remote, sample } }, () => new Date());
    },
    leave() {
      if (left) return;
      left = true;
      counters.inFlight -= 1;
    },
  };
}
