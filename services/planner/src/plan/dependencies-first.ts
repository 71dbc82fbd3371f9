// The order in which services are released; backwards, the one in which they are taken back. Pure.

/** A service comes after those it calls; cycles keep the order they were found in. */
export function dependenciesFirst(services: readonly { name: string; dependsOn?: readonly string[] | undefined }[]): string[] {
  const byName = new Map(services.map((s) => [s.name, s]));
  const order: string[] = [];
  const visit = (name: string, path: Set<string>) => {
    const service = byName.get(name);
    if (!service || order.includes(name) || path.has(name)) return;
    for (const other of service.dependsOn ?? []) visit(other, new Set([...path, name]));
    if (!order.includes(name)) order.push(name);
  };
  for (const { name } of services) visit(name, new Set());
  return order;
}
