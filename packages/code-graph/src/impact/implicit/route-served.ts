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
  `\\[(?:[^\\]"\\n]{0,80},\\s*)?(?:Http(?:Get|Post|Put|Patch|Delete)|Route)\\(\\s*(?:path:\\s*)?["']([^"'\\s]*)["']`,
  `\\bRoute::(?:get|post|put|patch|delete|any|match|prefix|resource|apiResource|view)\\(\\s*(?:\\[[^\\]\\n]{0,80}\\]\\s*,\\s*)?["']([^"'\\s]*)["']`,
  `\\$\\w*(?:app|[rR]out\\w*|[gG]roup)->(?:get|post|put|patch|delete|any|group)\\(\\s*["'](/[^"'\\s]*)["']`,
  // Starlette, Tornado, Flask-RESTful.
  `\\b(?:Route|Mount|WebSocketRoute|Rule)\\(\\s*["'](/[^"'\\s]*)["']|\\(\\s*r?["'](/[^"'\\s]*)["']\\s*,\\s*[A-Z]\\w*(?:Handler|Resource)\\b|\\badd_resource\\([^,()\\n]{1,80},\\s*["'](/[^"'\\s]*)["']`,
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
/** Routes before one of which a block around it may be. */
const NEAR = 200;
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
  const bare = found.some(({ name }) => longest(name).length < 3);
  const routers = new Map(bare ? [...text.matchAll(KEPT)].map(([, name = '', ...prefix]) => [name, prefix.find((one) => one !== undefined) ?? '']) : []);
  return [...placedRoutes(source, path), ...found.map((signal, i) => ({ ...signal, name: inFull(signal, found.slice(Math.max(0, i - NEAR), i), routers) }))];
}

/** `PoliciesController.cs` is called `policies` by its routes. */
const controllerOf = (path: string): string => (path.split('/').at(-1) ?? '').replace(/(?:Controller)?\.cs$/, '').toLowerCase();

/** A path that says nothing by itself, as `/:id`, is known by the block or the router that it is put into. */
function inFull({ name, line, until, text }: Signal, before: readonly Signal[], routers: ReadonlyMap<string, string>): string {
  if (longest(name).length >= 3) return name;
  const around = before.findLast((one) => one.line < line && until <= one.until && longest(one.name).length >= 3);
  const prefix = around?.name ?? routers.get(/(\w+)\s*(?:\.|->)\w+\(\s*["'`]/.exec(text)?.[1] ?? '');
  return prefix === undefined ? name : `${prefix.replace(/\/$/, '')}/${name.replace(/^\//, '')}`;
}
