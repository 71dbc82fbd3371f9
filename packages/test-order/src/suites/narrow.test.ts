// Which suites run in part: only where the analysis is sure, the files are few, and the suite takes long.
import type { Reach, Suite } from '@awo/contracts';
import { expect, test } from 'vitest';
import { filesToRun, narrowSuites } from './narrow.ts';

const unit = (id: string): Reach['units'][number] => ({ id, kind: 'npm', change: 'direct', fileKinds: ['code'], risk: 'low', reasons: [] });
const reach = (more: Partial<Reach> = {}) => ({
  units: [unit('cart'), unit('web')],
  fallback: null,
  tests: [{ unit: 'cart', files: ['cart/a.test.js'], of: 9 }],
  ...more,
});
const SUITES = [
  { id: 'cart', unit: 'cart' },
  { id: 'web', unit: 'web' },
];

test.each<[title: string, suites: typeof SUITES, reach: ReturnType<typeof reach>, narrow: string[]]>([
  ['a suite whose files the change tells apart runs those', SUITES, reach(), ['cart']],
  ['nothing is left out where the analysis was not sure', SUITES, reach({ fallback: { kind: 'x', files: [], because: 'not sure' } }), []],
  ['an older version that tells of no files leaves the suites whole', SUITES, { units: [unit('cart')], fallback: null, tests: undefined as never }, []],
  [
    'a suite that stands in for a unit below it runs whole, because the files of that unit are others',
    SUITES,
    reach({ units: [unit('cart'), unit('cart/lib')] }),
    [],
  ],
  ['each suite of a unit is told', [...SUITES, { id: 'cart e2e', unit: 'cart' }], reach(), ['cart', 'cart e2e']],
  ['a path that is too long for a commit leaves its suite whole', SUITES, reach({ tests: [{ unit: 'cart', files: ['x'.repeat(201)], of: 9 }] }), []],
])('%s', (_title, suites, given, narrow) => {
  expect(narrowSuites(suites, given).map(({ suite }) => suite)).toEqual(narrow);
});

test('a commit has room for forty files: the suites that save most have them', () => {
  const tests = ['web', 'cart'].map((id, i) => ({ unit: id, files: Array.from({ length: 30 }, (_, n) => `${id}/${n}.test.js`), of: 100 + i }));
  expect(narrowSuites(SUITES, reach({ tests })).map(({ suite }) => suite)).toEqual(['cart']);
});

const suite = { id: 'cart' } as Suite;
const NARROW = [{ suite: 'cart', files: ['cart/a.test.js'], of: 9 }];
const long = { suite, predictedMs: 60_000, first: [], failedLast: false };

test.each([
  ['a suite that takes long runs the files that see the change', long, ['cart/a.test.js']],
  ['files that failed lately are among them', { ...long, first: ['cart/b.test.js'] }, ['cart/b.test.js', 'cart/a.test.js']],
  ['a quick one runs whole, because there is nothing to save', { ...long, predictedMs: 9000 }, []],
  ['one that never ran runs whole', { ...long, predictedMs: null }, []],
  ['one that failed when it ran last runs whole, because it has to be seen green', { ...long, failedLast: true }, []],
  ['one of which nothing is known runs whole', { ...long, suite: { id: 'web' } as Suite }, []],
])('%s', (_title, known, files) => {
  expect(filesToRun(known, NARROW)).toEqual(files);
});
