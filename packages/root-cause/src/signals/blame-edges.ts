// Trouble on calls to the end that explains it: a service whose calls are all hit, or the one that all hit calls lead to. Pure.

type Edge = { from: string; to: string; amount: number; n: number };

/** Takes the entity that most of the amount touches, as far as all of its calls are hit, then of what is left the next. Every call counts where its trouble is put down. */
export function blameEdges(edges: readonly Edge[]): Map<string, number> {
  const blamed = new Map<string, number>();
  let left = edges.filter((e) => e.amount > 0);
  const touching = Map.groupBy(
    edges.flatMap((e) => [[e.from, e] as const, [e.to, e] as const]),
    ([entity]) => entity,
  );
  while (left.length > 0) {
    const totals = new Map<string, { sum: number; hit: number; calls: number }>();
    for (const e of left)
      for (const [entity, isCalled] of [
        [e.to, true],
        [e.from, false],
      ] as const) {
        const one = totals.get(entity) ?? { sum: 0, hit: 0, calls: 0 };
        totals.set(entity, { sum: one.sum + e.amount, hit: one.hit + 1, calls: one.calls + (isCalled ? 1 : 0) });
      }
    const worth = ([entity, { sum, hit, calls }]: [string, { sum: number; hit: number; calls: number }]): number => {
      const part = hit / Math.max(1, touching.get(entity)?.length ?? 1);
      // Of two ends with as much the called one: a caller with one call would be as likely only if it was called less well as well.
      return sum * part ** 2 * (calls > 0 ? 1 : 0.7);
    };
    const [most] = [...totals].toSorted((a, b) => worth(b) - worth(a));
    if (most === undefined) break;
    blamed.set(most[0], most[1].sum);
    left = left.filter((e) => e.from !== most[0] && e.to !== most[0]);
  }
  return blamed;
}
