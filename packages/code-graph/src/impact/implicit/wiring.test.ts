// What a container hands out and what is rendered by name is followed over files and services, and no further than the name.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeRepository, type Repository } from '@awo/repository';
import { openReachCache } from '../../cache.ts';
import { type GitFixture, gitFixture } from '../../git-repository.fixture.ts';
import { analyseImpact } from '../analyse.ts';

const unit = (name: string): string => `{"name":"${name}","type":"module","scripts":{"test":"node --test"}}`;
const taker = (token: string): string => `export class Taker {\n  static inject = ['${token}'];\n  constructor(given) {\n    this.given = given;\n  }\n}\n`;
const uses = (path: string): string => `import * as all from '../src/${path}';\nconsole.log(all);\n`;
const FILES: Record<string, string> = {
  'package.json': '{"name":"all","private":true,"workspaces":["services/*"]}',
  'services/tax/package.json': unit('tax'),
  'services/tax/src/rates.js': 'export const rate = () => ({ of: (cents) => cents * 2 });\n',
  'services/tax/src/tax.module.js':
    "import { rate } from './rates.js';\n\nexport default {\n  providers: [\n    { provide: 'VAT_RATE', useFactory: rate },\n    {\n      provide: 'TAX_LABEL',\n      useFactory: () => {\n        return 'tax';\n      },\n    },\n  ],\n};\n",
  'services/shop/package.json': unit('shop'),
  'services/shop/src/invoice.js': taker('VAT_RATE'),
  'services/shop/src/labels.js': taker('TAX_LABEL'),
  'services/shop/test/invoice.test.js': uses('invoice.js'),
  'services/shop/test/labels.test.js': uses('labels.js'),
  'services/pages/package.json': unit('pages'),
  'services/pages/views/partials/sum.mustache': '<b>{{total}}</b>\n',
  'services/pages/views/cart/paid.mustache': '<p>{{> partials/sum}}</p>\n',
  'services/pages/src/paid.js': "export const paid = (render) => render('cart/paid', { total: 1 });\n",
  'services/pages/src/other.js': 'export const other = () => 1;\n',
  'services/pages/test/paid.test.js': uses('paid.js'),
  'services/pages/test/other.test.js': uses('other.js'),
};

let fixture: GitFixture;
let repository: Repository;
const cache = openReachCache();
beforeAll(async () => {
  fixture = gitFixture();
  fixture.commit(FILES);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

test.each([
  ['a factory behind a token', 'services/tax/src/rates.js', 'cents * 2', 'cents * 3', ['services/shop/test/invoice.test.js']],
  ['what a token stands for', 'services/tax/src/tax.module.js', "'tax';", "'vat';", ['services/shop/test/labels.test.js']],
  ['a template that is rendered by name', 'services/pages/views/cart/paid.mustache', '<p>', '<h1>', ['services/pages/test/paid.test.js']],
  ['a part of a template that is rendered by name', 'services/pages/views/partials/sum.mustache', '<b>', '<i>', ['services/pages/test/paid.test.js']],
])('%s reaches the tests of who takes it, and not those beside', async (_, path, from, to, tests) => {
  const { sha: base } = await repository.resolve('HEAD');
  const head = fixture.commit({ [path]: (FILES[path] ?? '').replace(from, to) });
  const report = await analyseImpact(repository, await describeRepository(repository, head), base, head, { cache, history: false });
  fixture.commit({ [path]: FILES[path] ?? null });
  expect(report.tests.map(({ file }) => file)).toEqual(tests);
});
