// How good an order was, once the outcomes are known. Pure.

/** One test at its place in the order. */
export type Placed = { failed: boolean; durationMs: number };

/** Mean share of the order that is left when a failure shows (S. Elbaum et al. 2000); null where nothing failed. */
export function apfd(order: readonly Placed[]): number | null {
  return napfd(order, order.length);
}

/** The same by cost: the unit is a millisecond, not a test (S. Elbaum et al. 2001). */
export function apfdc(order: readonly Placed[]): number | null {
  // A test without a known duration still takes its turn.
  const costs = order.map((test) => Math.max(test.durationMs, 1e-3));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  let spent = 0;
  let found = 0;
  let sum = 0;
  order.forEach((test, at) => {
    const cost = costs[at] ?? 0;
    if (test.failed) {
      sum += total - spent - cost / 2;
      found += 1;
    }
    spent += cost;
  });
  return found === 0 ? null : sum / (total * found);
}

/** APFD where only the first `ran` tests are run: what is not found counts against it (X. Qu et al. 2007). */
export function napfd(order: readonly Placed[], ran: number): number | null {
  const total = order.filter((test) => test.failed).length;
  if (total === 0) return null;
  let found = 0;
  let positions = 0;
  for (let at = 0; at < Math.min(ran, order.length); at += 1)
    if (order[at]?.failed) {
      found += 1;
      positions += at + 1;
    }
  const share = found / total;
  return share - positions / (order.length * total) + share / (2 * order.length);
}

/** How many tests of the order fit into this share of its whole duration; at least one. */
export function ranWithin(order: readonly Placed[], share: number): number {
  const total = order.reduce((sum, test) => sum + Math.max(test.durationMs, 1e-3), 0);
  let spent = 0;
  for (let at = 0; at < order.length; at += 1) {
    spent += Math.max(order[at]?.durationMs ?? 0, 1e-3);
    if (spent > total * share * (1 + 1e-12)) return Math.max(1, at);
  }
  return order.length;
}
