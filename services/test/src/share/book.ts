// Whose is which suite of a step: not begun, in somebody's hands, or done. Pure: the clock is an argument.

/** Who keeps the book. It falls silent for nobody, and what it cannot run nobody else is asked for. */
export const LEAD = 'lead';

export type Book<R> = {
  /** The first suite that nobody has begun; null: there is none, or not for this agent. */
  take(by: string, atMs: number): string | null;
  /** A sign of life. False: the result is known, or the suite was never given to this agent, so it may stop. */
  heard(by: string, suite: string, atMs: number): boolean;
  /** The first result of a suite wins, also a late one of an agent that was given up. False: dropped. */
  done(by: string, suite: string, result: R): boolean;
  /** Puts it back in its place, which is before everything that was not begun. False: it is not this agent's. */
  giveBack(by: string, suite: string): boolean;
  /** Puts back what is with agents that were last heard before this time. */
  giveUp(heardBeforeMs: number): { by: string; suite: string }[];
  /** How many nobody has begun. */
  left(): number;
  isOver(): boolean;
  /** In the order of the list. Those without one are left out. */
  results(): R[];
};

type Entry<R> = { suite: string; holder: string | null; heardMs: number; givenTo: Set<string>; result: R | null };

/** `suites` in the order in which they are to begin. One that is named twice runs once. */
export function openBook<R extends object>(suites: readonly string[]): Book<R> {
  const entries = [...new Set(suites)].map((suite): Entry<R> => ({ suite, holder: null, heardMs: 0, givenTo: new Set(), result: null }));
  const find = (suite: string) => entries.find((entry) => entry.suite === suite);
  const unbegun = (entry: Entry<R>) => entry.result === null && entry.holder === null;
  /** Gave one back or fell silent. What stopped it then would stop it again: a suite could go to and fro for ever. */
  const unfit = new Set<string>();
  const putBack = (entry: Entry<R>, by: string) => {
    entry.holder = null;
    unfit.add(by);
  };
  return {
    take(by, atMs) {
      const entry = unfit.has(by) ? undefined : entries.find(unbegun);
      if (!entry) return null;
      Object.assign(entry, { holder: by, heardMs: atMs });
      entry.givenTo.add(by);
      return entry.suite;
    },
    heard(by, suite, atMs) {
      const entry = find(suite);
      if (!entry?.givenTo.has(by) || entry.result !== null) return false;
      if (entry.holder === by) entry.heardMs = atMs;
      return true;
    },
    done(by, suite, result) {
      const entry = find(suite);
      if (!entry?.givenTo.has(by) || entry.result !== null) return false;
      entry.result = result;
      return true;
    },
    giveBack(by, suite) {
      const entry = find(suite);
      if (entry?.holder !== by || entry.result !== null) return false;
      putBack(entry, by);
      return true;
    },
    giveUp(heardBeforeMs) {
      const lost = entries.filter(({ holder, result, heardMs }) => holder !== null && holder !== LEAD && result === null && heardMs < heardBeforeMs);
      return lost.map((entry) => {
        const by = entry.holder ?? '';
        putBack(entry, by);
        return { by, suite: entry.suite };
      });
    },
    left: () => entries.filter(unbegun).length,
    isOver: () => entries.every(({ result }) => result !== null),
    results: () => entries.flatMap(({ result }) => (result === null ? [] : [result])),
  };
}
