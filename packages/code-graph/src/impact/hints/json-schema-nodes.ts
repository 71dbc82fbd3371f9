// Places in JSON Schemas: references followed, allOf put together, types and values told. Pure.
import type { merge as Merge } from 'allof-merge';

export type Json = { [key: string]: unknown };
export type Merger = typeof Merge;
/** A schema, where it stands in its document, and the document. */
export type Node = { schema: unknown; at: readonly (string | number)[]; root: unknown };

export const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json);
export const list = (json: unknown): unknown[] => (Array.isArray(json) ? json : []);
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
export const child = ({ schema, at, root }: Node, ...keys: (string | number)[]): Node => ({
  schema: keys.reduce<unknown>((json, key) => (isObject(json) || Array.isArray(json) ? (json as Json)[key] : undefined), schema),
  at: [...at, ...keys],
  root,
});

/** RFC 6901. */
const keysOf = (ref: string): string[] =>
  ref
    .split('/')
    .slice(1)
    .map((key) => unescape(key).replaceAll('~1', '/').replaceAll('~0', '~'));
const pointed = (root: unknown, ref: string): unknown => child({ schema: root, at: [], root }, ...keysOf(ref)).schema;

function unescape(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    // Not escaped at all: `100%`.
    return key;
  }
}

/** What a chain of references within the document leads to; one that leads out of it stays. */
function followed(node: Node): Node {
  let now = node;
  for (let steps = 0; steps < 50; steps++) {
    const ref = isObject(now.schema) ? now.schema['$ref'] : undefined;
    if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref)) return now;
    const target = child({ schema: node.root, at: [], root: node.root }, ...keysOf(ref));
    if (target.schema === undefined) return now;
    const { $ref: _, ...beside } = now.schema as Json;
    // Up to draft 7 a reference hides what stands beside it; words beside it say nothing in any.
    const says = Object.keys(beside).some((key) => !WORDS.has(key));
    now = says ? { ...now, schema: { allOf: [target.schema, beside] } } : target;
    if (says) return now;
  }
  return now;
}
const WORDS = new Set([
  'title',
  'description',
  '$comment',
  'examples',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$id',
  '$schema',
  '$defs',
  'definitions',
  'summary',
]);

/** More parts of parts than this hold each other in a circle, which would use up the stack of whoever merges them. */
const MAX_PARTS = 500;

/** Whether the parts of a schema cannot be merged: one lies in another file, or there is no end of them. */
function isUnmergeable(schema: unknown, root: unknown, left = { parts: MAX_PARTS }): boolean {
  if (!isObject(schema)) return false;
  const { $ref: ref } = schema;
  if (left.parts-- <= 0 || (typeof ref === 'string' && !/^#(\/|$)/.test(ref))) return true;
  return [...(typeof ref === 'string' ? [pointed(root, ref)] : []), ...list(schema['allOf'])].some((part) => isUnmergeable(part, root, left));
}

/** References followed and allOf merged at the top of the schema. Null where that cannot be done: a part lies in another file, or the parts contradict each other. */
export function flat(node: Node, merge: Merger): Node | null {
  const now = followed(node);
  if (!isObject(now.schema) || (now.schema['allOf'] === undefined && now.schema['$ref'] === undefined)) return now;
  if (isUnmergeable(now.schema, now.root)) return null;
  const parts = list(now.schema['allOf']).map((schema) => followed({ ...now, schema }).schema);
  const merged: unknown = merge({ ...now.schema, allOf: parts }, { source: now.root, mergeRefSibling: true });
  return merged === undefined ? null : { ...now, schema: merged };
}

/** `schema` and one of its alternatives at once. */
export const both = (node: Node, rest: Json, alternative: Node): Node => ({
  schema: { allOf: [rest, alternative.schema] },
  at: alternative.at,
  root: node.root,
});

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
}

export const valuesOf = (schema: Json): unknown[] | null => ('const' in schema ? [schema['const']] : Array.isArray(schema['enum']) ? schema['enum'] : null);

/** Null where every type will do. Properties without a type are meant for an object, items for an array. `nullable` is OpenAPI's and AsyncAPI's. */
export function typesOf(schema: Json): string[] | null {
  const { type } = schema;
  const said = typeof type === 'string' ? [type] : list(type).filter((one) => typeof one === 'string');
  if (said.length > 0) return schema['nullable'] === true && !said.includes('null') ? [...said, 'null'] : said;
  const values = valuesOf(schema);
  if (values) return [...new Set(values.map(typeOf))];
  if ('properties' in schema || 'required' in schema) return ['object'];
  return 'items' in schema || 'prefixItems' in schema ? ['array'] : null;
}

/** An integer is a number (JSON Schema Core, 4.2.1). */
export const takesType = (types: readonly string[], type: string): boolean => types.includes(type) || (type === 'integer' && types.includes('number'));
