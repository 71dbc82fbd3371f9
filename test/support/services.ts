// Small services for a release: no awo.yaml, no dependencies to fetch, each with a health route and tests.
import type { Files } from '@awo/testing';

const GREETER = (greeting: string, more: string) => `import { createServer } from 'node:http';
import { greet } from './greet.js';

createServer((request, response) => {
  if (request.url === '/health') return response.end('ok');
${more}  response.end(greet('${greeting}'));
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

/** A greeter in JavaScript; `more` are statements before the answer. */
export const greeter = ({ greeting = 'Hello', more = '' } = {}): Files => ({
  'package.json': JSON.stringify({ name: 'greeter', private: true, type: 'module', scripts: { start: 'node server.js', test: 'node --test' } }),
  'greet.js': 'export const greet = (word) => `${word}, customer`;\n',
  'server.js': GREETER(greeting, more),
  'greet.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from './greet.js';
test('everybody is greeted', () => assert.equal(greet('Hello'), 'Hello, customer'));
`,
});
