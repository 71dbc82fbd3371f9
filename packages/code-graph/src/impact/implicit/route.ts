// HTTP routes: served by frameworks and OpenAPI, called by path. Pure.
import { classify } from '../../classify.ts';
import { type Detector, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const VERB =
  '(?:get|post|put|patch|delete|del|head|options|all|use|route|handle|handleFunc|HandleFunc|Handle|Get|Post|Put|Patch|Delete|GET|POST|PUT|PATCH|DELETE|Any|Group|mount|add_url_rule|add_route|add_get|add_post|MapGet|MapPost|MapPut|MapDelete)';
const SERVED = [
  `(?<![\\w)]\\s*)(?!await)(?:\\b\\w{0,24}?(?:app|router|server|fastify|mux|route|routes|group|bp|blueprint|engine|web|r|e|g|api|http)\\w{0,24})\\.${VERB}\\(\\s*["'\`](?:[A-Z]+ )?(/[^"'\`\\s]*)["'\`]`,
  `@\\w*\\.?(?:get|post|put|patch|delete|route|api_route|websocket|Get|Post|Put|Patch|Delete|GetMapping|PostMapping|PutMapping|DeleteMapping|PatchMapping|RequestMapping|Path)\\(\\s*(?:(?:value|path)\\s*=\\s*)?["'](/?[^"']*)["']`,
  `\\b(?:re_)?path\\(\\s*r?["']([^"']*)["']\\s*,`,
  `["'\`](?:GET|POST|PUT|PATCH|DELETE) (/[^"'\`\\s]*)["'\`]`,
  `\\b(?:url|pathname|path|uri|Path|URL)\\s*(?:===?|==)\\s*["'\`](/[^"'\`\\s]*)["'\`]`,
  `\\b(?:url|pathname|path|uri)\\??\\.(?:startsWith|startswith|match)\\(\\s*["'\`/^\\\\]*(/[^"'\`\\s]*)["'\`]`,
  `\\bcase\\s+["'\`](/[^"'\`\\s]*)["'\`]`,
  `\\burl:\\s*["'\`](/[^"'\`\\s]*)["'\`]\\s*,\\s*(?:\\n\\s*)?(?:handler|schema|method)`,
].join('|');
const OPENAPI = /^[ \t]{1,8}["']?(\/[\w{}./-]*)["']?:/gm;
const LITERAL = /["'`]([^"'`\n]{1,200})["'`]/g;
const CALLING =
  /\b(?:fetch|axios|request|got|ky|superagent|supertest|agent|httpx|requests|urlopen|urllib|http\.(?:Get|Post|NewRequest|get|request)|client|Client|RestTemplate|WebClient|curl|inject|ofetch|\$http|api|url|URL|endpoint|path)\b/;

/** `/cart/:id`, `/cart/{id}`, `/cart/${id}` and `/cart/%s` give `cart/*`. */
function routeSegments(path: string): string[] {
  const bare = path
    .replace(/[?#].*$/, '')
    .replace(/^[a-z]+:\/\/[^/]+/i, '')
    .replace(/^\$\{[^}]*\}/, '')
    .replaceAll(/\$\{[^}]*\}|<[^>]*>|\{[^}]*\}|:[A-Za-z_]\w*|%[sdv]/g, '*');
  return bare.split('/').filter((part) => part !== '');
}

/** Served under a prefix of others (`end`), or itself the prefix of what is called: `/cart/` answers `/cart/${id}` (`start`). */
function matches(served: readonly string[], called: readonly string[]): 'whole' | 'end' | 'start' | null {
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

const longest = (name: string): string =>
  routeSegments(name)
    .filter((part) => !part.includes('*'))
    .toSorted((a, b) => b.length - a.length)[0] ?? '';
/** Paths that every service has. */
const EVERYWHERE = /^\/?(health|healthz|livez|readyz|ready|live|metrics|ping|favicon\.ico|static|public|assets|index\.html)?\/?$/;

export const route: Detector = {
  kind: 'route',
  signals(source, path): Signal[] {
    if (/\.(ya?ml|json)$/.test(path)) return /\b(?:openapi|swagger)\b/.test(source) ? signalsOf(source, OPENAPI, (match) => match[1]) : [];
    const pick = (match: RegExpExecArray): string | undefined => match.slice(1).find((group) => group !== undefined && group !== '' && !EVERYWHERE.test(group));
    return signalsOf(withoutComments(source), new RegExp(SERVED, 'g'), pick);
  },
  needle: (name) => (longest(name).length >= 3 ? longest(name) : null),
  answer(name, { path, source, sameUnit }) {
    // Folders and packages that a manifest names look like paths that are called.
    if (classify(path, null) === 'manifest') return null;
    const served = routeSegments(name);
    const text = withoutComments(source);
    for (const match of text.matchAll(LITERAL)) {
      const literal = match[1] ?? '';
      if (!literal.includes('/')) continue;
      const how = matches(served, routeSegments(literal));
      if (!how) continue;
      const line = text.slice(0, match.index).split('\n').length;
      const around = text.slice(Math.max(0, match.index - 120), match.index);
      const serves = new RegExp(`(?:${SERVED})`).test(text.slice(Math.max(0, match.index - 40), match.index + match[0].length + 30));
      const calls = CALLING.test(around) || /^https?:|^\$\{/.test(literal) || /test|spec/.test(path);
      if (sameUnit && !calls) continue;
      if (serves && !/await|return|request\(|client|fetch|inject/.test(around)) continue;
      return { line, confidence: (how === 'whole' ? 0.8 : 0.6) * (calls ? 1 : 0.6), text: `calls ${literal}, served as ${name}` };
    }
    const bare = firstLine(text, new RegExp(`https?://[^\\s"']*${longest(name).replaceAll(/[^\w-]/g, '.')}`));
    return bare && !sameUnit ? { line: bare.line, confidence: 0.5, text: `names an address with ${longest(name)}` } : null;
  },
  additionsMatter: false,
  blocks: true,
};
