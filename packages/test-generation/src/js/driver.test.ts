// Methods are called on an object that is made for each call; what a class keeps in private shows in what they return.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeRepo, temporaryFolder } from '@awo/testing';
import { afterAll, expect, test } from 'vitest';
import { num, str } from '../value.ts';
import { js } from './driver.ts';

const repo = makeRepo({
  'package.json': '{ "name": "shop", "workspaces": ["money"] }',
  'money/package.json': '{ "name": "@shop/money", "exports": "./index.ts" }',
  'money/index.ts': 'export type Cents = number;\n',
  'price.ts': "import type { Cents } from '@shop/money';\nexport const twice = (price: Cents) => 2 * price;\n",
  'needs.ts': "import { gone } from '@shop/gone';\nexport const twice = (n: number) => gone(n);\n",
  'limit.ts':
    'enum Kind { A = "a" }\nexport class Limit {\n  #max: number;\n  constructor(max: number) { this.#max = max; }\n  takes(n: number) { return n <= this.#max ? Kind.A : null; }\n}\n',
});
const own = temporaryFolder('calls');
afterAll(() => {
  repo.remove();
  own.remove();
});

test('a type of another package of the same repository is known, since its calls could not be made otherwise', async () => {
  mkdirSync(join(repo.path, 'node_modules/@shop'), { recursive: true });
  symlinkSync('../../money', join(repo.path, 'node_modules/@shop/money'));
  const [callable] = (await js.read(repo.path, 'price.ts', () => null))?.callables ?? [];
  expect(callable?.parameters.map(({ type }) => type)).toEqual([{ k: 'num' }]);
});

test('a module that needs what is not installed says what it is', async () => {
  const [callable] = (await js.read(repo.path, 'needs.ts', () => null))?.callables ?? [];
  if (!callable) throw new Error('There is a function.');
  const [result] = await js.run({ tree: repo.path, folder: own.path }, { path: 'needs.ts', callable, cases: [[num(1)]], rounds: [0] });
  expect(result?.failed).toMatch(/Cannot find package '@shop\/gone'/);
});

test('a method of TypeScript that only a transform can run', async () => {
  const [callable] = (await js.read(repo.path, 'limit.ts', () => null))?.callables ?? [];
  if (!callable) throw new Error('There is a method.');
  const on = { t: 'new' as const, as: 'Limit', v: [num(3)] };
  const [result] = await js.run(
    { tree: repo.path, folder: own.path },
    {
      path: 'limit.ts',
      callable,
      cases: [
        [on, num(3)],
        [on, num(4)],
      ],
      rounds: [0],
    },
  );
  expect(result?.outcomes.map((outcome) => outcome?.ended)).toEqual([
    { kind: 'returned', value: str('a') },
    { kind: 'returned', value: { t: 'null' } },
  ]);
});
