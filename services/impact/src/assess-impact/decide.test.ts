// Tests of decide in impact.
import { Decision, ImpactAssessed, type ImpactedFile, type TouchedUnit, type Reach } from '@awo/contracts';
import { describe, expect, test } from 'vitest';
import { decideImpact } from './decide.ts';
import type { ImpactFacts } from './facts.ts';

type Kind = ImpactedFile['kind'];

const file = (path: string, kind: Kind, unit: string | null, lines = 4): ImpactedFile => ({
  path,
  status: 'modified',
  kind,
  unit,
  addedLines: lines / 2,
  deletedLines: lines / 2,
  semantic: 'file',
  symbols: [],
});
const direct = (id: string, ...fileKinds: Kind[]): TouchedUnit => ({
  id,
  kind: 'npm',
  change: 'direct',
  fileKinds,
  risk: 'low',
  reasons: [{ kind: 'changed-file', from: `${id}/x`, to: id, at: `${id}/x:1`, confidence: 1, text: 'code file modified (+2 -2)' }],
});
const implicit = (id: string, through: string, ...fileKinds: Kind[]): TouchedUnit => ({
  id,
  kind: 'npm',
  change: 'implicit',
  fileKinds,
  risk: 'low',
  reasons: [
    ...direct(through).reasons,
    { kind: 'manifest', from: through, to: id, at: `${id}/package.json:5`, confidence: 0.5, text: `${id} declares to depend on ${through}` },
  ],
});

const UNITS = ['apps/web', 'apps/cart', 'apps/catalog', 'packages/money'];

function facts(files: ImpactedFile[], units: TouchedUnit[], rest: Partial<Reach> = {}): ImpactFacts {
  const graph = { files: 20, edges: 30, parsed: 20, fromCache: 0, ms: 5 };
  return {
    repo: '/shop',
    reach: {
      base: 'a'.repeat(40),
      head: 'b'.repeat(40),
      files,
      filesTotal: files.length,
      units,
      strategy: { kind: 'canary', because: 'test' },
      fallback: null,
      dead: [],
      graph,
      ...rest,
    },
    units: UNITS.map((id) => ({ id, name: id.split('/')[1] ?? id })),
    services: ['web', 'cart', 'catalog'].map((name) => ({ name, unit: `apps/${name}` })),
    suites: UNITS.map((unit) => ({ id: `${unit} test`, unit })),
  };
}

const lib = file('packages/money/round.ts', 'code', 'packages/money');
const style = file('apps/web/style.css', 'style', 'apps/web');

type Row = [title: string, facts: ImpactFacts, expected: { because: string; kind: string; services: string[]; suites: string[]; risk: string }];
const ROWS: Row[] = [
  [
    'first release: everything, since there is nothing to compare with',
    facts(
      [lib, style],
      UNITS.map((id) => direct(id, 'code')),
      { base: null, fallback: { kind: 'no-base', files: [], because: 'no base' } },
    ),
    { because: 'first-release', kind: 'first-release', services: ['web', 'cart', 'catalog'], suites: UNITS.map((unit) => `${unit} test`), risk: 'medium' },
  ],
  [
    'a library change releases its users and not the others',
    facts([lib], [direct('packages/money', 'code'), implicit('apps/cart', 'packages/money')]),
    { because: 'code-reaches-units', kind: 'code', services: ['cart'], suites: ['apps/cart test', 'packages/money test'], risk: 'medium' },
  ],
  [
    'who only asks what changed over the network is tested and not released: its own code is what it was',
    facts(
      [lib],
      [
        direct('apps/catalog', 'code'),
        {
          ...implicit('apps/web', 'apps/catalog'),
          reasons: [
            ...direct('apps/catalog').reasons,
            { kind: 'route', from: 'apps/catalog', to: 'apps/web', at: 'apps/web/server.ts:5', confidence: 0.8, text: 'calls /search' },
          ],
        },
      ],
    ),
    { because: 'code-reaches-units', kind: 'code', services: ['catalog'], suites: ['apps/web test', 'apps/catalog test'], risk: 'medium' },
  ],
  [
    'a style change is low risk and drops the back-end tests',
    facts([style, file('apps/web/README.md', 'docs', 'apps/web')], [direct('apps/web', 'style')]),
    { because: 'style-only', kind: 'style', services: ['web'], suites: ['apps/web test'], risk: 'low' },
  ],
  [
    'documents release nothing and test nothing',
    facts([file('README.md', 'docs', null)], []),
    { because: 'docs-only', kind: 'docs', services: [], suites: [], risk: 'low' },
  ],
  [
    'comments and format release nothing and test nothing',
    facts([{ ...lib, semantic: 'none' }], []),
    { because: 'no-unit-touched', kind: 'nothing', services: [], suites: [], risk: 'low' },
  ],
  ['no difference at all touches nothing', facts([], []), { because: 'no-unit-touched', kind: 'nothing', services: [], suites: [], risk: 'low' }],
  [
    'what is not understood is wider and at least medium',
    facts(
      [file('tsconfig.json', 'config', null)],
      UNITS.map((id) => implicit(id, 'tsconfig.json')),
      { fallback: { kind: 'root-config', files: ['tsconfig.json'], because: 'tsconfig.json is shared' } },
    ),
    { because: 'fallback-wider', kind: 'unsure', services: ['web', 'cart', 'catalog'], suites: UNITS.map((unit) => `${unit} test`), risk: 'medium' },
  ],
  [
    'a change of tests alone runs them and releases nothing',
    facts([file('apps/cart/a.test.ts', 'test', 'apps/cart')], [direct('apps/cart', 'test')]),
    { because: 'code-reaches-units', kind: 'code', services: [], suites: ['apps/cart test'], risk: 'low' },
  ],
  [
    'a unit that only tests reach runs its tests and is not released',
    facts([lib], [direct('packages/money', 'code'), implicit('apps/web', 'packages/money', 'test')]),
    { because: 'code-reaches-units', kind: 'code', services: [], suites: ['apps/web test', 'packages/money test'], risk: 'medium' },
  ],
  [
    'a lock file of a unit is running code by another name',
    facts([file('apps/cart/package-lock.json', 'lockfile', 'apps/cart', 900)], [direct('apps/cart', 'lockfile')]),
    { because: 'code-reaches-units', kind: 'code', services: ['cart'], suites: ['apps/cart test'], risk: 'medium' },
  ],
  [
    'a large change over many units with its manifest is high risk',
    facts(
      [file('packages/money/round.ts', 'code', 'packages/money', 500), file('packages/money/package.json', 'manifest', 'packages/money')],
      [direct('packages/money', 'code', 'manifest'), ...UNITS.slice(0, 3).map((id) => implicit(id, 'packages/money'))],
    ),
    { because: 'code-reaches-units', kind: 'code', services: ['web', 'cart', 'catalog'], suites: UNITS.map((unit) => `${unit} test`), risk: 'high' },
  ],
];

describe('decideImpact', () => {
  test.each(ROWS)('%s', (_, given, expected) => {
    const { assessed, because } = decideImpact(given);
    expect({ because, kind: assessed.kind, services: assessed.services, suites: assessed.suites, risk: assessed.risk }).toEqual(expected);
  });

  test.each(ROWS)('what goes into the log fits its schema: %s', (_, given) => {
    const { assessed, ...verdict } = decideImpact(given);
    expect(() => Decision.parse({ facts: [], figures: {}, alternatives: [], checks: [], by: 'rules', ...verdict })).not.toThrow();
    expect(() => ImpactAssessed.parse(assessed)).not.toThrow();
  });

  test('each dropped suite says why the change cannot reach it', () => {
    expect(decideImpact(facts([style], [direct('apps/web', 'style')])).assessed.dropped).toContainEqual({
      suite: 'apps/catalog test',
      because: 'apps/web/style.css is a style file: no code of catalog can see it.',
    });
    expect(decideImpact(facts([lib], [direct('packages/money', 'code')])).assessed.dropped).toContainEqual({
      suite: 'apps/web test',
      because: 'No chain of imports, names, files or manifests leads from what changed (packages/money/round.ts) to web.',
    });
  });

  test('changed code without tests is high risk, because nothing would stop a mistake', () => {
    const given = facts([lib], [direct('packages/money', 'code')]);
    const { assessed } = decideImpact({ ...given, suites: given.suites.filter((suite) => suite.unit !== 'packages/money') });
    expect(assessed).toMatchObject({ risk: 'high', riskBecause: expect.stringContaining('packages/money changed and has no tests: high') });
  });

  test('a unit without tests of its own is covered by those of the unit above it', () => {
    const given = facts([lib], [direct('packages/money', 'code')]);
    const { assessed } = decideImpact({ ...given, suites: [{ id: 'all', unit: '.' }] });
    expect(assessed).toMatchObject({ suites: ['all'], risk: 'medium' });
  });

  test('the arithmetic of the risk is shown', () => {
    const { assessed } = decideImpact(facts([lib], [direct('packages/money', 'code'), implicit('apps/cart', 'packages/money')]));
    expect(assessed.riskBecause).toBe('running code by code 2 + 2 units 1 + 4 lines 0 = 3 (medium from 2, high from 5)');
  });

  test('a unit that depends on the change by name only adds to the risk, because no build would notice', () => {
    const byName = implicit('apps/cart', 'packages/money');
    const given = facts(
      [lib],
      [direct('packages/money', 'code'), { ...byName, reasons: byName.reasons.map((one) => ({ ...one, kind: 'config-key' as const })) }],
    );
    expect(decideImpact(given).assessed.riskBecause).toContain('1 of them by name only, which no build checks 1');
  });

  test('a migration that the old version does not survive is high risk, and the words say which', () => {
    const given = facts([lib], [direct('packages/money', 'code')], { strategy: { kind: 'blue-green', because: '002.sql drops a column' } });
    expect(decideImpact(given).assessed).toMatchObject({ risk: 'high', riskBecause: expect.stringContaining('002.sql drops a column: high') });
  });

  test('a suite that is left out because only comments changed says so', () => {
    expect(decideImpact(facts([{ ...lib, semantic: 'none' }], [])).assessed.dropped[0]?.because).toMatch(
      /Only comments, words or format changed .*round\.ts.*web does what it did before/,
    );
  });

  test('a file that nobody owns and a graph with holes fail their checks', () => {
    const given = facts([file('x.qq', 'unknown', null)], [], { fallback: { kind: 'unparsable-file', files: ['a.ts'], because: 'a.ts cannot be parsed' } });
    expect(decideImpact(given).checks?.map((check) => [check.name, check.passed])).toEqual([
      ['every changed file has an owner', false],
      ['graph complete', false],
    ]);
  });

  test('its span carries how much is touched and the strongest chain that leads out of what changed', () => {
    const reached = [implicit('apps/web', 'packages/money'), direct('packages/money', 'code')];
    expect(decideImpact(facts([lib], reached)).traced).toEqual({
      units: 2,
      strongestChain: 'apps/web: packages/money/x → apps/web/package.json:5 (manifest)',
    });
    expect(decideImpact(facts([lib], [])).traced).toEqual({ units: 0 });
  });

  test('five hundred units still fit into a commit', () => {
    const ids = Array.from({ length: 500 }, (_, i) => `packages/some-library-${i}`);
    const given = facts(
      [lib],
      ids.slice(0, 250).map((id) => implicit(id, 'packages/money')),
    );
    const { assessed } = decideImpact({ ...given, units: ids.map((id) => ({ id, name: id })), suites: ids.map((id) => ({ id: `${id} test`, unit: id })) });
    expect(assessed.suites).toHaveLength(250);
    expect(JSON.stringify(assessed).length).toBeLessThan(48 * 1024);
  });
});

test('what breaks for others makes a change riskier, and goes on to whoever chooses the strategy', () => {
  const plain = facts([lib], [direct('packages/money', 'code')]);
  const hints: NonNullable<Reach['hints']> = {
    only: 'code',
    contracts: Array.from({ length: 30 }, (_, i) => ({
      kind: 'exports' as const,
      file: 'packages/money/round.ts',
      unit: 'packages/money',
      element: `money: f${i}`,
      because: 'gone',
    })),
    migrations: [],
    reversibility: { reversible: 'unknown', because: 'money: f0 changed for others.' },
    majors: [{ package: 'zod', from: '3', to: '4', file: 'package.json' }],
    fragile: [],
    size: { files: 1, lines: 4 },
    owners: [],
  };
  const broken = facts([lib], [direct('packages/money', 'code')], { hints });
  expect(decideImpact(plain).assessed.reversibility).toBeUndefined();
  const { assessed, figures } = decideImpact(broken);
  expect(ImpactAssessed.parse(assessed)).toMatchObject({ risk: 'high', reversibility: { reversible: 'unknown' } });
  expect(assessed.contracts).toHaveLength(10);
  expect(assessed.riskBecause).toContain('breaks money: f0 (exports) 2 + zod 3 to 4 1');
  expect(figures?.['contractsBroken']).toHaveLength(20);
});
