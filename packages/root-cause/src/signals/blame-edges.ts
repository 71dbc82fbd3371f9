// Trouble on calls to the end that explains it: a service whose calls are all hit, one way or both, or the one that all hit calls lead to. Pure.

type Edge = { from: string; to: string; amount: number };

/** A caller that no call comes to would have to fail in all it calls: a called one that fails all who call it is as likely as two of those. */
const CALLER_ALONE = 0.7;

/** Takes the entity that explains most of the amount, as far as the calls of that way are hit, then of what is left the next. */
export function blameEdges(edges: readonly Edge[]): Map<string, number> {
  const blamed = new Map<string, number>();
  const into = Map.groupBy(edges, (e) => e.to);
  const outOf = Map.groupBy(edges, (e) => e.from);
  const entities = [...new Set([...into.keys(), ...outOf.keys()])];
  const left = new Set(edges.filter((e) => e.amount > 0));
  while (left.size > 0) {
    const explained = (all: readonly Edge[]): { sum: number; worth: number } => {
      const hit = all.filter((e) => left.has(e));
      const sum = hit.reduce((total, e) => total + e.amount, 0);
      return { sum, worth: sum * (hit.length / Math.max(1, all.length)) ** 2 };
    };
    const options = entities.map((entity) => {
      const [called, calling] = [into.get(entity) ?? [], outOf.get(entity) ?? []];
      const [asCalled, asCaller, asBoth] = [explained(called), explained(calling), explained([...called, ...calling])];
      return { entity, sum: asBoth.sum, worth: Math.max(asCalled.worth, called.length > 0 ? asBoth.worth : 0, CALLER_ALONE * asCaller.worth) };
    });
    const [most] = options.toSorted((a, b) => b.worth - a.worth);
    if (most === undefined || most.worth <= 0) break;
    blamed.set(most.entity, most.sum);
    for (const e of [...(into.get(most.entity) ?? []), ...(outOf.get(most.entity) ?? [])]) left.delete(e);
  }
  return blamed;
}
