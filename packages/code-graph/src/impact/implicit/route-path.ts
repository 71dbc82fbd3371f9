// Paths of routes as they are served and as they are called, part by part. Pure.

/** `/cart/:id`, `/cart/{id}`, `/cart/${id}`, `/cart/#{id}`, `/cart/$id` and `/cart/%s` give `cart/*`; what is put in before the first slash is an address. */
export function routeSegments(path: string): string[] {
  const bare = path
    .replace(/^[a-z]+:\/\/[^/]+/i, '')
    .replace(/^(?:[$#]\{[^}]*\}|(?:\{[^}]*\}|%[sv])(?=\/))/, '')
    .replaceAll(/[$#]?\{[^}]*\}|<[^>]*>|:[A-Za-z_]\w*|\$[A-Za-z_]\w*|%[sdv]/g, '*')
    .replace(/[?#].*$/, '');
  return bare.split('/').filter((part) => part !== '');
}

/** Served under a prefix of others (`end`), or itself the prefix of what is called: `/cart/` answers `/cart/${id}` (`start`). */
export function matches(served: readonly string[], called: readonly string[]): 'whole' | 'end' | 'start' | null {
  const offset = called.length - served.length;
  if (offset < 0 || served.length === 0) return null;
  if (fits(served, called, offset)) return offset === 0 ? 'whole' : 'end';
  return fits(served, called, 0) ? 'start' : null;
}

function fits(served: readonly string[], called: readonly string[], offset: number): boolean {
  let fixed = 0;
  for (const [i, part] of served.entries()) {
    const other = called[i + offset] ?? '';
    if (part !== other && !part.includes('*') && !other.includes('*')) return false;
    if (part === other && !part.includes('*')) fixed++;
  }
  return fixed > 0;
}

/** The longest part that is written out. */
export const longest = (name: string): string =>
  routeSegments(name)
    .filter((part) => !part.includes('*'))
    .toSorted((a, b) => b.length - a.length)[0] ?? '';
