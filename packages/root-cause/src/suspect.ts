// A possible cause while it collects evidence. Pure.

export type Statement = { evidence: string; says: string };
export type Suspect = {
  entity: string;
  cause: string;
  /** Log odds against "something else", in about those units: 3 is strong. */
  points: number;
  for: Statement[];
  against: Statement[];
  /** An effect that is all there is: who it hit is known, what did it is not. */
  isEffect?: boolean;
  /** Another began in the same moment, and nothing parts the two. */
  isUntold?: boolean;
  /** The one of several that it is. */
  process?: string;
  nextCheck: string;
  repair?: string;
};

/** The same cause on the same entity from two engines is one suspect: the stronger one, with half of the other's points. */
export function mergeSuspects(all: readonly Suspect[]): Suspect[] {
  const merged = new Map<string, Suspect>();
  for (const one of all.toSorted((a, b) => b.points - a.points)) {
    const key = `${one.entity}\n${one.cause}`;
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, { ...one, for: [...one.for], against: [...one.against] });
      continue;
    }
    known.points += Math.max(0, one.points) * 0.2;
    const said = new Set(known.for.map((s) => s.says));
    known.for.push(...one.for.filter((s) => !said.has(s.says)));
    known.against.push(...one.against.filter((s) => !known.against.some((k) => k.says === s.says)));
  }
  return [...merged.values()].toSorted((a, b) => b.points - a.points || a.entity.localeCompare(b.entity) || a.cause.localeCompare(b.cause));
}
