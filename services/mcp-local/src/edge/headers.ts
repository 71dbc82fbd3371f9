// Which headers go on to the next hop, and which end here (RFC 9110, 7.6.1). Pure.

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);
const FORWARDED = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-awo-revision']);
const WITH_TRACE = new Set([...FORWARDED, 'traceparent', 'tracestate']);

export type Flat = string[];

function forEach(raw: readonly string[], visit: (name: string, value: string, lower: string) => void): void {
  for (let i = 0; i + 1 < raw.length; i += 2) visit(raw[i] as string, raw[i + 1] as string, (raw[i] as string).toLowerCase());
}

/** Headers without those that belong to one connection only, `Connection: x` among them. */
function endToEnd(raw: readonly string[], alsoWithout: ReadonlySet<string>): Flat {
  const named = new Set<string>();
  forEach(raw, (_, value, lower) => {
    if (lower === 'connection') for (const token of value.split(',')) named.add(token.trim().toLowerCase());
  });
  const kept: Flat = [];
  forEach(raw, (name, value, lower) => {
    if (!HOP_BY_HOP.has(lower) && !named.has(lower) && !alsoWithout.has(lower)) kept.push(name, value);
  });
  return kept;
}

export type Incoming = {
  rawHeaders: readonly string[];
  headers: {
    host?: string | undefined;
    'transfer-encoding'?: string | undefined;
    'content-length'?: string | undefined;
    [name: string]: string | string[] | undefined;
  };
  method?: string | undefined;
};

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join(', ') : value);

/** Headers for the revision. `trace`: what stands in for the headers of a trace; null: they go on as they came. `upgrade`: the protocol asked for, which has to pass. */
export function requestHeaders(request: Incoming, remote: string, trace: Flat | null, upgrade?: string): Flat {
  const before = one(request.headers['x-forwarded-for']);
  const headers = endToEnd(request.rawHeaders, trace === null ? FORWARDED : WITH_TRACE);
  if (trace !== null) headers.push(...trace);
  headers.push('x-forwarded-for', before ? `${before}, ${remote}` : remote);
  headers.push('x-forwarded-proto', one(request.headers['x-forwarded-proto']) ?? 'http');
  const host = one(request.headers['x-forwarded-host']) ?? request.headers.host;
  if (host !== undefined) headers.push('x-forwarded-host', host);
  if (upgrade !== undefined) headers.push('connection', 'upgrade', 'upgrade', upgrade);
  else if (request.headers['transfer-encoding'] !== undefined) headers.push('transfer-encoding', 'chunked');
  // Without either, node would send an empty chunked body, which some servers refuse.
  else if (request.headers['content-length'] === undefined && request.method !== 'GET' && request.method !== 'HEAD') headers.push('content-length', '0');
  return headers;
}

/** Headers for the customer. */
export const answerHeaders = (raw: readonly string[], revision: string): Flat => [...endToEnd(raw, FORWARDED), 'x-awo-revision', revision.slice(0, 12)];

/** Path and query, also where a whole address was asked for. */
export const pathOf = (url: string | undefined): string => {
  if (url === undefined || url === '') return '/';
  if (url.startsWith('/') || url === '*') return url;
  const parsed = URL.parse(url);
  return parsed === null ? '/' : `${parsed.pathname}${parsed.search}`;
};

/** Who asks: `x-customer`, else the cookie `customer`, else nobody in particular. */
export function customerOf(headers: { [name: string]: string | string[] | undefined; cookie?: string | undefined }): string | null {
  const header = one(headers['x-customer']);
  if (header) return header;
  return /(?:^|;\s*)(?:x-)?customer=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? null;
}
