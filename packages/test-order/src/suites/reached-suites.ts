// Which suites can see a change: those of the units that it touches. Pure.

/** The unit above; null above the root. */
const parentOf = (dir: string): string | null => (dir === '.' ? null : dir.includes('/') ? dir.slice(0, dir.lastIndexOf('/')) : '.');

/** Touched units that have suites, and for one without any of its own the nearest unit above it that has some. */
export function testedUnits(suites: readonly { unit: string }[], touched: readonly { id: string }[]): Set<string> {
  const withSuite = new Set(suites.map((suite) => suite.unit));
  const found = new Set<string>();
  for (const { id } of touched) {
    let unit: string | null = id;
    while (unit !== null && !withSuite.has(unit)) unit = parentOf(unit);
    if (unit !== null) found.add(unit);
  }
  return found;
}
