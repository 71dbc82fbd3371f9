// Why a unit is touched and a suite is run: told by chains, the first few for people, all of them as data.
import type { ImpactReason } from '@awo/contracts';
import { expect, test } from 'vitest';
import { plainStyle } from '../output/style.ts';
import { recorder, decided, planStep } from '../testing/recorder.ts';
import { explain, explanationLines, withChains } from './explanation.ts';
import { impactChains, impactRows } from './impact-chains.ts';

const PRICING = 'services/cart/src/pricing.ts';
const changed: ImpactReason = {
  kind: 'changed-file',
  from: PRICING,
  to: PRICING,
  at: `${PRICING}:1`,
  confidence: 1,
  text: 'code file modified (+1 -1): changed total',
};
const imports = (to: string, confidence: number): ImpactReason => ({ kind: 'import', from: PRICING, to, at: `${to}:3`, confidence, text: `${to} imports it` });
const unit = (id: string, change: 'direct' | 'implicit', risk: 'low' | 'high', ...reasons: ImpactReason[]) => ({ id, change, risk, reasons });

const FACTS = {
  reach: {
    units: [
      unit('services/web', 'implicit', 'low', changed, imports('services/web/page.ts', 0.6)),
      unit('services/cart', 'direct', 'high', changed),
      unit('services/web/admin', 'implicit', 'low', changed, imports('services/web/admin/x.ts', 0.9)),
    ],
  },
  suites: ['services/cart', 'services/web', 'services/stock'].map((dir) => ({ id: `${dir} test`, unit: dir })),
};
const LEFT = { suite: 'services/stock test', because: `No chain leads from ${PRICING} to stock.` };
const OUTPUT = { suites: ['services/cart test', 'services/web test'], dropped: [LEFT] };

test('each unit has its chain, worst first, and each suite the surest chain that leads to it or why there is none', () => {
  const chains = impactChains(FACTS, OUTPUT);
  expect(chains?.units.map(({ id, sure, chain }) => [id, sure, chain])).toEqual([
    ['services/cart', 1, PRICING],
    ['services/web', 0.6, `${PRICING} → services/web/page.ts:3 (import)`],
    ['services/web/admin', 0.9, `${PRICING} → services/web/admin/x.ts:3 (import)`],
  ]);
  expect(chains?.suites).toEqual([
    { suite: 'services/cart test', chosen: true, through: 'services/cart', sure: 1, chain: PRICING, because: null },
    { suite: 'services/web test', chosen: true, through: 'services/web/admin', sure: 0.9, chain: expect.stringContaining('admin/x.ts'), because: null },
    { ...LEFT, chosen: false, through: null, sure: null, chain: null },
  ]);
});

test('for people it is short: how it is changed where that is all, how sure where that is not certain, and the rest counted', () => {
  const text = impactRows(impactChains(FACTS, OUTPUT) ?? never()).map(({ label, text: words }) => `${label}|${words}`);
  expect(text).toEqual([
    `touches|services/cart (direct, high risk): ${PRICING}, code file modified (+1 -1): changed total`,
    `|services/web (implicit, low risk): ${PRICING} → services/web/page.ts:3 (import) 60% sure`,
    `|services/web/admin (implicit, low risk): ${PRICING} → services/web/admin/x.ts:3 (import) 90% sure`,
    `runs|services/cart test: ${PRICING}`,
    `|services/web test: ${PRICING} → services/web/admin/x.ts:3 (import) 90% sure`,
    `leaves out|services/stock test: ${LEFT.because}`,
  ]);
  const long = unit('far', 'implicit', 'low', changed, ...Array.from({ length: 90 }, (_, i) => imports(`some/long/path/${i}.ts`, 1)));
  const many = { units: Array.from({ length: 40 }, (_, i) => ({ ...long, id: `far${i}` })) };
  const rows = impactRows(impactChains({ ...FACTS, reach: many }, OUTPUT) ?? never()).filter(({ label }) => label !== 'runs');
  expect(rows.filter(({ text: words }) => words.startsWith('far'))).toHaveLength(5);
  expect(rows.map(({ text: words }) => words)).toContain('… and 35 more: -o json');
  for (const { text: words } of rows) expect(words.length).toBeLessThan(300);
});

test('a verdict that was never carried out left no suite out, and facts of another version have no chains', () => {
  expect(impactChains(FACTS, undefined)?.suites).toEqual([]);
  expect(impactChains({ reach: 'elsewhere' }, OUTPUT)).toBeNull();
});

test('the explanation tells them of the verdict on the change alone, and says so where its facts cannot be read', async () => {
  const { log, write } = recorder('g7k2m9q4xw0', '2026-05-04T10:00:00.000Z');
  const plan = [planStep({ id: 'impact', kind: 'assess-impact', role: 'impact', needs: [], because: 'first' })];
  const spec = { kind: 'assess', repo: '/srv/shop', revision: 'HEAD' } as const;
  write('planner', [{ type: 'goal.accepted', goal: 'g7k2m9q4xw0', spec, source: 'cli', plan }]);
  write('impact', [
    decided('impact', { kind: 'assess-impact', because: 'code-reaches-units', choice: 'cart and web' }),
    { type: 'step.passed', step: 'impact', startedAt: '2026-05-04T10:00:00.000Z', output: OUTPUT, evidence: [] },
  ]);
  const commits = log.map(({ commit }) => commit);
  const lines = async (read: () => Promise<unknown>) =>
    explanationLines(await withChains(explain(commits), commits, read), plainStyle, Number.POSITIVE_INFINITY).join('\n');
  const told = await lines(() => Promise.resolve(FACTS));
  expect(told).toMatch(/touches +services\/cart \(direct, high risk\)[\s\S]+runs +services\/cart test[\s\S]+leaves out +services\/stock test/);
  expect(await lines(() => Promise.reject(new Error('No evidence is stored.')))).toMatch(/chose +cart and web[\s\S]+touches +No evidence is stored\./);
});

function never(): never {
  throw new Error('missing');
}
