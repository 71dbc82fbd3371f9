// A model that names other ways to release: what each would mean is reckoned, never believed; what cannot be reckoned is not shown.
import { decideStrategy, StrategyFacts, withChanges } from '@awo/strategy';
import type { Said } from '@awo/testing';
import { expect, test } from 'vitest';
import { askedModel } from '../testing/asked-model.ts';
import { alternativesFor } from './alternatives.ts';

const NOON = '2026-10-14T12:00:00.000Z';
const facts = StrategyFacts.parse({
  environment: 'production',
  wish: 'auto',
  impact: { kind: 'code', risk: 'medium', riskBecause: 'code of one service', services: ['cart'] },
  policy: { errorBudgetRatio: 0.001, watchDeadlineMs: 300_000, minRequests: 100, alpha: 0.01 },
  gates: [],
  services: [
    {
      change: { service: 'cart', base: 'a'.repeat(40), head: 'b'.repeat(40) },
      sideBySide: true,
      baseRuns: true,
      dependsOn: [],
      traffic: { service: 'cart', rps: 80, errorRatio: 0 },
    },
  ],
  at: NOON,
});

const model = askedModel();
const ask = (env: Record<string, string> = {}) => alternativesFor(model.context(env), 'as quick as can be', facts);
const ways = (...named: unknown[]): Said => ({ say: JSON.stringify({ ways: named }) });

test('each way is decided by the same arithmetic from the same facts, so that its numbers are ours', async () => {
  model.says(ways({ strategy: 'blue-green' }, { minRequests: 500, at: '2026-10-14T18:00:00.000Z' }));
  const proposed = await ask();
  expect(proposed).toMatchObject({ model: 'scripted', used: true, ways: [{ changes: { strategy: 'blue-green' } }, { changes: { minRequests: 500 } }] });
  const [first] = proposed?.used ? proposed.ways : [];
  const { choice, figures } = decideStrategy(withChanges(facts, { strategy: 'blue-green' }));
  expect(first?.decided).toMatchObject({ choice, figures });
  expect(await ask({ AWO_MODEL: '' })).toBeUndefined();
});

test.each<[what: string, answer: Said, because: RegExp]>([
  ['what was decided, as another way', ways({ minRequests: 100 }), /is what was decided/],
  ['nothing', ways({}), /is what was decided/],
  ['the same twice', ways({ strategy: 'full' }, { strategy: 'full' }), /stands there twice/],
  ['a moment that has passed', ways({ at: '2020-01-01T00:00:00.000Z' }), /before this was decided/],
  ['a strategy that there is none of', ways({ strategy: 'yolo' }), /not-the-form/],
  ['facts, which are not its to change', ways({ strategy: 'full', risk: 'low' }), /not-the-form/],
  ['a number of its own for what would fail', ways({ strategy: 'full', expectedFailures: 0 }), /not-the-form/],
  ['more than a person compares', ways(...[1, 2, 3, 4].map((n) => ({ minRequests: n }))), /not-the-form/],
  ['words around its answer', { say: 'Sure! {"ways":[{"strategy":"full"}]}' }, /not-json/],
  ['silence', { hang: true }, /too-slow/],
  ['an error', { status: 500, body: 'boom' }, /refused/],
])('%s: none is shown, and the reason is', async (_, answer, because) => {
  model.says(answer);
  expect(await ask()).toEqual({ model: 'scripted', used: false, because: expect.stringMatching(because) as string });
});
