// How the name of a header is written: in any case, and as a variable of CGI. Pure.

const HEADER = /^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+$/;
const SHORT = /^(id|ip|url|uri|api|uuid|csrf|xsrf|etag|ttl)$/;

/** All ways to write `name`, itself the first; only itself where neither it nor its line speaks of a header. */
export function headerNames(name: string, line: string): string[] {
  const capitals = /^[A-Z][a-z0-9]*(?:-[A-Z][A-Za-z0-9]*)+$/.test(name);
  if (!HEADER.test(name) || !(capitals || /^x-/i.test(name) || /header|\.(?:append|setHeader|writeHead)\(/i.test(line))) return [name];
  const parts = name.toLowerCase().split('-');
  const capital = (part: string): string => part.slice(0, 1).toUpperCase() + part.slice(1);
  const title = parts.map(capital).join('-');
  const short = parts.map((part) => (SHORT.test(part) ? part.toUpperCase() : capital(part))).join('-');
  return [...new Set([name, parts.join('-'), title, short, `HTTP_${parts.join('_').toUpperCase()}`])];
}
