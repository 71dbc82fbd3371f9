// A clock that stands still until it is told to go on.
export interface FixedClock {
  now(): Date;
  advance(ms: number): void;
}

export function fixedClock(start = '2026-01-01T00:00:00.000Z'): FixedClock {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    advance: (ms) => {
      at += ms;
    },
  };
}
