// The whole of it on a real repository: a difference by its smallest call, tests that a mutant proves, and a working tree that nobody touched.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRepo } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitToBranch } from './deliver.ts';
import { generateTests } from './generate.ts';
import type { Generated, Question } from './generate.ts';
import { num, str } from './value.ts';

const cart = (empty: string, free: string): string => `export function total(cart, rate = 1) {
${empty}  let sum = 0;
  for (const item of cart.items) sum += item.price * item.qty;
  return sum * rate;
}

export function shipping(sum) {
${free}}

export const now = (label) => label.trim() + Date.now();
`;
const repo = makeRepo({
  'package.json': '{"name":"shop","type":"module"}',
  'src/cart.js': cart('', '  return sum >= 50 ? 0 : 4.9;\n'),
  'test/cart.spec.js':
    'import assert from "node:assert/strict"\nimport { test } from "node:test"\nimport { total } from "../src/cart.js"\n\ntest("sums", () => {\n\tassert.equal(total({ items: [{ price: 2, qty: 3 }] }), 6)\n})\n',
});
repo.commitFiles({
  'src/cart.js': cart('  if (cart.items.length === 0) return null;\n', '  const free = sum >= 50;\n  return free ? 0 : 4.9;\n').replace(
    'label.trim() +',
    '`${label.trim()}` +',
  ),
});
afterAll(() => repo.remove());

let generated: Generated;
const asked: Question[] = [];
beforeAll(async () => {
  generated = await generateTests(repo.path, 'HEAD~1', 'HEAD', {
    calls: 60,
    mutants: 6,
    propose: async (question) => {
      asked.push(question);
      return question.function === 'shipping' ? [[num(4711)], [str('of no number')]] : [];
    },
  });
}, 180_000);

test('the difference is one sentence with the smallest call', () => {
  expect(generated.findings.map(({ text, kind, input, meant }) => ({ text, kind, input, meant }))).toEqual([
    { text: 'total returns null where it returned 0, for an empty cart', kind: 'result', input: ['{ items: [] }'], meant: false },
  ]);
});

test('nothing is said about what the clock decides, and that is said', () => {
  const one = generated.functions.find((each) => each.function === 'now');
  expect(one?.unsteady).toBe(one?.calls);
  expect(generated.tests.kept.map((each) => each.function)).not.toContain('now');
});

test('a model is shown the function alone, and what it proposes is one call more that has to fit', () => {
  const question = asked.find((one) => one.function === 'shipping');
  expect(question).toMatchObject({ file: 'src/cart.js', parameters: ['sum'] });
  expect(question?.source).toContain('const free = sum >= 50;');
  expect(question?.source).not.toContain('cart.items');
  expect(generated.findings.map((one) => one.function)).not.toContain('shipping');
});

test('kept tests look like those that are there, and each names the mutants that only it notices', () => {
  const [file] = generated.tests.files;
  expect(file?.path).toBe('test/cart.characterisation.spec.js');
  expect(file?.text).toContain('import { shipping } from "../src/cart.js"\n');
  expect(file?.text).toMatch(/^\tassert\.equal\(shipping\(50\), 0\)$/m);
  expect(generated.tests.kept.every(({ kills }) => kills.length > 0)).toBe(true);
});

test('the patch applies; a branch holds the same on top of head; neither tree nor index was touched', async () => {
  expect(repo.git('status', '--porcelain')).toBe('');
  expect(repo.git('worktree', 'list').split('\n')).toHaveLength(1);
  execFileSync('git', ['-C', repo.path, 'apply', '--check', '-'], { input: generated.patch });
  const head = repo.git('rev-parse', 'HEAD');
  const commit = await commitToBranch(repo.path, head, 'held', generated.tests.files, 'Hold what shipping gives');
  expect(repo.git('rev-parse', 'held', 'held~1').split('\n')).toEqual([commit, head]);
  expect(repo.git('show', `held:${generated.tests.files[0]?.path}`)).toBe(generated.tests.files[0]?.text.trim());
  expect(repo.git('status', '--porcelain')).toBe('');
  expect(readFileSync(join(repo.path, '.git/HEAD'), 'utf8')).toContain('main');
  await expect(commitToBranch(repo.path, head, 'held', [], 'again')).rejects.toThrow('There is a branch held already');
});
