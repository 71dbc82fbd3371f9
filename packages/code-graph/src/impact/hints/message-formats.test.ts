// Which way round a changed format breaks: forward, who has the old version reads new messages; backward, who has the new one reads old messages.
import { expect, test } from 'vitest';
import type { Broken } from './broken-apis.ts';
import { brokenAvro, brokenSchemas } from './broken-messages.ts';
import { brokenProtobuf } from './broken-protobuf.ts';

type Says = 'forward' | 'backward' | 'both' | 'neither' | 'unclear';

/** Of all findings together. */
function says(found: readonly Broken[]): Says {
  if (found.some(({ reads, because }) => reads === undefined && /compared|differs/.test(because))) return 'unclear';
  const ways = new Set(found.flatMap(({ reads }) => reads ?? []));
  return ways.size === 2 ? 'both' : ([...ways][0] ?? 'neither');
}

const version = (json: unknown) => ({ json, text: JSON.stringify(json, null, 2) });
const order = (properties: object, more: object = {}) => ({ type: 'object', properties: { id: { type: 'string' }, ...properties }, required: ['id'], ...more });
const CLOSED = { additionalProperties: false };
/** One property in two versions. */
const field = (old: object, fresh: object) => [order({ x: old }), order({ x: fresh })] as const;

test.each<[title: string, versions: readonly [unknown, unknown], expected: Says]>([
  ['a property more that may be missing, where others are taken', [order({}), order({ note: { type: 'string' } })], 'neither'],
  ['the same, where nothing more is taken', [order({}, CLOSED), order({ note: { type: 'string' } }, CLOSED)], 'forward'],
  ['the same, where only texts more are taken', [order({}, { additionalProperties: { type: 'string' } }), order({ note: { type: 'integer' } })], 'forward'],
  [
    'the same, which is of a name that is taken',
    [order({}, { ...CLOSED, patternProperties: { '^x-': {} } }), order({ 'x-a': { type: 'string' } }, { ...CLOSED, patternProperties: { '^x-': {} } })],
    'neither',
  ],
  ['a property more that is required', [order({}), order({ note: { type: 'string' } }, { required: ['id', 'note'] })], 'backward'],
  ['the same, with a default', [order({}), order({ note: { type: 'string', default: '' } }, { required: ['id', 'note'] })], 'neither'],
  ['a property that has to be there no longer', [order({ x: {} }, { required: ['id', 'x'] }), order({ x: {} })], 'forward'],
  ['a property less that could be missing', [order({ x: { type: 'string' } }), order({})], 'neither'],
  ['the same, where nothing more is taken', [order({ x: { type: 'string' } }, CLOSED), order({}, CLOSED)], 'backward'],
  ['a value more', field({ enum: ['a', 'b'] }, { enum: ['a', 'b', 'c'] }), 'forward'],
  ['a value less', field({ enum: ['a', 'b'] }, { enum: ['a'] }), 'backward'],
  ['values in another order', field({ enum: ['a', 'b'] }, { enum: ['b', 'a'] }), 'neither'],
  ['another constant', field({ const: 1 }, { const: 2 }), 'both'],
  ['values become any text', field({ enum: ['a'] }, { type: 'string' }), 'forward'],
  ['a wider type', field({ type: 'integer' }, { type: 'number' }), 'forward'],
  ['a narrower type', field({ type: 'number' }, { type: 'integer' }), 'backward'],
  ['another type', field({ type: 'string' }, { type: 'integer' }), 'both'],
  ['null as well', field({ type: 'string' }, { type: ['string', 'null'] }), 'forward'],
  ['null as well, said by alternatives', field({ type: 'string' }, { anyOf: [{ type: 'string' }, { type: 'null' }] }), 'forward'],
  ['the same types said in another way', field({ type: ['string', 'null'] }, { oneOf: [{ type: 'null' }, { type: 'string' }] }), 'neither'],
  ['any type', field({ type: 'string' }, {}), 'forward'],
  ['longer texts', field({ type: 'string', maxLength: 5 }, { type: 'string', maxLength: 9 }), 'forward'],
  ['smaller numbers', field({ type: 'number', minimum: 0 }, { type: 'number', minimum: 5 }), 'backward'],
  ['a bound that is no longer reached', field({ type: 'number', maximum: 5 }, { type: 'number', exclusiveMaximum: 5 }), 'backward'],
  ['a bound of nothing', field({ type: 'array' }, { type: 'array', minItems: 0 }), 'neither'],
  ['another pattern', field({ type: 'string', pattern: '^a' }, { type: 'string', pattern: '^b' }), 'both'],
  ['a pattern more', field({ type: 'string' }, { type: 'string', pattern: '^b' }), 'backward'],
  ['items of another type', field({ type: 'array', items: { type: 'string' } }, { type: 'array', items: { type: 'integer' } }), 'both'],
  [
    'a place more in a tuple, where nothing more is taken',
    field({ type: 'array', prefixItems: [{}], items: false }, { type: 'array', prefixItems: [{}, { type: 'string' }], items: false }),
    'forward',
  ],
  ['other words', field({ type: 'string', description: 'a' }, { type: 'string', description: 'b', examples: ['x'] }), 'neither'],
  ['an alternative more', field({ oneOf: [{ type: 'string' }] }, { oneOf: [{ type: 'string' }, order({})] }), 'forward'],
  ['an alternative less', field({ oneOf: [{ type: 'string' }, { type: 'integer' }] }, { oneOf: [{ type: 'string' }] }), 'backward'],
  [
    'what an alternative refers to',
    [
      { ...order({ x: { oneOf: [{ $ref: '#/$defs/a' }] } }), $defs: { a: { enum: [1] } } },
      { ...order({ x: { oneOf: [{ $ref: '#/$defs/a' }] } }), $defs: { a: { enum: [1, 2] } } },
    ],
    'forward',
  ],
  [
    'the same schema moved into $defs',
    [order({ x: { type: 'string' } }), { ...order({ x: { $ref: '#/$defs/a' } }), $defs: { a: { type: 'string' } } }],
    'neither',
  ],
  [
    'parts that hold together',
    [order({ x: { type: 'string' } }), { allOf: [order({}), { type: 'object', properties: { x: { type: 'string' } } }] }],
    'neither',
  ],
  ['a part that asks for more', [order({ x: {} }), { allOf: [order({ x: {} }), { required: ['x'] }] }], 'backward'],
  [
    'a schema that holds itself',
    [
      { ...order({ next: { $ref: '#' } }), ...CLOSED },
      { ...order({ next: { $ref: '#' }, x: {} }), ...CLOSED },
    ],
    'forward',
  ],
  ['a condition that is not looked into', [order({}), order({}, { not: { required: ['a'] } })], 'unclear'],
  [
    'a schema of another file beside',
    field({ allOf: [{ $ref: 'money.json' }, { type: 'object' }] }, { allOf: [{ $ref: 'money.json' }, { type: 'string' }] }),
    'unclear',
  ],
  ['a schema of another file that stays', field({ $ref: 'money.json' }, { $ref: 'money.json', description: 'x' }), 'unclear'],
  [
    'a schema of another file beside one that changed',
    [
      { ...order({ x: { allOf: [{ $ref: 'money.json' }, { $ref: '#/$defs/a' }] } }), $defs: { a: { enum: [1] } } },
      { ...order({ x: { allOf: [{ $ref: 'money.json' }, { $ref: '#/$defs/a' }] } }), $defs: { a: { enum: [1, 2] } } },
    ],
    'unclear',
  ],
  ['a schema of another file that nothing is said of', [order({ x: { $ref: 'money.json' } }), order({ x: { $ref: 'money.json' }, y: {} })], 'neither'],
  [
    'parts that hold each other',
    [
      {
        ...order({}),
        allOf: [{ $ref: '#/$defs/a' }],
        $defs: { a: { allOf: [{ $ref: '#/$defs/b' }, { minProperties: 1 }] }, b: { allOf: [{ $ref: '#/$defs/a' }, {}] } },
      },
      {
        ...order({}),
        allOf: [{ $ref: '#/$defs/a' }],
        $defs: { a: { allOf: [{ $ref: '#/$defs/b' }, { minProperties: 2 }] }, b: { allOf: [{ $ref: '#/$defs/a' }, {}] } },
      },
    ],
    'unclear',
  ],
  [
    'two hundred alternatives and one more',
    [
      { oneOf: Array.from({ length: 200 }, (_, i) => order({ kind: { const: i } }, { required: ['kind'] })) },
      { oneOf: Array.from({ length: 201 }, (_, i) => order({ kind: { const: i } }, { required: ['kind'] })) },
    ],
    'forward',
  ],
  ['nothing is taken any more', field({ type: 'string' }, false as unknown as object), 'backward'],
])('JSON Schema: %s', async (_, [was, now], expected) => {
  const found = await brokenSchemas({ was: version(was), now: version(now) }, 'order');
  expect(says(found), JSON.stringify(found)).toBe(expected);
});

test('AsyncAPI: payloads, at their place, with the message and the line', async () => {
  const api = (values: string) =>
    `asyncapi: 3.0.0\ncomponents:\n  messages:\n    OrderPaid:\n      payload:\n        type: object\n        properties:\n          state:\n            enum: [${values}]\n`;
  const parse = (values: string) => ({
    json: { asyncapi: '3.0.0', components: { messages: { OrderPaid: { payload: { type: 'object', properties: { state: { enum: values.split(', ') } } } } } } },
    text: api(values),
  });
  const found = await brokenSchemas({ was: parse('new'), now: parse('new, paid') }, 'api.yaml');
  expect(found).toEqual([{ kind: 'event', element: 'OrderPaid.state', because: 'it may be "paid", which is not among "new"', line: 8, reads: ['forward'] }]);
});

const record = (...fields: object[]) => ({ type: 'record', name: 'Paid', namespace: 'shop', fields: [{ name: 'id', type: 'string' }, ...fields] });
const typed = (old: unknown, fresh: unknown) => [record({ name: 'x', type: old }), record({ name: 'x', type: fresh })] as const;
const symbols = (list: string[], more: object = {}) => ({ type: 'enum', name: 'State', symbols: list, ...more });

test.each<[title: string, versions: readonly [unknown, unknown], expected: Says]>([
  ['a field more without default', [record(), record({ name: 'at', type: 'long' })], 'backward'],
  ['a field more with one', [record(), record({ name: 'at', type: 'long', default: 0 })], 'neither'],
  ['a field less that has no default', [record({ name: 'at', type: 'long' }), record()], 'forward'],
  ['a field less that has one', [record({ name: 'at', type: 'long', default: 0 }), record()], 'neither'],
  ['a wider number', typed('int', 'long'), 'forward'],
  ['a narrower number', typed('double', 'float'), 'backward'],
  ['text and bytes', typed('string', 'bytes'), 'neither'],
  ['another type', typed('int', 'string'), 'both'],
  ['null as well', typed('string', ['null', 'string']), 'forward'],
  ['a symbol more', typed(symbols(['A']), symbols(['A', 'B'])), 'forward'],
  ['a symbol more, where others are taken as one that is known', typed(symbols(['A'], { default: 'A' }), symbols(['A', 'B'], { default: 'A' })), 'neither'],
  ['a symbol less', typed(symbols(['A', 'B']), symbols(['A'])), 'backward'],
  ['a field by another name, with its old one as alias', [record({ name: 'x', type: 'int' }), record({ name: 'y', type: 'int', aliases: ['x'] })], 'forward'],
  ['items of another type', typed({ type: 'array', items: 'int' }, { type: 'array', items: 'long' }), 'forward'],
  ['a type of another file', typed('shop.Money', ['null', 'shop.Money']), 'unclear'],
])('Avro: %s', async (_, [was, now], expected) => {
  const found = await brokenAvro({ was: version(was), now: version(now) });
  expect(says(found), JSON.stringify(found)).toBe(expected);
});

const proto = (fields: string, syntax = 'proto3') => `syntax = "${syntax}";\npackage shop;\nenum State {\n  NEW = 0;\n}\nmessage Paid {\n  ${fields}\n}\n`;
const values = (more: string, syntax: string) => proto('optional State state = 1;', syntax).replace('NEW = 0;', `NEW = 0;${more}`);

test.each<[title: string, was: string, now: string, expected: Says]>([
  ['a field more', proto('string id = 1;'), proto('string id = 1; string note = 2;'), 'neither'],
  ['a field less, whose number is reserved', proto('string id = 1; string note = 2;'), proto('string id = 1; reserved 2; reserved "note";'), 'neither'],
  ['a field less, whose number is not', proto('string id = 1; string note = 2;'), proto('string id = 1;'), 'neither'],
  ['a number that is used again for another type', proto('int32 total = 1;'), proto('string note = 1;'), 'both'],
  ['a number that is used again for the same type, the old name reserved', proto('int32 total = 1;'), proto('reserved "total"; int32 rest = 1;'), 'both'],
  ['two fields that change places', proto('int32 a = 1; int32 b = 2;'), proto('int32 b = 1; int32 a = 2;'), 'both'],
  ['another number', proto('int32 total = 1;'), proto('int32 total = 2;'), 'both'],
  ['another name', proto('int32 total = 1;'), proto('int32 sum = 1;'), 'neither'],
  ['a wider number, of which too much is cut off', proto('int32 total = 1;'), proto('int64 total = 1;'), 'neither'],
  ['a number that is written in another way', proto('int32 total = 1;'), proto('sint32 total = 1;'), 'both'],
  ['text that becomes bytes', proto('string x = 1;'), proto('bytes x = 1;'), 'forward'],
  ['bytes that become text', proto('bytes x = 1;'), proto('string x = 1;'), 'backward'],
  ['an enum that becomes a number', proto('State x = 1;'), proto('int32 x = 1;'), 'neither'],
  ['several numbers instead of one', proto('int32 x = 1;'), proto('repeated int32 x = 1;'), 'forward'],
  ['one number instead of several', proto('repeated int32 x = 1;'), proto('int32 x = 1;'), 'backward'],
  ['several numbers instead of one, each written by itself', proto('optional int32 x = 1;', 'proto2'), proto('repeated int32 x = 1;', 'proto2'), 'neither'],
  ['several texts instead of one', proto('string x = 1;'), proto('repeated string x = 1;'), 'neither'],
  ['a map with other keys', proto('map<string, int32> x = 1;'), proto('map<int32, int32> x = 1;'), 'both'],
  ['optional, which is a oneof to the parser', proto('int32 x = 1;'), proto('optional int32 x = 1;'), 'neither'],
  ['a field that has to be there', proto('optional int32 x = 1;', 'proto2'), proto('required int32 x = 1;', 'proto2'), 'backward'],
  ['a field that has to be there no longer', proto('required int32 x = 1;', 'proto2'), proto('optional int32 x = 1;', 'proto2'), 'forward'],
  ['a field less that had to be there', proto('required int32 x = 1; optional int32 y = 2;', 'proto2'), proto('optional int32 y = 2;', 'proto2'), 'forward'],
  ['a new field that has to be there', proto('optional int32 x = 1;', 'proto2'), proto('optional int32 x = 1; required int32 y = 2;', 'proto2'), 'backward'],
  ['one field into a new oneof', proto('int32 a = 1; int32 b = 2;'), proto('oneof c { int32 a = 1; } int32 b = 2;'), 'neither'],
  ['two fields into a oneof', proto('int32 a = 1; int32 b = 2;'), proto('oneof c { int32 a = 1; int32 b = 2; }'), 'backward'],
  ['a field out of a oneof', proto('oneof c { int32 a = 1; int32 b = 2; }'), proto('oneof c { int32 a = 1; } int32 b = 2;'), 'forward'],
  ['a oneof by another name', proto('oneof c { int32 a = 1; int32 b = 2; }'), proto('oneof d { int32 a = 1; int32 b = 2; }'), 'neither'],
  ['a value more of an open enum', values('', 'proto3'), values(' PAID = 1;', 'proto3'), 'neither'],
  ['a value more of a closed enum', values('', 'proto2'), values(' PAID = 1;', 'proto2'), 'forward'],
  ['a value less of a closed enum', values(' PAID = 1;', 'proto2'), values('', 'proto2'), 'backward'],
  ['a value with another number', values(' PAID = 1;', 'proto3'), values(' PAID = 2;', 'proto3'), 'both'],
  ['a message less', `${proto('string id = 1;')}message Gone {}\n`, proto('string id = 1;'), 'backward'],
])('protobuf: %s', async (_, was, now, expected) => {
  const found = (await brokenProtobuf(was, now)) ?? [];
  expect(says(found), JSON.stringify(found)).toBe(expected);
});
