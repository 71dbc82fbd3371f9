// HTTP routes: served by frameworks and OpenAPI, called by path. Pure.
import { classify } from '../../classify.ts';
import { type Detector, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';
import { longest, matches, routeSegments } from './route-path.ts';
import { SERVED, servedIn } from './route-served.ts';

const OPENAPI = /^[ \t]{1,8}["']?(\/[\w{}./-]*)["']?:/gm;
const LITERAL = /["'`]([^"'`\n]{1,200})["'`]/g;
const CALLING =
  /\b(?:fetch|axios|request|got|ky|superagent|supertest|agent|httpx|requests|urlopen|urllib|\w*[hH]ttp(?:Client)?(?:\.|->)[A-Za-z]\w*|client|Client|RestTemplate|WebClient|curl|inject|ofetch|\$http|api|url|URL|endpoint|path)\b/;

const SERVES = new RegExp(SERVED);
/** `http.get(`, and no decorator: without a handler behind the path nothing is served. */
const ASKS = /(?<![@\w.$])[\w$]+(?:\.[\w$]+)*\.(?:get|post|put|patch|delete|head)\(\s*$/i;
/** Clients that are declared with the annotations of a server. */
const CLIENT = /@(?:FeignClient|RegisterRestClient|HttpExchange)\b/;

export const route: Detector = {
  kind: 'route',
  signals(source, path): Signal[] {
    if (/\.(ya?ml|json)$/.test(path)) return /\b(?:openapi|swagger)\b/.test(source) ? signalsOf(source, OPENAPI, (match) => match[1]) : [];
    return servedIn(source, path);
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
      const alone = ASKS.test(around) && /^\s*\)/.test(text.slice(match.index + match[0].length, match.index + match[0].length + 20));
      const serves = !alone && !CLIENT.test(text) && SERVES.test(text.slice(Math.max(0, match.index - 40), match.index + match[0].length + 30));
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
