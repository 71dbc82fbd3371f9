// Which tests of a CommonJS package a change of one exported function reaches: those that use it, over whatever way of requiring.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Repository } from '@awo/repository';
import { openReachCache } from '../cache.ts';
import { type GitFixture, gitFixture, modelOf } from '../git-repository.fixture.ts';
import { analyseImpact } from './analyse.ts';

const FILES: Record<string, string> = {
  'package.json': '{"name":"shop","main":"index.js"}',
  'index.js': "'use strict';\nmodule.exports = { ...require('./lib/math'), text: require('./lib/text') };\n",
  'lib/math.js': 'exports.add = (a, b) => a + b;\nexports.twice = (n) => exports.add(n, n);\nexports.half = (n) => n / 2;\n',
  'lib/text.js': 'function pad(s) { return s; }\nfunction title(s) { return pad(s); }\nfunction low(s) { return s; }\nmodule.exports = { title, low };\n',
  'lib/cart.js': "const math = require('./math');\nmodule.exports = class Cart { total() { return math.twice(1); } };\n",
  'test/half.test.js': "const { half } = require('../lib/math');\nhalf(1);\n",
  'test/add.test.js': "const math = require('../lib/math');\nmath.add(1, 1);\n",
  'test/cart.test.js': "const Cart = require('../lib/cart');\nnew Cart().total();\n",
  'test/index.test.js': "const shop = require('..');\nshop.half(1);\n",
  'test/low.test.js': "const { low } = require('../lib/text');\nlow('x');\n",
  'test/title.test.js': "const title = require('../lib/text').title;\ntitle('x');\n",
};

let fixture: GitFixture;
let repository: Repository;
let base: string;
beforeAll(async () => {
  fixture = gitFixture();
  base = fixture.commit(FILES);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

let edited: string | null = null;
test.each([
  ['lib/math.js', 'n / 2', 'n / 3', ['half', 'index']],
  ['lib/math.js', 'a + b', 'b + a', ['add', 'cart']],
  ['lib/text.js', 'function pad(s) { return s; }', "function pad(s) { return s + ''; }", ['title']],
  ['lib/text.js', 'function low(s) { return s; }', 'function low(s) { return s + 1; }', ['low']],
])('%s: %s', async (path, from, to, tests) => {
  const head = fixture.commit({ ...(edited === null ? {} : { [edited]: FILES[edited] ?? '' }), [path]: (FILES[path] ?? '').replace(from, to) });
  edited = path;
  const report = await analyseImpact(repository, modelOf('npm', { '.': [] }), base, head, { cache: openReachCache(), history: false });
  expect(report.tests.map(({ file }) => file.slice('test/'.length, -'.test.js'.length)).toSorted()).toEqual(tests);
});
