// What files of Java, Kotlin, C#, PHP, Ruby and Rust declare, import and name.
import { expect, test } from 'vitest';
import { parseNamed } from './parse-named.ts';
import { parseRuby } from './parse-ruby.ts';
import { parseRust } from './parse-rust.ts';
import { maskKotlin } from './source-mask.ts';

type Row = [title: string, ending: string, source: string, expected: { imports?: string[]; declares?: string[]; uses?: string[]; not?: string[] }];

test.each<Row>([
  [
    'Java: imports, static imports, wildcards; nested types and words in comments and text are none',
    'java',
    'package com.shop.cart; // Order\nimport com.shop.money.Round;\nimport static com.shop.util.Maths.twice;\nimport com.shop.model.*;\n/* Ghost */ public class Cart { static class Line {} Money total() { return Round.up("Phantom"); } Object o = Class.forName("com.shop.Late"); }\nrecord Pair(int a) {}\n',
    {
      imports: ['com.shop.money.Round', 'com.shop.util.Maths.twice', 'com.shop.model'],
      declares: ['com.shop.cart.Cart', 'com.shop.cart.Pair'],
      uses: ['Money', 'com.shop.Late'],
      not: ['Ghost', 'Phantom', 'Order'],
    },
  ],
  [
    'Kotlin: functions and properties of a file, one line classes, code inside of texts',
    'kt',
    'package com.shop\nimport com.shop.money.round as r\nclass A { val x = "hi ${Late.name} Ghost" }\nfun <T> List<T>.second(): T = this[1]\nval limit = 3\nenum class Kind { A }\n/* a /* Nested */ b */ fun interface F { fun x() }\n',
    {
      imports: ['com.shop.money.round'],
      declares: ['com.shop.A', 'com.shop.second', 'com.shop.limit', 'com.shop.Kind', 'com.shop.F'],
      uses: ['Late'],
      not: ['Ghost', 'Nested'],
    },
  ],
  [
    'C#: namespaces with and without braces, aliases, extension methods',
    'cs',
    'using Shop.Money;\nusing static Shop.Util.Maths;\nusing M = Shop.Model.Cart;\nnamespace Shop.Api { public class Ctl { void F() { using var x = Open(); } } public static class Ext { public static int Twice(this int n) => n; } }\n',
    { imports: ['Shop.Util.Maths', 'Shop.Model.Cart'], declares: ['Shop.Api.Ctl', 'Shop.Api.Ext', 'Shop.Api.Twice'] },
  ],
  ['C#: a namespace for the whole file', 'cs', 'namespace Shop.Api;\n\nclass A;\npublic record B(int X);\n', { declares: ['Shop.Api.A', 'Shop.Api.B'] }],
  [
    'PHP: groups, functions, names from the root, files included',
    'php',
    "<?php\nnamespace Shop\\Cart;\nuse Shop\\Money\\{Round, Format as F};\nuse function Shop\\Util\\twice;\nrequire_once __DIR__ . '/../boot.php';\nfinal class Cart { use Loggable; public function f() { return new \\Shop\\Model\\Line(); } }\nfunction total() {}\n",
    {
      imports: ['Shop.Money.Round', 'Shop.Money.Format', 'Shop.Util.twice', './../boot.php'],
      declares: ['Shop.Cart.Cart', 'Shop.Cart.total'],
      uses: ['Loggable', 'Shop.Model.Line'],
    },
  ],
])('%s', async (_, ending, source, { imports, declares, uses, not }) => {
  const { ok, imports: found, space } = await parseNamed(source, ending);
  expect(ok).toBe(true);
  if (imports) expect(found.filter(({ how }) => how !== 'mention').map(({ spec }) => spec)).toEqual(imports);
  if (declares) expect(space?.declares).toEqual(declares);
  const words = space?.uses.split(' ').map((use) => use.replace(/:\d+$/, ''));
  expect(words).toEqual(expect.arrayContaining(uses ?? []));
  for (const one of not ?? []) expect(words).not.toContain(one);
});

test('Ruby: nesting makes full names, a module that only holds others is opened by all and declared by none', async () => {
  const { ok, imports, space } = await parseRuby(
    "require_relative 'money/round'\nrequire 'shop/cart'\nmodule Shop\n  class Order < Base\n    LIMIT = 3\n    def total; Money::Round.up(1) end # Ghost\n  end\nend\n",
  );
  expect(ok).toBe(true);
  expect(imports.map(({ spec }) => spec)).toEqual(expect.arrayContaining(['./money/round', 'shop/cart']));
  expect(space?.declares).toEqual(['Shop.Order', 'Shop.Order.LIMIT']);
  expect(space?.uses).toMatch(/Base:4.*Money\.Round:6/);
  expect(space?.uses).not.toContain('Ghost');
});

test('Rust: modules, trees of use, paths in expressions', async () => {
  const { ok, imports } = await parseRust(
    '// use crate::no;\nmod cart;\n#[path = "odd/place.rs"]\npub mod moved;\nuse crate::{money::{round, Format as F}, util};\nfn f() { shop_tax::rate("crate::text::no") }\n',
  );
  expect(ok).toBe(true);
  expect(imports.filter(({ how }) => how !== 'mention').map(({ spec, line }) => `${line} ${spec}`)).toEqual([
    '2 mod cart',
    '4 ./odd/place.rs',
    '5 crate::money::round',
    '5 crate::money::Format',
    '5 crate::util',
    '6 shop_tax::rate',
  ]);
});

test('a Kotlin text that does not end is not understood', () => {
  expect(maskKotlin('val a = "x\nval b = 1\n').ok).toBe(false);
  expect(maskKotlin('val a = "x${ if (b) "y" else "z" }" /* 1 /* 2 */ */\n').ok).toBe(true);
});
