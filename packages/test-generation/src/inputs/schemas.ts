// JSON Schemas and OpenAPI documents of a repository as types by name. Pure.
import { parse } from 'yaml';
import type { Type } from '../type.ts';
import { constant, union } from '../type.ts';
import { list, NULL } from '../value.ts';
import type { Value } from '../value.ts';

type Json = { [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const MAX_DEPTH = 6;

export const isSchemaFile = (path: string): boolean => /(\.schema\.json|(^|\/)(openapi|swagger)[^/]*\.(json|ya?ml))$/i.test(path);

/** Answers by the name of a type or a parameter: `Cart` and `cart` are the same. */
export function schemasOf(files: readonly { path: string; text: string }[]): (name: string) => Type | null {
  const found = new Map<string, Type>();
  for (const { path, text } of files) {
    const document = read(text);
    if (!isObject(document)) continue;
    const components = isObject(document['components']) ? document['components']['schemas'] : undefined;
    const named = { ...asObject(components), ...asObject(document['definitions']), ...asObject(document['$defs']) };
    for (const [name, schema] of Object.entries(named)) put(found, name, typeOfSchema(schema, document));
    if (!path.endsWith('.schema.json')) continue;
    const type = typeOfSchema(document, document);
    put(found, path.replace(/^.*\//, '').replace(/\.schema\.json$/, ''), type);
    if (typeof document['title'] === 'string') put(found, document['title'], type);
  }
  return (name) => found.get(keyOf(name)) ?? null;
}

const asObject = (value: unknown): Json => (isObject(value) ? value : {});
const keyOf = (name: string): string => name.replaceAll(/[^a-zA-Z0-9]/g, '').toLowerCase();
const put = (found: Map<string, Type>, name: string, type: Type): void => void found.set(keyOf(name), type);

function read(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch {
    return null;
  }
}

function typeOfSchema(schema: unknown, root: Json, depth = 0): Type {
  if (!isObject(schema) || depth > MAX_DEPTH) return { k: 'any' };
  const inner = (one: unknown): Type => typeOfSchema(one, root, depth + 1);
  if (typeof schema['$ref'] === 'string') return inner(at(root, schema['$ref']));
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map((one) => constant(valueOf(one))));
  if ('const' in schema) return constant(valueOf(schema['const']));
  for (const key of ['oneOf', 'anyOf']) if (Array.isArray(schema[key])) return union(schema[key].map(inner));
  if (Array.isArray(schema['allOf'])) return { k: 'obj', fields: schema['allOf'].map(inner).flatMap((one) => (one.k === 'obj' ? one.fields : [])) };
  const kinds = Array.isArray(schema['type']) ? schema['type'] : [schema['type']];
  const types = kinds.map((kind) => typeOfKind(kind, schema, inner));
  return union(schema['nullable'] === true ? [...types, constant(NULL)] : types);
}

function typeOfKind(kind: unknown, schema: Json, inner: (one: unknown) => Type): Type {
  const number = (key: string): number | undefined => (typeof schema[key] === 'number' ? schema[key] : undefined);
  switch (kind) {
    case 'string':
      return { k: 'str', ...(typeof schema['format'] === 'string' ? { format: schema['format'] } : {}) };
    case 'integer':
    case 'number': {
      const [min, max] = [number('minimum') ?? number('exclusiveMinimum'), number('maximum') ?? number('exclusiveMaximum')];
      return { k: 'num', ...(kind === 'integer' ? { int: true } : {}), ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
    }
    case 'boolean':
      return { k: 'bool' };
    case 'null':
      return constant(NULL);
    case 'array':
      return { k: 'list', of: inner(schema['items']) };
    default: {
      if (!isObject(schema['properties'])) return kind === 'object' ? { k: 'record', of: inner(schema['additionalProperties']) } : { k: 'any' };
      const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
      return { k: 'obj', fields: Object.entries(schema['properties']).map(([name, one]) => ({ name, type: inner(one), optional: !required.has(name) })) };
    }
  }
}

/** `#/components/schemas/Cart` in the same document. */
function at(root: Json, ref: string): unknown {
  let found: unknown = ref.startsWith('#/') ? root : null;
  for (const part of ref.slice(2).split('/')) found = isObject(found) ? found[part.replaceAll('~1', '/').replaceAll('~0', '~')] : null;
  return found;
}

function valueOf(json: unknown): Value {
  if (typeof json === 'string') return { t: 'str', v: json };
  if (typeof json === 'number') return { t: 'num', v: json };
  if (typeof json === 'boolean') return { t: 'bool', v: json };
  if (Array.isArray(json)) return list(json.map(valueOf));
  return isObject(json) ? { t: 'obj', v: Object.entries(json).map(([name, one]) => [name, valueOf(one)]) } : NULL;
}
