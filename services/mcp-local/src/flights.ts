// Work that several callers may ask for at once is done once; it is cancelled when the last of them has gone, or when it is told to.

type Flight = { promise: Promise<unknown>; controller: AbortController; waiters: number };

export type Flights = {
  /** Joins the work under `key`, or starts it. */
  join<T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  has(key: string): boolean;
  /** Cancels the work and waits until it has ended. */
  cancel(key: string): Promise<void>;
  cancelAll(): Promise<void>;
};

export function createFlights(): Flights {
  const flights = new Map<string, Flight>();
  const ended = (flight: Flight): Promise<void> =>
    flight.promise.then(
      () => undefined,
      () => undefined,
    );
  const all: Flights = {
    async join(key, signal, work) {
      let flight = flights.get(key);
      if (flight === undefined) {
        const controller = new AbortController();
        const started: Flight = { controller, waiters: 0, promise: work(controller.signal).finally(() => flights.delete(key)) };
        flights.set(key, started);
        flight = started;
      }
      const joined = flight;
      joined.waiters += 1;
      const leave = () => {
        joined.waiters -= 1;
        if (joined.waiters === 0) joined.controller.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      try {
        return (await joined.promise) as Awaited<ReturnType<typeof work>>;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
    has: (key) => flights.has(key),
    async cancel(key) {
      const flight = flights.get(key);
      flight?.controller.abort();
      if (flight) await ended(flight);
    },
    async cancelAll() {
      await Promise.all([...flights.keys()].map((key) => all.cancel(key)));
    },
  };
  return all;
}
