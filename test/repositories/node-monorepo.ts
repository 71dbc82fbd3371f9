// A Node monorepo with npm workspaces: a library, a service that uses it and one that does not. No awo.yaml.
import type { ForeignRepository } from './foreign-repository.ts';

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
const member = (name: string, scripts: Record<string, string>, dependencies?: Record<string, string>) =>
  json({ name, version: '1.0.0', type: 'module', private: true, scripts, dependencies });

const LOCK = json({
  name: 'market',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { name: 'market', workspaces: ['packages/*', 'services/*'] },
    'node_modules/@market/basket': { resolved: 'packages/basket', link: true },
    'node_modules/@market/stall': { resolved: 'services/stall', link: true },
    'node_modules/@market/news': { resolved: 'services/news', link: true },
    'packages/basket': { name: '@market/basket', version: '1.0.0' },
    'services/stall': { name: '@market/stall', version: '1.0.0', dependencies: { '@market/basket': '1.0.0' } },
    'services/news': { name: '@market/news', version: '1.0.0' },
  },
});

const BASKET = (line: string) => `let baskets = 0;

/** Price of a basket in cents. */
export function total(items) {
  baskets += 1;
  ${line}
}
`;
const SUM = 'return items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);';

const server = (imports: string, answer: string) => `import { createServer } from 'node:http';
${imports}
const server = createServer((request, response) => {
  if (request.url === '/health') return response.end('ok');
  try {
    response.end(${answer});
  } catch (error) {
    response.writeHead(500).end(error.message);
  }
});
server.listen(process.env.PORT, '127.0.0.1');
`;

const SCRIPTS = { start: 'node server.js', test: 'node --test' };
const unitTest = (title: string, imports: string, statement: string) =>
  `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n${imports}\n\ntest('${title}', () => ${statement});\n`;

export const nodeMonorepo: ForeignRepository = {
  what: 'a Node monorepo',
  environment: 'production',
  services: ['stall', 'news'],
  files: {
    'package.json': json({ name: 'market', private: true, workspaces: ['packages/*', 'services/*'] }),
    'package-lock.json': LOCK,
    '.gitignore': 'node_modules\n',
    'packages/basket/package.json': json({ name: '@market/basket', version: '1.0.0', type: 'module', exports: './index.js', scripts: { test: 'node --test' } }),
    'packages/basket/index.js': BASKET(SUM),
    'packages/basket/basket.test.js': unitTest('an empty basket costs nothing', `import { total } from './index.js';`, 'assert.equal(total([]), 0)'),
    'services/stall/package.json': member('@market/stall', SCRIPTS, { '@market/basket': '1.0.0' }),
    'services/stall/server.js': server(`import { total } from '@market/basket';\n`, 'String(total([{ price: 250, quantity: 2 }]))'),
    'services/stall/stall.test.js': unitTest(
      'two of a kind cost twice as much',
      `import { total } from '@market/basket';`,
      'assert.equal(total([{ price: 250, quantity: 2 }]), 500)',
    ),
    'services/news/package.json': member('@market/news', SCRIPTS),
    'services/news/headline.js': `export const headline = () => 'The market is open';\n`,
    'services/news/server.js': server(`import { headline } from './headline.js';\n`, 'headline()'),
    'services/news/news.test.js': unitTest('there is a headline', `import { headline } from './headline.js';`, 'assert.ok(headline())'),
  },
  bad: {
    service: 'stall',
    files: { 'packages/basket/index.js': BASKET(`if (baskets % 10 === 0) throw new Error('the till is full');\n  ${SUM}`) },
  },
  broken: { files: { 'packages/basket/index.js': BASKET(SUM.replace('price * quantity', 'price')) }, names: 'two of a kind cost twice as much' },
};
