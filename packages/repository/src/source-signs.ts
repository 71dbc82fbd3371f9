// What sources say of a service: health routes, variables they read, whether they take their port from PORT. Pure.
import { isTest, lineAt, type SourceFile } from './snapshot.ts';

export type Sign = { value: string; at: string };

/** Health routes by how plainly they mean "ready to serve", best first. */
const HEALTH_ROUTES = [
  '/healthz',
  '/health',
  '/readyz',
  '/livez',
  '/ready',
  '/api/health',
  '/api/healthz',
  '/status',
  '/_health',
  '/healthcheck',
  '/health/ready',
  '/health/live',
  '/ping',
  '/actuator/health',
];
const HEALTH = new RegExp(
  `["'\`](?:(?:GET|HEAD) )?(${HEALTH_ROUTES.map((r) => r.slice(1)).join('|')}|/(?:${HEALTH_ROUTES.map((r) => r.slice(1)).join('|')}))(/?)["'\`]`,
  'g',
);
const FILE_ROUTE = /(?:^|\/)(?:app|pages)((?:\/api)?\/(?:healthz|health|status|ready|livez))(?:\/route)?\.[cm]?[jt]sx?$/;

/** The best health route that a literal in the sources names. */
export function findHealthRoute(sources: readonly SourceFile[]): Sign | null {
  let best: (Sign & { rank: number }) | null = null;
  const offer = (value: string, at: () => string) => {
    const rank = rankOf(value);
    if (rank >= 0 && (!best || rank < best.rank)) best = { value, at: at(), rank };
  };
  for (const { path, text } of sources) {
    if (isTest(path)) continue;
    const fileRoute = FILE_ROUTE.exec(path)?.[1];
    if (fileRoute) offer(fileRoute, () => `${path}:1`);
    for (const match of text.matchAll(HEALTH)) {
      const [, route = '', slash = ''] = match;
      const line = text.slice(text.lastIndexOf('\n', match.index) + 1, text.indexOf('\n', match.index) >>> 0);
      // Django's routes have no leading slash; any other word without one ("status", "health") is just a word.
      if (!route.startsWith('/') && !/\b(?:re_)?path\(/.test(line)) continue;
      // A route that is asked of another service is not one that this service answers.
      if (/\b(?:fetch|axios(?:\.\w+)?|requests\.\w+|http\.Get|httpx\.\w+)\(/.test(line)) continue;
      offer(`${route.startsWith('/') ? '' : '/'}${route}${slash}`, () => lineAt(path, text, match.index));
    }
  }
  return best;
}

/** The best of several routes. */
export const bestRoute = (routes: readonly (Sign | null)[]): Sign | null =>
  routes.filter((route) => route !== null).sort((a, b) => rankOf(a.value) - rankOf(b.value))[0] ?? null;

const rankOf = (route: string): number => HEALTH_ROUTES.indexOf(route.replace(/(.)\/$/, '$1'));

const ENV_READS =
  /(?:process\.env\.|(?:process\.)?env\[["']|os\.(?:Getenv|LookupEnv|getenv)\(\s*["']|os\.environ(?:\.get\(|\[)\s*["']|env::var(?:_os)?\(\s*"|System\.getenv\(\s*")([A-Z][A-Z0-9_]*)/g;

/** Names of environment variables that the sources read, each with its first line. */
export function findEnvNames(sources: readonly SourceFile[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { path, text } of sources) {
    if (isTest(path)) continue;
    for (const match of text.matchAll(ENV_READS)) {
      const name = match[1] ?? '';
      if (!names.has(name)) names.set(name, lineAt(path, text, match.index));
    }
    // const { CART_URL, PORT } = process.env
    for (const match of text.matchAll(/\{([^{}]*)\}\s*=\s*process\.env\b/g)) {
      for (const name of (match[1] ?? '').matchAll(/\b[A-Z][A-Z0-9_]+\b/g)) if (!names.has(name[0])) names.set(name[0], lineAt(path, text, match.index));
    }
  }
  return names;
}

/** The service whose address a variable carries, in capitals: `CART_URL` is `CART`; null for other variables. */
export const addressOf = (variable: string): string | null =>
  /^([A-Z][A-Z0-9_]*?)_(?:SERVICE_)?(?:BASE_)?(?:URL|URI|HOST|ADDR|ADDRESS|ENDPOINT|ORIGIN)$/.exec(variable)?.[1] ?? null;

/** Where the sources take the port from PORT: in whatever way, the word stands alone in the text. */
export function findPortRead(sources: readonly SourceFile[]): Sign | null {
  for (const { path, text } of sources) {
    if (isTest(path)) continue;
    const match =
      /(?:env\??\.|env\[\s*["'`]|["'`])PORT\b|\{[^{}]*\bPORT\b[^{}]*\}\s*=\s*process\.env|\bPORT\s*:\s*(?:z|Joi|t|num|port|Type)\b|env\s*:\s*["']PORT["']/.exec(
        text,
      );
    if (match) return { value: 'PORT', at: lineAt(path, text, match.index) };
  }
  return null;
}
