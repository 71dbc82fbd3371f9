// OpenAPI over its references, on real commits: whose callers a changed component reaches.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Repository } from '@awo/repository';
import { openReachCache } from '../../cache.ts';
import { type GitFixture, gitFixture, modelOf } from '../../git-repository.fixture.ts';
import { analyseImpact } from '../analyse.ts';

const API = `openapi: 3.1.0
paths:
  /orders/{id}:
    parameters:
      - $ref: '#/components/parameters/OrderId'
    get:
      responses:
        '200': { $ref: '#/components/responses/One' }
  /customers/{id}:
    get:
      responses:
        '200':
          content:
            application/json:
              schema: { $ref: './schemas.yaml#/Customer' }
  /stores:
    get: { responses: { '204': { description: none } } }
components:
  parameters:
    OrderId: { name: id, in: path, schema: { type: string } }
  responses:
    One:
      description: one order
      content:
        application/json:
          schema: { $ref: '#/components/schemas/Order' }
  schemas:
    Order:
      properties:
        price: { $ref: '#/components/schemas/Money' }
        next: { $ref: '#/components/schemas/Order' }
    Money: { type: integer }
    Unused: { type: integer }
`;
const SCHEMAS = 'Customer:\n  properties:\n    address: { $ref: "#/Address" }\nAddress: { type: string }\nOther: { type: string }\n';
const caller = (path: string): string => `export const ask = () => fetch(\`\${base}${path}\`);\n`;
const callerTest = (name: string): string => `import { ask } from '../src/${name}.js';\nask();\n`;
const FILES: Record<string, string> = {
  'services/api/package.json': '{"name":"api"}',
  'services/api/openapi.yaml': API,
  'services/api/schemas.yaml': SCHEMAS,
  'services/web/package.json': '{"name":"web","type":"module"}',
  'services/web/src/orders.js': caller('/orders/1'),
  'services/web/src/customers.js': caller('/customers/1'),
  'services/web/src/stores.js': caller('/stores'),
  ...Object.fromEntries(['orders', 'customers', 'stores'].map((name) => [`services/web/test/${name}.test.js`, callerTest(name)])),
};
const model = modelOf('npm', { 'services/api': [], 'services/web': [] });
const cache = openReachCache();

let fixture: GitFixture;
let repository: Repository;
let base: string;
beforeAll(async () => {
  fixture = gitFixture();
  base = fixture.commit(FILES);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

async function reached(edits: Record<string, string>): Promise<string> {
  const head = fixture.commit({ ...FILES, ...edits });
  const { tests } = await analyseImpact(repository, model, base, head, { cache, history: false });
  return tests
    .flatMap(({ file, reasons }) => (reasons.some(({ kind }) => kind === 'route') ? [file.replace(/^.*\/|\.test\.js$/g, '')] : []))
    .toSorted()
    .join();
}
const api = (from: string, to: string): Record<string, string> => {
  expect(API).toContain(from);
  return { 'services/api/openapi.yaml': API.replace(from, to) };
};

test.each([
  ['a schema, over another schema and an answer', api('Money: { type: integer }', 'Money: { type: string }'), 'orders'],
  ['a parameter', api('in: path, schema: { type: string }', 'in: path, schema: { type: integer }'), 'orders'],
  ['an answer', api('one order', 'an order'), 'orders'],
  ['a schema that nobody refers to', api('Unused: { type: integer }', 'Unused: { type: string }'), ''],
  ['a comment', api('components:\n', '# what is shared\ncomponents:\n'), ''],
  ['a path itself', api('description: none', 'description: nothing'), 'stores'],
  ['a schema of another file', { 'services/api/schemas.yaml': SCHEMAS.replace('Address: { type: string }', 'Address: { type: object }') }, 'customers'],
  ['what nobody refers to in another file', { 'services/api/schemas.yaml': SCHEMAS.replace('Other: { type: string }', 'Other: { type: object }') }, ''],
  ['a description that cannot be parsed: any path', api('Money: { type: integer }', 'Money: { type: '), 'customers,orders,stores'],
  ['another file that cannot be parsed: the paths that refer to it', { 'services/api/schemas.yaml': `${SCHEMAS}{` }, 'customers'],
])('a change of %s reaches the callers of the paths behind which it stands', async (_, edits, callers) => {
  expect(await reached(edits)).toBe(callers);
});

test('a description that holds itself is taken as a whole, and ends', async () => {
  expect(await reached(api('Unused: { type: integer }', 'Unused: &a { own: *a }'))).toBe('customers,orders,stores');
});
