// The table of drills with and without a model says what came of each question, and never hides a decision that a model moved.
import { expect, test } from 'vitest';
import type { Played } from '../play.ts';
import type { Asked, Decided } from './decided.ts';
import { movedNothing, pairsTable } from './table.ts';

const decided = (asked: Asked | null, sameWithout = true): Decided => ({ verdict: 'ambiguous', asked, sameWithout });
const played = (drill: string, all: Decided[], cause = 'back/STOCK_URL: slow-component'): Played => ({
  drill,
  about: '',
  detectedMs: 1000,
  cause,
  causeRight: true,
  repairs: [],
  repairRight: true,
  restoredMs: 1000,
  undone: 0,
  failed: 0,
  slow: 0,
  visits: 100,
  outcome: 'needs-human',
  goals: ['g1'],
  decided: all,
});
const pair = (model: string, asked: Asked | null, { drill = 'stock-behind', cause = 'back/STOCK_URL: slow-component', sameWithout = true } = {}) => ({
  model,
  without: played(drill, [decided(null)]),
  with: played(drill, [decided(asked, sameWithout)], cause),
});
const reads: Asked = { came: 'reads for slow-component on back/STOCK_URL, ranked 2; slow-component on back/HINTS_URL, ranked 1', ms: 12, tokens: 120 };
const refused: Asked = { came: 'check-failed: line 7: does not say that', ms: 9, tokens: null };

test('a row has both plays, what came of the question with its cost, and whether it is decided the same without the answer', () => {
  expect(pairsTable([pair('right', reads)])).toContain(
    '| stock-behind | right | back/STOCK_URL: slow-component, ambiguous, none | the same | 1 | reads for slow-component on back/STOCK_URL, ranked 2; slow-component on back/HINTS_URL, ranked 1 | 12 | 120 | 1 of 1 the same |',
  );
});

test('the sum counts answers that were accepted, and refused ones by reason; several causes in one answer are one', () => {
  const table = pairsTable([pair('right', reads), pair('lying', refused), pair('right', null, { drill: 'false-alarm' })]);
  expect(table).toContain('3 times with and without: 3 with the same first cause, verdict and repair.');
  expect(table).toContain('Of 3 decisions on a cause with a model there, 3 come out the same');
  expect(table).toContain('Asked 2 times: 1 accepted, 1 refused (check-failed 1).');
});

test('an incident that asked twice has both answers in its row, and words of a model end none of them and are no markup', () => {
  const twice = pair('right', refused);
  const refusal = { came: 'over-budget: about 900 tokens; allowed are 8000 | <br>', ms: null, tokens: null };
  const table = pairsTable([{ ...twice, with: played('stock-behind', [decided(refused), decided(refusal)]) }]);
  expect(table).toContain('| 2 | check-failed: line 7: does not say that<br>over-budget: about 900 tokens; allowed are 8000 \\| &lt;br> | 9<br>unknown |');
  expect(table).toContain('Asked 2 times: 0 accepted, 2 refused (check-failed 1, over-budget 1).');
});

test('a decision that comes out otherwise without the answer is told in its row and in the sum, and fails the run', () => {
  const moved = pair('right', reads, { cause: 'back/HINTS_URL: slow-component', sameWithout: false });
  const table = pairsTable([moved]);
  expect(movedNothing(moved)).toBe(false);
  expect(table).toContain('| back/HINTS_URL: slow-component, ambiguous, none | 1 |');
  expect(table).toContain('1 times with and without: 0 with the same');
  expect(table).toContain('Of 1 decisions on a cause with a model there, 0 come out the same');
});

test('rows of what is not played now stay, one for each drill and model, and are counted', () => {
  const before = pairsTable([pair('right', reads), pair('lying', refused)]);
  const after = pairsTable([pair('right', { ...reads, ms: 99 })], before);
  expect(after.split('\n').filter((line) => line.startsWith('| stock-behind'))).toHaveLength(2);
  expect(after).toContain('| 99 | 120 |');
  expect(after).toContain('Asked 2 times');
});
