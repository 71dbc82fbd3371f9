// Methods are called on an object that is made for each call; what a class keeps in private shows in what they return.
import { makeRepo, temporaryFolder } from '@awo/testing';
import { afterAll, expect, test } from 'vitest';
import { num, str } from '../value.ts';
import { js } from './driver.ts';

const repo = makeRepo({
  'limit.ts':
    'enum Kind { A = "a" }\nexport class Limit {\n  #max: number;\n  constructor(max: number) { this.#max = max; }\n  takes(n: number) { return n <= this.#max ? Kind.A : null; }\n}\n',
});
const own = temporaryFolder('calls');
afterAll(() => {
  repo.remove();
  own.remove();
});

test('a method of TypeScript that only a transform can run', async () => {
  const [callable] = (await js.read(repo.path, 'limit.ts', () => null))?.callables ?? [];
  if (!callable) throw new Error('There is a method.');
  const on = { t: 'new' as const, as: 'Limit', v: [num(3)] };
  const [result] = await js.run({ tree: repo.path, folder: own.path }, { path: 'limit.ts', callable, cases: [[on, num(3)], [on, num(4)]], rounds: [0] }); // prettier-ignore
  expect(result?.outcomes.map((outcome) => outcome?.ended)).toEqual([
    { kind: 'returned', value: str('a') },
    { kind: 'returned', value: { t: 'null' } },
  ]);
});
