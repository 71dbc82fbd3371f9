// The audit of a selection: a miss is what fails with the change and not without it.
import { Decision, type AuditDesign } from '@awo/contracts';
import { expect, test } from 'vitest';
import type { SuiteResult } from '@awo/contracts';
import { decideAudit } from './decide.ts';
import type { Audited } from './facts.ts';

const design: AuditDesign = { of: 'g1', base: 'a'.repeat(40), leftOut: 9, probability: 0.25, seed: 'g1' };
const result = (verdict: SuiteResult['verdict']): SuiteResult => ({
  suite: 'web',
  verdict,
  counts: { passed: 0, failed: 1, skipped: 0, flaky: 0 },
  flaky: [],
  because: null,
  durationMs: 1,
  failing: verdict === 'failed' ? [{ name: 'pages', file: 'web/p.test.js', message: 'no' }] : [],
  evidence: `sha256:${'0'.repeat(64)}`,
});
const ran = (atHead: SuiteResult['verdict'], atBase: SuiteResult['verdict'] | null = null): Audited => ({
  suite: 'web',
  atHead: result(atHead),
  atBase: atBase && result(atBase),
});

test.each<[title: string, audited: Audited[], because: string, missed: number, before: number, choice: RegExp]>([
  ['all pass', [ran('passed'), ran('passed')], 'nothing-missed', 0, 0, /^2 of 9 left-out suites ran/],
  [
    'one fails that passed before',
    [ran('passed'), ran('failed', 'passed')],
    'selection-missed',
    1,
    0,
    /g1 left out what this change breaks: web: pages \(web\/p\.test\.js\) fails\.$/,
  ],
  ['one that cannot be run any more', [ran('broken', 'passed')], 'selection-missed', 1, 0, /it fails/],
  ['one failed before as well: the change is not to blame', [ran('failed', 'failed')], 'nothing-missed', 0, 1, /broke none/],
  ['one could not be run before as well', [ran('broken', 'broken')], 'nothing-missed', 0, 1, /broke none/],
  ['one is new and fails', [ran('failed', null)], 'selection-missed', 1, 0, /left out/],
  ['nothing drawn is there any more', [], 'nothing-proven', 0, 0, /^None of the 1 drawn/],
])('%s', (_title, audited, because, missed, before, choice) => {
  const {
    audited: names,
    missed: misses,
    failedBefore,
    ...verdict
  } = decideAudit({ head: 'b'.repeat(40), design, audited, unknown: audited.length > 0 ? [] : ['gone'] });
  expect([verdict.because, misses.length, failedBefore.length, names.length]).toEqual([because, missed, before, audited.length]);
  expect(verdict.choice).toMatch(choice);
  expect(() => Decision.parse({ facts: [], alternatives: [], figures: {}, checks: [], by: 'rules', ...verdict })).not.toThrow();
});
