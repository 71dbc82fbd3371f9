/** Tells the warehouse that an order comes. A shop that knows of no warehouse sells what it has. */
export async function announceOrder(warehouse: string | undefined): Promise<void> {
  if (warehouse === undefined) return;
  const answer = await fetch(`${warehouse}/orders`, { signal: AbortSignal.timeout(3_000) });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${warehouse}/orders answered ${answer.status}`);
}
