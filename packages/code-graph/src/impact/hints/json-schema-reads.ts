// What who reads by one JSON Schema refuses of what who writes by another may send. Pure.
//
// Refusal is validation (JSON Schema Validation 2020-12). Which way round it counts is Confluent's (Schema Registry, "Schema Evolution and Compatibility"): forward, who has the
// old schema reads; backward, who has the new one. Unlike in its strict rules a writer sends the properties that it declares and no others, as in the optional-friendly policy of Yandex Schema
// Registry ("Content models and JSON schema evolution issues"): a property more that may be missing breaks who reads by a closed schema, and nobody else.
// One that is required and has a default counts as there (Confluent: REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED is compatible).
import { both, child, flat, isObject, type Json, list, type Merger, type Node, same, takesType, typesOf, valuesOf } from './json-schema-nodes.ts';

/** `unclear`: what stands there is not understood, and differs. `reader`, `writer`: where it stands in either document. */
export type Refusal = { element: string; because: string; unclear: boolean; reader: Node['at']; writer: Node['at'] };

type Context = { merge: Merger; seen: Set<string>; left: { steps: number } };
/** Alternatives of alternatives multiply. */
const MAX_STEPS = 20_000;

export async function refusals(reader: Pick<Node, 'schema' | 'root'>, writer: Pick<Node, 'schema' | 'root'>, at: Node['at'] = []): Promise<Refusal[]> {
  const { merge } = await import('allof-merge');
  const found = compare({ ...reader, at }, { ...writer, at }, '', { merge, seen: new Set(), left: { steps: MAX_STEPS } });
  return [...new Map(found.map((one) => [`${one.element}\0${one.because}`, one])).values()];
}

function compare(reader: Node, writer: Node, element: string, context: Context): Refusal[] {
  const say = (because: string, unclear = false): Refusal[] => [{ element, because, unclear, reader: reader.at, writer: writer.at }];
  if (context.left.steps-- <= 0) return say('it has too many alternatives to be compared', true);
  const [r, w] = [flat(reader, context.merge), flat(writer, context.merge)];
  // Equal words mean the same where they refer to nothing that may have changed beside them.
  if (!r || !w)
    return same(reader.schema, writer.schema) && !JSON.stringify(reader.schema).includes('"#')
      ? []
      : say('it refers to another file, or contradicts itself, and differs', true);
  // A schema that holds itself, or one that was looked at elsewhere.
  const pair = `${r.at.join('/')}\0${w.at.join('/')}`;
  if ((r.at !== reader.at || w.at !== writer.at) && context.seen.has(pair)) return [];
  context.seen.add(pair);
  if (r.schema === true || r.schema === undefined || w.schema === false) return [];
  if (r.schema === false) return say('nothing is taken there');
  if (!isObject(r.schema)) return [];
  const written: Json = isObject(w.schema) ? w.schema : {};
  const apart = alternatives({ ...w, schema: written }, r.schema);
  if (apart) return apart.flatMap((one) => compare(r, one, element, context));
  return readOne(r, { ...w, schema: written }, element, context);
}

/** What is sent is one of these: alternatives, types, and values where the reader has alternatives itself. */
function alternatives(writer: Node, reader: Json): Node[] | null {
  const written = writer.schema as Json;
  for (const key of ['oneOf', 'anyOf'] as const) {
    const options = written[key];
    if (!Array.isArray(options)) continue;
    const { [key]: _, ...rest } = written;
    return options.map((_one, i) => both(writer, rest, child(writer, key, i)));
  }
  const types = typesOf(written);
  if (types && types.length > 1 && !valuesOf(written)) return types.map((type) => ({ ...writer, schema: { ...written, type, nullable: false } }));
  const values = valuesOf(written);
  if (values && values.length > 1 && ('oneOf' in reader || 'anyOf' in reader))
    return values.map((value) => ({ ...writer, schema: { ...written, enum: undefined, const: value } }));
  return null;
}

function readOne(reader: Node, writer: Node, element: string, context: Context): Refusal[] {
  const say = (because: string, unclear = false): Refusal[] => [{ element, because, unclear, reader: reader.at, writer: writer.at }];
  const { oneOf, anyOf, ...rest } = reader.schema as Json;
  const found: Refusal[] = [];
  for (const [key, options] of [
    ['oneOf', oneOf],
    ['anyOf', anyOf],
  ] as const) {
    if (!Array.isArray(options)) continue;
    const tried: Refusal[][] = [];
    for (const i of nearestFirst(options, writer)) {
      tried.push(compare(child(reader, key, i), writer, element, { ...context, seen: new Set(context.seen) }));
      if (tried.at(-1)?.length === 0) break;
    }
    const [nearest] = tried.toSorted((a, b) => a.length - b.length);
    if (nearest && nearest.length > 0)
      found.push(
        ...say(
          `none of its ${tried.length} alternatives takes what is sent (${nearest[0]?.because ?? ''})`,
          tried.some((one) => one.every(({ unclear }) => unclear)),
        ),
      );
  }
  const written = writer.schema as Json;
  const [takes, sends] = [typesOf(rest), typesOf(written)];
  if (takes && !sends) return [...found, ...say(`it may be of any type, and only ${takes.join(' or ')} is taken`)];
  const refused = takes ? (sends ?? []).find((type) => !takesType(takes, type)) : undefined;
  if (refused !== undefined) return [...found, ...say(`it may be of type ${refused}, and only ${takes?.join(' or ')} is taken`)];
  const values = valuesOf(rest);
  const sent = valuesOf(written) ?? (same(sends, ['boolean']) ? [true, false] : same(sends, ['null']) ? [null] : null);
  if (values) {
    const strange = sent?.find((value) => !values.some((one) => same(one, value)));
    if (!sent) return [...found, ...say(`only ${some(values)} is taken`)];
    return strange === undefined ? found : [...found, ...say(`it may be ${JSON.stringify(strange)}, which is not among ${some(values)}`)];
  }
  const [type] = sends ?? [];
  if (!sent) found.push(...boundsOf(rest, written, type).flatMap((because) => say(because)));
  if (type === 'object') found.push(...objects({ ...reader, schema: rest }, writer, element, context));
  if (type === 'array') found.push(...arrays({ ...reader, schema: rest }, writer, element, context));
  for (const key of UNCLEAR)
    if (rest[key] !== undefined && !same(rest[key], written[key])) found.push(...say(`${key} differs, which is not looked into`, true));
  return found;
}

/** An alternative mostly stays at its place: of two hundred that is the first that is asked. */
function nearestFirst(options: readonly unknown[], writer: Node): number[] {
  const at = Number(writer.at.at(-1));
  return [...options.keys()].toSorted((a, b) => Number(b === at) - Number(a === at));
}

const some = (values: readonly unknown[]): string =>
  `${values
    .slice(0, 6)
    .map((one) => JSON.stringify(one))
    .join(', ')}${values.length > 6 ? ', …' : ''}`;
const UNCLEAR = [
  'not',
  'if',
  'then',
  'else',
  'contains',
  'minContains',
  'maxContains',
  'dependentSchemas',
  'dependentRequired',
  'dependencies',
  'propertyNames',
  'unevaluatedItems',
  '$dynamicRef',
  '$recursiveRef',
];

/** [key, how much it leaves: below zero, a smaller value leaves less] of each type. */
const BOUNDS: Record<string, readonly (readonly [string, 1 | -1])[]> = {
  string: [
    ['maxLength', -1],
    ['minLength', 1],
  ],
  array: [
    ['maxItems', -1],
    ['minItems', 1],
  ],
  object: [
    ['maxProperties', -1],
    ['minProperties', 1],
  ],
  number: [
    ['maximum', -1],
    ['exclusiveMaximum', -1],
    ['minimum', 1],
    ['exclusiveMinimum', 1],
  ],
};

function boundsOf(reader: Json, writer: Json, type: string | undefined): string[] {
  const kind = type === 'integer' ? 'number' : (type ?? '');
  const found = (BOUNDS[kind] ?? []).flatMap(([key, sign]) => {
    const [most, sent] = [reader[key], writer[key]];
    const other = key.startsWith('exclusive')
      ? writer[key.replace(/^exclusive(.)/, (_, first: string) => first.toLowerCase())]
      : writer[key.replace(/^m/, 'exclusiveM')];
    if (typeof most !== 'number' || (most <= 0 && /^min[LIP]/.test(key)) || (typeof sent === 'number' && sign * sent >= sign * most)) return [];
    // `maximum: 5` is kept by who sends below 5, `exclusiveMaximum: 5` not by who sends 5.
    if (typeof other === 'number' && (key.startsWith('exclusive') ? sign * other > sign * most : sign * other >= sign * most)) return [];
    return [`${key} is ${most}, and what is sent ${typeof sent === 'number' ? `has ${sent}` : 'has none'}`];
  });
  const [step, sentStep] = [reader['multipleOf'], writer['multipleOf']];
  if (
    kind === 'number' &&
    typeof step === 'number' &&
    !(typeof sentStep === 'number' && Number.isInteger(sentStep / step)) &&
    !(type === 'integer' && step === 1)
  )
    found.push(`it has to be a multiple of ${step}`);
  for (const key of ['pattern', 'format'])
    if (kind === 'string' && typeof reader[key] === 'string' && reader[key] !== writer[key]) found.push(`it has to be of ${key} ${reader[key]}`.slice(0, 120));
  if (kind === 'array' && reader['uniqueItems'] === true && writer['uniqueItems'] !== true) found.push('no item may be there twice');
  return found;
}

function objects(reader: Node, writer: Node, element: string, context: Context): Refusal[] {
  const [read, written] = [reader.schema as Json, writer.schema as Json];
  const [known, sent] = [isObject(read['properties']) ? read['properties'] : {}, isObject(written['properties']) ? written['properties'] : {}];
  const under = (name: string): string => (element === '' ? name : `${element}.${name}`);
  const found: Refusal[] = [];
  for (const name of list(read['required'])) {
    if (typeof name !== 'string' || list(written['required']).includes(name)) continue;
    const own = known[name];
    if (isObject(own) && 'default' in own) continue;
    found.push({
      element: under(name),
      because: 'it is required, and may be missing',
      unclear: false,
      reader: [...reader.at, 'properties', name],
      writer: [...writer.at, 'properties', name],
    });
  }
  for (const [name, schema] of Object.entries(sent)) {
    if (schema === false) continue;
    const own = child(writer, 'properties', name);
    const [first, ...more] = readersOf(reader, known, name);
    if (!first) continue;
    if (first.schema === false)
      found.push({
        element: under(name),
        because: 'it is not known, and nothing more than what is known is taken',
        unclear: false,
        reader: reader.at,
        writer: own.at,
      });
    else for (const one of [first, ...more]) found.push(...compare(one, own, under(name), context));
  }
  for (const key of ['additionalProperties', 'patternProperties'] as const) {
    const others =
      key === 'additionalProperties' ? [child(writer, key)] : Object.keys(isObject(written[key]) ? written[key] : {}).map((one) => child(writer, key, one));
    // Where nothing is said of others, none are sent.
    for (const one of others.filter(({ schema }) => schema !== undefined && schema !== false)) {
      const kept = key === 'patternProperties' ? child(reader, key, one.at.at(-1) ?? '') : child(reader, 'additionalProperties');
      const by = kept.schema === undefined ? child(reader, 'additionalProperties') : kept;
      if (by.schema !== undefined) found.push(...compare(by, one, under('*'), context));
    }
  }
  return found;
}

/** What a reader holds against a property: what it says of it, of names like it, or of all others. */
function readersOf(reader: Node, known: Json, name: string): Node[] {
  const patterns = Object.keys(isObject((reader.schema as Json)['patternProperties']) ? ((reader.schema as Json)['patternProperties'] as Json) : {});
  const said = [
    ...(Object.hasOwn(known, name) ? [child(reader, 'properties', name)] : []),
    ...patterns.filter((pattern) => matches(pattern, name)).map((pattern) => child(reader, 'patternProperties', pattern)),
  ];
  if (said.length > 0) return said;
  return ['additionalProperties', 'unevaluatedProperties']
    .map((key) => child(reader, key))
    .filter(({ schema }) => schema !== undefined)
    .slice(0, 1);
}

function matches(pattern: string, name: string): boolean {
  // A pattern of a strange repository: one that is built to take long must not be run.
  if (pattern.length > 60 || /[+*}]\)?[+*{]/.test(pattern)) return false;
  try {
    return new RegExp(pattern, 'u').test(name);
  } catch {
    return false;
  }
}

/** Tuples are `prefixItems`, up to 2019-09 an array in `items`. */
function arrays(reader: Node, writer: Node, element: string, context: Context): Refusal[] {
  const parts = (node: Node): { first: Node[]; rest: Node } => {
    const schema = node.schema as Json;
    const key = Array.isArray(schema['items']) ? 'items' : 'prefixItems';
    return { first: list(schema[key]).map((_, i) => child(node, key, i)), rest: child(node, key === 'items' ? 'additionalItems' : 'items') };
  };
  const [read, written] = [parts(reader), parts(writer)];
  const count = Math.max(read.first.length, written.first.length);
  const pairs = Array.from({ length: count }, (_, i) => [read.first[i] ?? read.rest, written.first[i] ?? written.rest] as const);
  return [...pairs, [read.rest, written.rest] as const].flatMap(([r, w]) => (r.schema === undefined ? [] : compare(r, w, `${element}[]`, context)));
}
