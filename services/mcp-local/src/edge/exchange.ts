// One request on its way: which revision it was given to, and how it is counted, exactly once.
import type { IncomingMessage } from 'node:http';
import { type Counters, count } from './counters.ts';
import { customerOf, type Flat } from './headers.ts';
import { choose, pointOf, type Target } from './routes.ts';
import type { Tracer } from './spans.ts';

/** A process that takes requests, and what it has had. */
export type Port = {
  port: number;
  inFlight: number;
  requests: number;
  errors: number;
  ms: number;
  /** Nobody listened there lately: others are asked first until then, by `performance.now`. */
  restUntil: number;
};

/** A target that takes requests, by one process or several. */
export type Lane = Target & { counters: Counters; ports: readonly Port[] };

/** A process that died answers at once, by refusing: without a rest it would look the least busy, and be sent everything. */
const REST_MS = 1000;

/** A service's listener reads its lanes here at every request; they are replaced as a whole. */
export type Route = {
  name: string;
  lanes: readonly Lane[];
  /** Taken off the lanes with requests in hand. */
  leaving: readonly Port[];
  /** Share of customers turned away, in per cent. */
  shed: number;
  trace: Tracer;
};

export type Exchange = {
  lane: Lane;
  /** Null: no process of it is there. */
  port: number | null;
  /** Headers of the trace that it belongs to from here on; null: as they came. */
  trace: Flat | null;
  /** Nobody listens at the port. */
  rest(): void;
  /** Counts the request; later calls change nothing. `error`: status and first line of what the customer got. `answered`: false where the caller left before that. */
  settle(error: { status: number; body: string } | null, answered?: boolean): void;
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
  const chosen = leastBusy(lane.ports, started);
  const traced = route.trace(request, started);
  const remote = request.socket.remoteAddress ?? '';
  let settled = false;
  let left = false;
  counters.inFlight += 1;
  if (chosen !== undefined) chosen.inFlight += 1;
  return {
    lane,
    port: chosen?.port ?? null,
    trace: traced?.headers ?? null,
    rest() {
      if (chosen !== undefined) chosen.restUntil = performance.now() + REST_MS;
    },
    settle(error, answered = true) {
      if (settled) return;
      settled = true;
      const ms = performance.now() - started;
      traced?.end(ms, error !== null, answered);
      if (chosen !== undefined) {
        chosen.requests += 1;
        chosen.ms += ms;
        if (error !== null) chosen.errors += 1;
      }
      // The query may hold what is nobody's business.
      const sample = error && { method: request.method ?? '', path: (request.url ?? '').split('?', 1)[0] ?? '', ...error };
      count(counters, { ms, error: sample && { customer: customer ?? remote, sample } }, () => new Date());
    },
    leave() {
      if (left) return;
      left = true;
      counters.inFlight -= 1;
      if (chosen !== undefined) chosen.inFlight -= 1;
    },
  };
}

/** The processes of a target. Those that were there before keep what is under way at them: else a new route would send everything to the busiest. */
export function portsOf({ port, more = [] }: Target, before: readonly Lane[]): Port[] {
  const known = new Map(before.flatMap((lane) => lane.ports.map((one) => [one.port, one])));
  return [...(port === null ? [] : [port]), ...more].map((one) => known.get(one) ?? { port: one, inFlight: 0, requests: 0, errors: 0, ms: 0, restUntil: 0 });
}

/** Those that no lane has any more, as long as they have something to answer. */
export function leavingOf({ lanes, leaving }: Route, next: readonly Lane[]): Port[] {
  const stay = new Set(next.flatMap((lane) => lane.ports));
  return [...leaving, ...lanes.flatMap((lane) => lane.ports)].filter((one) => one.inFlight > 0 && !stay.has(one));
}

let turn = 0;

/** Of those that are as little busy, each in its turn. */
function leastBusy(ports: readonly Port[], now: number): Port | undefined {
  if (ports.length < 2) return ports[0];
  turn = (turn + 1) % ports.length;
  let best = ports[turn] as Port;
  for (let i = 1; i < ports.length; i += 1) {
    const one = ports[(turn + i) % ports.length] as Port;
    const [rests, bestRests] = [one.restUntil > now, best.restUntil > now];
    if (rests === bestRests ? one.inFlight < best.inFlight : bestRests) best = one;
  }
  return best;
}
