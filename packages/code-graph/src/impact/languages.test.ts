// Which test files a change of one source reaches, in each language that finds its files by names, modules or requires.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImpactReport } from '@awo/contracts';
import type { Repository } from '@awo/repository';
import { openReachCache } from '../cache.ts';
import { type GitFixture, gitFixture, modelOf } from '../git-repository.fixture.ts';
import { analyseImpact } from './analyse.ts';

const java = (name: string): string => `java/src/main/java/com/shop/${name}.java`;
const javaTest = (name: string): string => `java/src/test/java/com/shop/${name}.java`;
const FILES: Record<string, string> = {
  'java/pom.xml': '<project/>',
  [java('cart/Cart')]: 'package com.shop.cart;\n\nimport com.shop.money.Round;\n\npublic class Cart {\n  // total\n  int total() { return Round.up(1); }\n}\n',
  [java('money/Round')]: 'package com.shop.money;\n\npublic class Round {\n  public static int up(int n) { return n; }\n}\n',
  [java('money/Format')]: 'package com.shop.money;\n\npublic class Format {}\n',
  [java('tax/Rate')]: 'package com.shop.tax;\n\npublic interface Rate { int of(); }\n',
  [java('tax/FlatRate')]: 'package com.shop.tax;\n\n@Service\npublic class FlatRate implements Rate {\n  public int of() { return 1; }\n}\n',
  [javaTest('cart/CartTest')]: 'package com.shop.cart;\n\nclass CartTest { @Test void t() { new Cart().total(); } }\n',
  [javaTest('money/FormatTest')]: 'package com.shop.money;\n\nclass FormatTest { @Test void t() { new Format(); } }\n',
  [javaTest('tax/InvoiceTest')]: 'package com.shop.tax;\n\nclass InvoiceTest {\n  @Autowired Rate rate;\n  @Test void t() { rate.of(); }\n}\n',
  'kotlin/build.gradle.kts': '',
  'kotlin/src/main/kotlin/shop/Totals.kt': 'package shop\n\nfun total(n: Int) = n.twice()\n',
  'kotlin/src/main/kotlin/shop/Numbers.kt': 'package shop\n\n/** Twice. */\nfun Int.twice() = this * 2\n',
  'kotlin/src/main/kotlin/shop/Other.kt': 'package shop\n\nclass Other { val x = 1 }\n',
  'kotlin/src/test/kotlin/shop/TotalsTest.kt': 'package shop.tests\n\nimport shop.total\n\nclass TotalsTest { @Test fun t() { total(1) } }\n',
  'kotlin/src/test/kotlin/shop/OtherTest.kt': 'package shop\n\nclass OtherTest { @Test fun t() { Other().x } }\n',
  'rust/Cargo.toml': '[package]\nname = "shop-core"\nversion = "0.1.0"\n',
  'rust/src/lib.rs': 'pub mod cart;\npub mod text;\nmod money;\n',
  'rust/src/cart.rs': 'use crate::money::round;\n\npub fn total() -> i32 { round(1) }\n',
  'rust/src/money.rs': '// Rounds.\npub fn round(n: i32) -> i32 { n }\n',
  'rust/src/text/mod.rs': "mod words;\npub fn title() -> &'static str { words::WORD }\n",
  'rust/src/text/words.rs': 'pub const WORD: &str = "x";\n',
  'rust/tests/cart.rs': 'use shop_core::cart::total;\n\n#[test]\nfn t() { total(); }\n',
  'rust/tests/text.rs': 'use shop_core::text;\n\n#[test]\nfn t() { text::title(); }\n',
  'cs/Shop.csproj': '<Project/>',
  'cs/src/Cart.cs': 'using Shop.Money;\nnamespace Shop.Cart;\n\npublic class Basket { int Total() => Rounding.Up(1); }\n',
  'cs/src/Rounding.cs': 'namespace Shop.Money;\n\n/// <summary>Up.</summary>\npublic static class Rounding { public static int Up(int n) => n; }\n',
  'cs/src/Format.cs': 'namespace Shop.Money;\n\npublic class Format {}\n',
  'cs/tests/Usings.cs': 'global using Shop.Money;\n',
  'cs/tests/BasketTests.cs': 'using Shop.Cart;\nnamespace Shop.Tests;\n\npublic class BasketTests { [Fact] void T() { new Basket(); } }\n',
  'cs/tests/FormatTests.cs': 'namespace Shop.Tests;\n\npublic class FormatTests { [Fact] void T() { new Format(); } }\n',
  'ruby/Gemfile': '',
  'ruby/lib/shop/cart.rb': "require_relative 'money'\nmodule Shop\n  class Cart\n    def total\n      Money.round(1)\n    end\n  end\nend\n",
  'ruby/lib/shop/money.rb': '# Rounds.\nmodule Shop\n  module Money\n    def self.round(n)\n      n\n    end\n  end\nend\n',
  'ruby/app/models/order.rb': 'class Order\n  def open?\n    true\n  end\nend\n',
  'ruby/spec/cart_spec.rb': "require 'shop/cart'\ndescribe Shop::Cart do\nend\n",
  'ruby/spec/order_spec.rb': 'describe Order do\nend\n',
  'go/go.mod': 'module example.org/shop\n\ngo 1.22\n',
  'go/price/price.go':
    'package price\n\nimport "strings"\n\n// Of is it.\nfunc Of() int { return base() }\n\nfunc base() int { return 1 }\n\nfunc Name() string { return strings.ToUpper("x") }\n',
  'go/price/cart.go': 'package price\n\ntype Cart struct{ n int }\n\nfunc NewCart() *Cart { return &Cart{} }\n\nfunc (c *Cart) Total() int { return c.n }\n',
  'go/price/of_test.go': 'package price\n\nimport "testing"\n\nfunc TestOf(t *testing.T) { Of() }\n',
  'go/price/name_test.go': 'package price_test\n\nimport (\n\t"testing"\n\n\t"example.org/shop/price"\n)\n\nfunc TestName(t *testing.T) { price.Name() }\n',
  'go/price/cart_test.go': 'package price\n\nimport "testing"\n\nfunc TestCart(t *testing.T) { NewCart().Total() }\n',
  'go/api/api.go': 'package api\n\nimport p "example.org/shop/price"\n\nfunc Show() int { return p.Of() }\n\nfunc Title() string { return "x" }\n',
  'go/api/show_test.go': 'package api\n\nimport "testing"\n\nfunc TestShow(t *testing.T) { Show() }\n',
  'go/api/title_test.go': 'package api\n\nimport "testing"\n\nfunc TestTitle(t *testing.T) { Title() }\n',
  'php/composer.json': '{"autoload":{"psr-4":{"Shop\\\\":"src/"}}}',
  'php/src/Cart/Cart.php': '<?php\nnamespace Shop\\Cart;\n\nuse Shop\\Money\\Round;\n\nfinal class Cart { public function total() { return Round::up(1); } }\n',
  'php/src/Money/Round.php': '<?php\nnamespace Shop\\Money;\n\n// Up.\nfinal class Round { public static function up($n) { return $n; } }\n',
  'php/src/Money/Format.php': '<?php\nnamespace Shop\\Money;\n\nfinal class Format {}\n',
  'php/tests/CartTest.php':
    '<?php\nnamespace Shop\\Tests;\n\nuse Shop\\Cart\\Cart;\n\nclass CartTest extends TestCase { function testTotal() { new Cart(); } }\n',
  'php/tests/FormatTest.php': '<?php\nnamespace Shop\\Tests;\n\nclass FormatTest extends TestCase { function testIt() { new \\Shop\\Money\\Format(); } }\n',
};
const model = modelOf('root', { java: [], kotlin: [], rust: [], cs: [], ruby: [], php: [], go: [] });

let fixture: GitFixture;
let base: string;
let repository: Repository;
let edited: string | null = null;
const cache = openReachCache();
beforeAll(async () => {
  fixture = gitFixture();
  base = fixture.commit(FILES);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

async function changed(path: string, from: string, to: string): Promise<ImpactReport> {
  expect(FILES[path]).toContain(from);
  const head = fixture.commit({ ...(edited === null ? {} : { [edited]: FILES[edited] ?? '' }), [path]: (FILES[path] ?? '').replace(from, to) });
  edited = path;
  return analyseImpact(repository, model, base, head, { cache, history: false });
}

test.each([
  ['Java: over an import and the package', java('money/Round'), 'return n', 'return n + 1', [javaTest('cart/CartTest')]],
  ['Java: another class of the package', java('money/Format'), '{}', '{ int x; }', [javaTest('money/FormatTest')]],
  ['Java: what is injected for an interface', java('tax/FlatRate'), 'return 1', 'return 2', [javaTest('tax/InvoiceTest')]],
  ['Kotlin: an extension that is called by name', 'kotlin/src/main/kotlin/shop/Numbers.kt', '* 2', '* 3', ['kotlin/src/test/kotlin/shop/TotalsTest.kt']],
  ['Kotlin: a class on one line', 'kotlin/src/main/kotlin/shop/Other.kt', '= 1', '= 2', ['kotlin/src/test/kotlin/shop/OtherTest.kt']],
  ['Rust: a private module of the crate', 'rust/src/text/words.rs', '"x"', '"y"', ['rust/tests/text.rs']],
  ['C#: a namespace that is opened', 'cs/src/Rounding.cs', '=> n', '=> n + 1', ['cs/tests/BasketTests.cs']],
  ['C#: a namespace that the project opens', 'cs/src/Format.cs', '{}', '{ int x; }', ['cs/tests/FormatTests.cs']],
  ['Ruby: over a relative require', 'ruby/lib/shop/money.rb', '      n\n', '      n + 1\n', ['ruby/spec/cart_spec.rb']],
  ['Ruby: a constant that nobody requires', 'ruby/app/models/order.rb', 'true', 'false', ['ruby/spec/order_spec.rb']],
  [
    'Go: a private function, by name through the package and its users',
    'go/price/price.go',
    'return 1',
    'return 2',
    ['go/api/show_test.go', 'go/price/of_test.go'],
  ],
  ['Go: a function, from the package of its tests', 'go/price/price.go', 'ToUpper', 'ToLower', ['go/price/name_test.go']],
  ['Go: a method, over what makes its type', 'go/price/cart.go', 'return c.n', 'return c.n + 1', ['go/price/cart_test.go']],
  [
    'Go: what runs when it is loaded counts for all',
    'go/price/cart.go',
    'package price\n',
    'package price\n\nfunc init() { println(1) }\n',
    ['go/api/show_test.go', 'go/api/title_test.go', 'go/price/cart_test.go', 'go/price/name_test.go', 'go/price/of_test.go'],
  ],
  ['PHP: an import', 'php/src/Money/Round.php', 'return $n', 'return $n + 1', ['php/tests/CartTest.php']],
  ['PHP: a name from the root', 'php/src/Money/Format.php', '{}', '{ public $x; }', ['php/tests/FormatTest.php']],
])('%s', async (_, path, from, to, tests) => {
  const report = await changed(path, from, to);
  expect(report.tests.map(({ file }) => file).toSorted()).toEqual(tests);
  expect(report.fallback).toBeNull();
});

test('Rust: a test of another module of the crate is reached by what its own module uses alone', async () => {
  const report = await changed('rust/src/money.rs', '{ n }', '{ n + 1 }');
  expect(report.tests.map(({ file }) => file)).toEqual(['rust/tests/cart.rs']);
});

test.each([
  ['Java', java('cart/Cart'), '// total\n  int', '/* all of it */\n\n  int'],
  ['Kotlin', 'kotlin/src/main/kotlin/shop/Numbers.kt', '/** Twice. */', '// two'],
  ['Rust', 'rust/src/money.rs', '// Rounds.\npub fn round(n: i32) -> i32 { n }', 'pub fn round(n: i32) -> i32 {\n    n\n}'],
  ['C#', 'cs/src/Rounding.cs', '/// <summary>Up.</summary>\n', ''],
  ['Ruby', 'ruby/lib/shop/money.rb', '# Rounds.', '# Rounds up.'],
  ['PHP', 'php/src/Money/Round.php', '// Up.\n', ''],
  ['Go, a local', 'go/price/cart.go', '(c *Cart) Total() int { return c.n }', '(cart *Cart) Total() int { return cart.n }'],
  ['Go', 'go/price/price.go', '// Of is it.\nfunc Of() int { return base() }', 'func Of() int {\n\treturn base()\n}'],
])('%s: comments, format and names inside of functions change nothing', async (_, path, from, to) => {
  const report = await changed(path, from, to);
  expect([report.files[0]?.semantic, report.tests]).toEqual(['none', []]);
});
