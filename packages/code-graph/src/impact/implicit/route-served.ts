// Paths that a text serves, in the ways of frameworks, and those that are served by where a file lies. Pure.
import { type Signal, signalsOf, withoutComments } from './detector.ts';
import { placedRoutes } from './route-places.ts';
import { longest } from './route-path.ts';

const VERB =
  '(?:get|post|put|patch|delete|del|head|options|all|use|route|handle|handleFunc|HandleFunc|Handle|Get|Post|Put|Patch|Delete|GET|POST|PUT|PATCH|DELETE|Any|Group|Route|Mount|mount|add_url_rule|add_route|add_get|add_post|MapGet|MapPost|MapPut|MapDelete|MapPatch|MapGroup)';
const TEXT = '["\'`](/[^"\'`\\s]*)["\'`]';
/** In which a prefix of routes stands as an option. */
const ROUTER = '(?:register\\w*|include_router|Blueprint|\\w*Router)\\(';
const WAYS = [
  `(?<![\\w)]\\s*)(?!await|\\w*[cC]lient\\.)(?:\\b\\w{0,24}?(?:app|router|server|fastify|mux|route|routes|group|bp|blueprint|engine|web|r|e|g|api|http)\\w{0,24})\\.${VERB}\\(\\s*["'\`](?:[A-Z]+ )?(/[^"'\`\\s]*)["'\`]`,
  `@\\w*\\.?(?:get|post|put|patch|delete|route|api_route|websocket|Get|Post|Put|Patch|Delete|GetMapping|PostMapping|PutMapping|DeleteMapping|PatchMapping|RequestMapping|Path)\\(\\s*(?:(?:value|path)\\s*=\\s*)?["'](/?[^"']*)["']`,
  `\\b(?:re_)?path\\(\\s*r?["']([^"']*)["']\\s*,`,
  `["'\`](?:GET|POST|PUT|PATCH|DELETE) (/[^"'\`\\s]*)["'\`]`,
  `\\b(?:url|pathname|path|uri|Path|URL)\\s*(?:===?|==)\\s*["'\`](/[^"'\`\\s]*)["'\`]`,
  `\\b(?:url|pathname|path|uri)\\??\\.(?:startsWith|startswith|match)\\(\\s*["'\`/^\\\\]*(/[^"'\`\\s]*)["'\`]`,
  `\\bcase\\s+["'\`](/[^"'\`\\s]*)["'\`]`,
  `\\burl:\\s*["'\`](/[^"'\`\\s]*)["'\`]\\s*,\\s*(?:\\n\\s*)?(?:handler|schema|method)`,
  // A verb in capitals with a handler behind the path; options in brackets are those of a client.
  `\\.(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|HandleFunc)\\(\\s*${TEXT}\\s*,(?!\\s*\\{)`,
  // axum, actix, Rocket.
  `\\.(?:nest|nest_service|route)\\(\\s*"(/[^"\\s]*)"\\s*,|\\bweb::(?:scope|resource)\\(\\s*"(/[^"\\s]*)"|#\\[(?:get|post|put|patch|delete|head|route)\\(\\s*"(/[^"\\s]*)"`,
  // A prefix of all routes of a router, where it is made or put in.
  `\\.basePath\\(\\s*${TEXT}|\\b${ROUTER}[^;]{0,200}?\\b(?:url_prefix|prefix)\\s*[:=]\\s*${TEXT}`,
  // Ktor, Javalin: blocks by bare names.
  `(?<![\\w.])(?:route|get|post|put|patch|delete|path)\\(\\s*"(/[^"\\s]*)"\\s*\\)\\s*\\{`,
  // Attributes of ASP.NET and Symfony.
  `\\[(?:[^\\]"]*,\\s*)?(?:Http(?:Get|Post|Put|Patch|Delete)|Route)\\(\\s*(?:path:\\s*)?["']([^"'\\s]*)["']`,
  `\\bRoute::(?:get|post|put|patch|delete|any|match|prefix|resource|apiResource|view)\\(\\s*(?:\\[[^\\]]*\\]\\s*,\\s*)?["']([^"'\\s]*)["']`,
  `\\$\\w*(?:app|[rR]out\\w*|[gG]roup)->(?:get|post|put|patch|delete|any|group)\\(\\s*["'](/[^"'\\s]*)["']`,
  // Starlette, Tornado, Flask-RESTful.
  `\\b(?:Route|Mount|WebSocketRoute|Rule)\\(\\s*["'](/[^"'\\s]*)["']|\\(\\s*r?["'](/[^"'\\s]*)["']\\s*,\\s*[A-Z]\\w*(?:Handler|Resource)\\b|\\badd_resource\\([^,()]+,\\s*["'](/[^"'\\s]*)["']`,
];
export const SERVED = WAYS.join('|');
const CONTROLLER = '@(?:Json)?Controller\\(\\s*(?:\\{\\s*path:\\s*)?["\'`]([\\w/:.-]+)["\'`]';
const RUBY = '^[ \\t]*(?:get|post|put|patch|delete|match|namespace|scope|resources?)[ \\t(]+[:\'"](/?[\\w/:.*-]+)';
const DRF = '\\.register\\(\\s*r?["\']([\\w/-]+)["\']\\s*,\\s*[A-Z]\\w*(?:View)';
/** What other ways some endings have; a bare word of theirs is none elsewhere. */
const OF_ENDING: readonly [RegExp, RegExp][] = [
  [/\.[mc]?[jt]sx?$/, new RegExp(`${SERVED}|${CONTROLLER}`, 'gm')],
  [/\.py$/, new RegExp(`${SERVED}|${DRF}`, 'gm')],
  [/(?:^|\/)routes(?:\/.*)?\.rb$/, new RegExp(`${SERVED}|${RUBY}`, 'gm')],
];
const ANYWHERE = new RegExp(SERVED, 'gm');
const RUBY_SERVER = new RegExp(`${SERVED}|${RUBY}`, 'gm');
/** Paths that every service has. */
const EVERYWHERE = /^\/?(health|healthz|livez|readyz|ready|live|metrics|ping|favicon\.ico|static|public|assets|index\.html)?\/?$/;
/** `router = APIRouter(prefix="/contacts")`, `v1 := r.Group("/v1")`. */
const KEPT = new RegExp(
  `\\b(\\w+)\\s*:?=\\s*[^;\\n]*?(?:${ROUTER}[^;]{0,200}?\\b(?:url_prefix|prefix)\\s*[:=]|\\.(?:Group|MapGroup|basePath|scope)\\()\\s*${TEXT}`,
  'g',
);

export function servedIn(source: string, path: string): Signal[] {
  const text = withoutComments(source);
  const ways = OF_ENDING.find(([ending]) => ending.test(path))?.[1] ?? (path.endsWith('.rb') && /Sinatra|Grape|Roda/.test(text) ? RUBY_SERVER : ANYWHERE);
  const own = path.endsWith('.cs') ? controllerOf(path) : null;
  const pick = (match: RegExpExecArray): string | undefined => {
    const found = match.slice(1).find((group) => group !== undefined && group !== '' && !EVERYWHERE.test(group));
    return own === null ? found : found?.replaceAll(/\[controller\]/gi, own);
  };
  const found = signalsOf(text, ways, pick);
  return [...placedRoutes(source, path), ...found.map((signal) => ({ ...signal, name: inFull(signal, found, text) }))];
}

/** `PoliciesController.cs` is called `policies` by its routes. */
const controllerOf = (path: string): string => (path.split('/').at(-1) ?? '').replace(/(?:Controller)?\.cs$/, '').toLowerCase();

/** A path that says nothing by itself, as `/:id`, is known by the block or the router that it is put into. */
function inFull(signal: Signal, all: readonly Signal[], text: string): string {
  if (longest(signal.name).length >= 3) return signal.name;
  const around = all.filter((one) => one.line < signal.line && signal.until <= one.until && longest(one.name).length >= 3).toSorted((a, b) => b.line - a.line)[0];
  const router = around ? undefined : /(\w+)\s*(?:\.|->)\w+\(\s*["'`]/.exec(signal.text)?.[1];
  const prefix = around?.name ?? (router === undefined ? undefined : [...text.matchAll(KEPT)].find(([, name]) => name === router)?.slice(2).find((one) => one !== undefined));
  return prefix === undefined ? signal.name : `${prefix.replace(/\/$/, '')}/${signal.name.replace(/^\//, '')}`;
}
