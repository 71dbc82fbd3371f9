// What stands before a chain of reasons: how sure it is, and which comes first. Pure.

export const percentOf = (probability: number): string => `${Math.round(probability * 100)}%`;

/** Direct first, then by risk. */
const CHANGES = ['direct', 'implicit', 'none-semantic'];
const RISKS = ['high', 'medium', 'low'];
export const worstFirst = <U extends { change: string; risk: string }>(units: readonly U[]): U[] =>
  units.toSorted((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk) || CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change));
