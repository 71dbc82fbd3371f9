// Calls that are made: of the types that are written, documented or seen in use, the same for the same seed, and shrunk within their type.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsModule } from '../js/functions.ts';
import { seenInJs } from '../js/seen.ts';
import { readPythonModule } from '../python/functions.ts';
import type { Type } from '../type.ts';
import { list, num, str } from '../value.ts';
import type { Value } from '../value.ts';
import { arbitraryOf } from './arbitrary.ts';
import { casesOf } from './cases.ts';
import { fits } from './fits.ts';
import { schemasOf } from './schemas.ts';
import { smaller } from './shrink.ts';
import { simplestOf } from './simplest.ts';

const FILES: Readonly<Record<string, string>> = {
  './types': "export enum Size { S = 's', L = 'l' }\nexport interface Item { price: number; size?: Size }",
  './index': "export * from './types';\nexport * from './index';\nexport { type Amount as Price } from './money';",
  './money': 'export type Amount = number;',
};
const typesOf = (source: string, path = 'a.ts', schema: (name: string) => Type | null = () => null): Type[] => {
  const files = { read: (_: string, spec: string) => (FILES[spec] === undefined ? null : { path: `${spec.slice(2)}.ts`, source: FILES[spec] }) };
  return readJsModule(source, path, files, schema)?.callables[0]?.parameters.map((one) => one.type) ?? [];
};
const money = { k: 'num' } as const;
type Fields = Extract<Type, { k: 'obj' }>['fields'];
const oneField = (name: string, type: Type): Fields => [{ name, type, optional: false }];
const order = (next: Fields[number]): Type => ({
  k: 'obj',
  fields: [...oneField('cart', { k: 'obj', fields: oneField('lines', { k: 'list', of: { k: 'obj', fields: oneField('price', money) } }) }), next],
});

describe('types of JavaScript', () => {
  test.each<[string, string, string, Type[]]>([
    [
      'are written',
      'a.ts',
      'export const f = (a: string | null, b: readonly number[]) => 1;',
      [
        { k: 'union', of: [{ k: 'str' }, { k: 'const', v: { t: 'null' } }] },
        { k: 'list', of: money },
      ],
    ],
    [
      'are followed into the file that they come from',
      'a.ts',
      "import type { Item } from './types';\nexport function f(item: Item) {}",
      [
        {
          k: 'obj',
          fields: [
            { name: 'price', type: money, optional: false },
            {
              name: 'size',
              optional: true,
              type: {
                k: 'union',
                of: [
                  { k: 'const', v: str('s') },
                  { k: 'const', v: str('l') },
                ],
              },
            },
          ],
        },
      ],
    ],
    [
      'are followed through names within names, and into themselves once',
      'a.ts',
      'type Cents = number; type Line = { price: Cents }; type Cart = { lines: Line[] }; type Order = { cart: Cart; next?: Order }; export function f(order: Order) {}',
      [order({ name: 'next', type: order({ name: 'next', type: { k: 'unsupported', why: 'Order holds itself' }, optional: true }), optional: true })],
    ],
    ['are followed through files that pass them on', 'a.ts', "import type { Price } from './index';\nexport function f(price: Price) {}", [money]],
    ['are documented', 'a.js', '/** @param {number[]} prices */\nexport function f(prices) {}', [{ k: 'list', of: money }]],
    [
      'are those of a zod schema',
      'a.ts',
      'const Cart = z.object({ n: z.number().int().min(1), tag: z.enum(["a"]).optional() });\nexport const f = (cart: z.infer<typeof Cart>) => 1;',
      [
        {
          k: 'obj',
          fields: [
            { name: 'n', type: { k: 'num', int: true, min: 1 }, optional: false },
            {
              name: 'tag',
              optional: true,
              type: {
                k: 'union',
                of: [
                  { k: 'const', v: str('a') },
                  { k: 'const', v: { t: 'undefined' } },
                ],
              },
            },
          ],
        },
      ],
    ],
    [
      'follow from use',
      'a.js',
      'exports.f = (cart) => { let sum = 0; for (const { price, qty } of cart.items) sum += price * qty; return sum; };',
      [
        {
          k: 'obj',
          fields: [
            {
              name: 'items',
              optional: false,
              type: {
                k: 'list',
                of: {
                  k: 'obj',
                  fields: [
                    { name: 'price', type: money, optional: false },
                    { name: 'qty', type: money, optional: false },
                  ],
                },
              },
            },
          ],
        },
      ],
    ],
    [
      'follow from what it is compared with',
      'a.js',
      "export default function f(mode) { return mode === 'fast' ? 1 : 2; }",
      [{ k: 'union', of: [{ k: 'const', v: str('fast') }, { k: 'str' }] }],
    ],
  ])('%s', (_, path, source, types) => {
    expect(typesOf(source, path)).toEqual(types);
  });

  test('are those of an OpenAPI document, by the name of the parameter', () => {
    const schema = schemasOf([
      { path: 'openapi.yaml', text: 'components: {schemas: {Cart: {type: object, required: [n], properties: {n: {type: integer, minimum: 0}}}}}' },
    ]);
    expect(typesOf('export function f(cart) {}', 'a.js', schema)).toEqual([
      { k: 'obj', fields: [{ name: 'n', type: { k: 'num', int: true, min: 0 }, optional: false }] },
    ]);
  });
});

test('types of Python are written, those of a dataclass by its fields, or follow from use', async () => {
  const source = '@dataclass\nclass Line:\n    price: float\n\ndef f(lines: list[Line], rows):\n    for row in rows:\n        row["qty"] + 1\n';
  const module = await readPythonModule(
    source,
    () => null,
    () => null,
  );
  expect(module?.callables.find(({ name }) => name === 'f')?.parameters.map((one) => one.type)).toEqual([
    { k: 'list', of: { k: 'obj', as: 'Line', fields: [{ name: 'price', type: { k: 'num', int: false }, optional: false }] } },
    { k: 'list', of: { k: 'obj', fields: [{ name: 'qty', type: money, optional: false }] } },
  ]);
});

test('what tests pass is read from calls, constants and tables', () => {
  const calls = seenInJs("const cart = { n: 1 };\nf(cart, 'x');\ntest.each([[1, 2]])('t', (a, b) => { f(a, b); });", 'a.test.js');
  expect(calls.get('f')).toEqual([
    [{ t: 'obj', v: [['n', num(1)]] }, str('x')],
    [num(1), num(2)],
  ]);
});

const nested: Type = {
  k: 'obj',
  fields: [{ name: 'items', optional: false, type: { k: 'list', of: { k: 'union', of: [{ k: 'num', int: true, min: 1, max: 9 }, { k: 'str' }] } } }],
};

test('every value that is made, simplest or random, is one of its type, and so is what is made smaller of it', () => {
  const source = { language: 'js' as const, literals: [num(5), str('code')] };
  for (const value of simplestOf(nested)) expect(fits(nested, value)).toBe(true);
  fc.assert(
    fc.property(arbitraryOf(nested, source), (value) => {
      if (!fits(nested, value)) return false;
      return smaller([value], 1, 30).every(([less]) => less === undefined || JSON.stringify(less) !== JSON.stringify(value));
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('the same seed makes the same calls, each once, those of the tests first', () => {
  const [callable] = readJsModule('export function f(a, b = 1) { return a.length * b; }', 'a.js', { read: () => null }, () => null)?.callables ?? [];
  if (!callable) throw new Error('There is a function.');
  const seen = [[list([num(4)]), num(2)]];
  const make = (seed: number) => casesOf(callable, { language: 'js', literals: [] }, seen, seed, 120).map(({ args }) => JSON.stringify(args));
  expect(make(3)).toEqual(make(3));
  expect(make(3)).not.toEqual(make(4));
  expect(make(3)[0]).toBe(JSON.stringify(seen[0]));
  expect(new Set(make(3)).size).toBe(make(3).length);
});

test('a text of the code takes the place of one in a known call: a key of a table is met by nobody else', () => {
  const source = 'const PERCENT = { SPRING: 5 };\nexport const f = (cart: { sum: number; coupon: string }) => cart.sum * PERCENT[cart.coupon];';
  const [callable] = readJsModule(source, 'a.ts', { read: () => null }, () => null)?.callables ?? [];
  if (!callable) throw new Error('There is a function.');
  const cart = (coupon: string): Value => ({
    t: 'obj',
    v: [
      ['sum', num(890)],
      ['coupon', str(coupon)],
    ],
  });
  const calls = casesOf(callable, { language: 'js', literals: [str('SPRING')] }, [[cart('NONE')]], 1, 60);
  expect(calls.map(({ args }) => args)).toContainEqual([cart('SPRING')]);
});
